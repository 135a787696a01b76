package io.portolan.cli;

import java.util.Locale;
import picocli.CommandLine.Option;

/** What a command writes to stdout. */
enum Format {
    TABLE,
    WIDE,
    JSON,
    YAML,
    NAME;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a person reads it; only then are hints given. */
    boolean forPeople() {
        return this == TABLE || this == WIDE;
    }

    /** The {@code -o} of a command. */
    static final class Choice {
        @Option(
                names = {"-o", "--output"},
                paramLabel = "FORMAT",
                description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
        Format format = TABLE;
    }
}
