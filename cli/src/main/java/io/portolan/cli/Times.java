package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/** Points and spans of time as people read them. */
final class Times {
    private static final DateTimeFormatter OF_DAY =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Times() {}

    /** {@code 12s}, {@code 5m}, {@code 3h}, {@code 4d}; empty when the field is no time. */
    static String age(JsonNode at, Clock clock) {
        return instant(at).map(i -> age(i, clock)).orElse("");
    }

    static String age(Instant at, Clock clock) {
        return age(Duration.between(at, clock.instant()));
    }

    static String age(Duration since) {
        long seconds = Math.max(0, since.toSeconds());
        if (seconds < 120) {
            return seconds + "s";
        }
        if (seconds < 120 * 60) {
            return seconds / 60 + "m";
        }
        return seconds < 48 * 3600 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    /** As {@link #age}, of what is to come; {@code never} when the field is no time. */
    static String until(JsonNode at, Clock clock) {
        return instant(at)
                .map(end -> age(clock.instant(), Clock.fixed(end, ZoneOffset.UTC)))
                .orElse("never");
    }

    /** {@code 12:03:04}, in UTC. */
    static String ofDay(Instant at) {
        return OF_DAY.format(at);
    }

    /** {@code 12ms}, {@code 3.20s}, {@code 4m12s}. */
    static String span(Duration d) {
        if (d.toMillis() < 1_000) {
            return d.toMillis() + "ms";
        }
        return d.toSeconds() < 60
                ? String.format(Locale.ROOT, "%.2fs", d.toMillis() / 1000.0)
                : d.toMinutes() + "m" + d.toSecondsPart() + "s";
    }

    static Optional<Instant> instant(JsonNode at) {
        try {
            return at.isTextual() ? Optional.of(Instant.parse(at.asText())) : Optional.empty();
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }
}
