package io.portolan.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Option;

/** The {@code --timeout} of a command that waits. */
final class Waiting {
    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "How long to wait, as 90s or 5m. Default: ${DEFAULT-VALUE}.",
            defaultValue = "10m")
    Duration timeout = Duration.ofMinutes(10);

    Instant deadline(Clock clock) {
        return clock.instant().plus(timeout);
    }
}
