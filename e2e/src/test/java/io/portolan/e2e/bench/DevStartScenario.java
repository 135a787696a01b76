package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code ./portolan dev} as a user types it, the second time on a machine: from the start of the
 * process to the line that says that it is ready. Then the command line as whole processes against
 * it.
 */
final class DevStartScenario {
    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration SECOND = Duration.ofMinutes(1);
    private static final int GETS = 20;

    private DevStartScenario() {}

    static void measure(Figures into) {
        Path launcher = Workspace.root().resolve("portolan");
        Path data = Workspace.scratch("dev");
        try (Proc first = dev(launcher, data)) {
            first.awaitLine("ready", FIRST);
        }
        long begin = System.nanoTime();
        try (Proc second = dev(launcher, data)) {
            second.awaitLine("ready", SECOND);
            into.add("second_start_s", "s", (System.nanoTime() - begin) / 1e9, 5);

            List<Long> gets = new ArrayList<>();
            for (int i = 0; i < GETS; i++) {
                gets.add(
                        Proc.command("get", launcher.toString(), "get", "applications")
                                .run(SECOND)
                                .expect(0)
                                .took()
                                .toNanos());
            }
            into.add("cli_get_ms", "ms", Percentile.ms(gets, 50), 350);
        }
    }

    private static Proc dev(Path launcher, Path data) {
        return Proc.command("dev", launcher.toString(), "dev", "--data-dir", data.toString())
                .start();
    }
}
