package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code ./portolan dev} as a user types it, the second time on a machine: from the start of the
 * process to the line that says that it is ready. Then the command line as whole processes against
 * it. Configuration, data and AOT caches are this run's own, so that the first start is one, and
 * the second is measured when what the first one left is complete.
 */
final class DevStartScenario {
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration SECOND = Duration.ofMinutes(1);
    private static final Duration CACHE = Duration.ofMinutes(5);
    private static final int GETS = 20;

    private final Path home = Workspace.scratch("dev-start");

    private DevStartScenario() {}

    static void measure(Figures into) {
        new DevStartScenario().run(into);
    }

    private void run(Figures into) {
        try (Proc first = dev()) {
            first.awaitLine("ready", FIRST);
            portolan("get", "applications").run(FIRST).expect(0);
            awaitCache("cli.aot");
            // Writes down what it loaded, which may take long: it is not to be killed over that.
            first.terminate(CACHE);
        }
        awaitCache("dev.aot");
        long begin = System.nanoTime();
        try (Proc second = dev()) {
            second.awaitLine("ready", SECOND);
            into.add("second_start_s", "s", (System.nanoTime() - begin) / 1e9, 5);

            List<Long> gets = new ArrayList<>();
            for (int i = 0; i < GETS; i++) {
                gets.add(portolan("get", "applications").run(SECOND).expect(0).took().toNanos());
            }
            into.add("cli_get_ms", "ms", Percentile.ms(gets, 50), 350);
        }
    }

    private Proc dev() {
        return portolan("dev", "--port", "0", "--data-dir", home.resolve("data").toString())
                .start();
    }

    private Proc.Spec portolan(String... arguments) {
        return Proc.command(arguments[0], Workspace.root().resolve("portolan").toString())
                .with(arguments)
                .env("PORTOLAN_CONFIG", home.resolve("config.yaml").toString())
                .env("XDG_CACHE_HOME", home.resolve("cache").toString());
    }

    /** The launcher makes a cache in the background; it appears whole. */
    private void awaitCache(String name) {
        Await.until(
                "the launcher to have made " + name,
                CACHE,
                () -> {
                    try (Stream<Path> files = Files.walk(home.resolve("cache"))) {
                        return files.anyMatch(f -> f.endsWith(name));
                    } catch (IOException _) {
                        return false;
                    }
                });
    }
}
