package io.portolan.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/**
 * All that a command may touch of the machine that it runs on.
 *
 * @param out machine output and nothing else
 * @param err progress, hints and errors
 * @param tty whether a person looks at {@code out}: only then may help be coloured
 */
public record Shell(
        PrintStream out,
        PrintStream err,
        InputStream in,
        Map<String, String> env,
        Path home,
        Clock clock,
        boolean tty) {

    /** A variable of the environment; empty text counts as unset. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(env.get(name)).filter(v -> !v.isEmpty());
    }

    /** What the user will likely type next. */
    void next(String command) {
        err.println("next: " + command);
    }
}
