package io.portolan.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;

/** One command line that was run, with all that it wrote. */
record Ran(int code, String out, String err) {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    /** Runs commands against a server, with a home of their own. */
    static final class With {
        private final Map<String, String> env = new HashMap<>();
        private final Path home;
        private String stdin = "";
        private Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);

        With(Path home) {
            this.home = home;
        }

        With(Path home, FakeCentral central) {
            this(home);
            env("PORTOLAN_SERVER", central.url());
            env("PORTOLAN_TOKEN", FakeCentral.TOKEN);
            env("PORTOLAN_TENANT", "shop");
        }

        With env(String name, String value) {
            env.put(name, value);
            return this;
        }

        With stdin(String text) {
            stdin = text;
            return this;
        }

        /** For commands that wait: time passes. */
        With runningClock() {
            clock = Clock.systemUTC();
            return this;
        }

        Ran run(String... args) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            int code = Main.run(shell(out, err), args);
            return new Ran(
                    code,
                    out.toString(StandardCharsets.UTF_8),
                    err.toString(StandardCharsets.UTF_8));
        }

        Shell shell(ByteArrayOutputStream out, ByteArrayOutputStream err) {
            return new Shell(
                    new PrintStream(out, true, StandardCharsets.UTF_8),
                    new PrintStream(err, true, StandardCharsets.UTF_8),
                    new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                    env,
                    home,
                    clock,
                    false);
        }
    }
}
