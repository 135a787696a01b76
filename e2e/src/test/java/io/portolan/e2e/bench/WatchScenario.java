package io.portolan.e2e.bench;

import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One node under writers who each send their next change when the last was answered, and a thousand
 * watchers that each select a thousandth of what changes, by a label. Every change is numbered, so
 * that its way from the answer to the writer to the event at the watcher is measured by one clock.
 */
final class WatchScenario {
    private static final int SLICES = 1_000;
    private static final int WRITERS = 32;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(20);
    private static final int MOST = 2_000_000;

    private final AtomicInteger next = new AtomicInteger();
    private final AtomicLongArray answered = new AtomicLongArray(MOST);
    private final AtomicLongArray told = new AtomicLongArray(MOST);
    private final AtomicReference<Throwable> failed = new AtomicReference<>();
    private volatile boolean stop;

    private WatchScenario() {}

    static void measure(Figures into) throws Exception {
        new WatchScenario().run(into, "", Map.of());
        // As central's jvm.options say for who computes all day; what is set here comes last.
        new WatchScenario().run(into, "_c2", Map.of("_JAVA_OPTIONS", "-XX:TieredStopAtLevel=4"));
    }

    /**
     * @param suffix of the figures' names
     * @param environment of central
     */
    private void run(Figures into, String suffix, Map<String, String> environment)
            throws Exception {
        Path data = Workspace.scratch("bench-watch");
        try (Postgres postgres = Postgres.start();
                Central central =
                        Central.begin(setup(postgres, data.resolve("admin-token"), environment))) {
            central.awaitReady();
            central.api()
                    .put(
                            "/api/v1/tenants/bench",
                            "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"Tenant\",\"metadata\":{\"name\":\"bench\"}}")
                    .expect(200);
            List<AutoCloseable> open = new ArrayList<>();
            try {
                for (int slice = 0; slice < SLICES; slice++) {
                    open.add(watcher(central, slice));
                }
                List<Thread> writers = new ArrayList<>();
                for (int i = 0; i < WRITERS; i++) {
                    writers.add(Thread.ofVirtual().start(() -> write(central)));
                }
                TimeUnit.NANOSECONDS.sleep(WARM_UP.toNanos());
                int from = next.get();
                long begin = System.nanoTime();
                Duration busy = central.process().cpuTime();
                TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
                int to = next.get();
                double seconds = (System.nanoTime() - begin) / 1e9;
                double processor = central.process().cpuTime().minus(busy).toNanos() / 1e9;
                stop = true;
                for (Thread writer : writers) {
                    writer.join();
                }
                report(into, suffix, from, to, seconds, processor);
            } finally {
                for (AutoCloseable watcher : open) {
                    watcher.close();
                }
            }
        }
    }

    private static NodeSetup setup(Postgres postgres, Path token, Map<String, String> environment) {
        NodeSetup setup =
                NodeSetup.of("central", postgres.freshDatabase("bench").jdbcUrl(), token)
                        .with(
                                List.of(
                                        "--writes-per-second",
                                        "1000000",
                                        "--reads-per-second",
                                        "1000000",
                                        "--in-flight",
                                        "10000"));
        for (var variable : environment.entrySet()) {
            setup = setup.env(variable.getKey(), variable.getValue());
        }
        return setup;
    }

    private void report(
            Figures into, String suffix, int from, int to, double seconds, double processor)
            throws Exception {
        List<Long> delays = new ArrayList<>();
        long patience = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        for (int n = from; n < to; n++) {
            while (told.get(n) == 0) {
                if (failed.get() != null) {
                    throw new IllegalStateException("a client failed", failed.get());
                }
                if (System.nanoTime() > patience) {
                    throw new IllegalStateException("change " + n + " was never told");
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            // Who watches may hear of it before its author does.
            delays.add(Math.max(0, told.get(n) - answered.get(n)));
        }
        into.add("changes_per_s" + suffix, "1", (to - from) / seconds, 5_000);
        into.add("delay_p99_ms" + suffix, "ms", Percentile.ms(delays, 99), 250);
        into.add("delay_p50_ms" + suffix, "ms", Percentile.ms(delays, 50));
        into.add("delay_max_ms" + suffix, "ms", Percentile.ms(delays, 100));
        into.add("central_processors" + suffix, "1", processor / seconds);
    }

    private Connection watcher(Central central, int slice) throws IOException {
        Connection connection = Connection.to(central);
        connection.send(
                "GET",
                "/api/v1/tenants/bench/placementpolicies?watch=true&labelSelector=slice%3Ds"
                        + slice,
                "");
        connection.expectOk();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                for (String line = connection.line();
                                        line != null;
                                        line = connection.line()) {
                                    number(line);
                                }
                            } catch (IOException e) {
                                fail(e);
                            }
                        });
        return connection;
    }

    private void number(String line) {
        int at = line.indexOf("\"n\":\"");
        if (at >= 0) {
            int n = Integer.parseInt(line, at + 5, line.indexOf('"', at + 5), 10);
            told.compareAndSet(n, 0, System.nanoTime());
        }
    }

    private void write(Central central) {
        try (Connection connection = Connection.to(central)) {
            while (!stop) {
                int n = next.getAndIncrement();
                int slice = n % SLICES;
                connection.send(
                        "PUT",
                        "/api/v1/tenants/bench/placementpolicies/p" + slice,
                        """
                        {"apiVersion":"portolan.io/v1","kind":"PlacementPolicy","metadata":{"tenant":"bench","name":"p%1$d",\
                        "labels":{"slice":"s%1$d"},"annotations":{"n":"%2$d"}},"spec":{"where":"zone = z%1$d","clusters":2}}\
                        """
                                .formatted(slice, n));
                connection.expectOk();
                connection.skipBody();
                answered.set(n, System.nanoTime());
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void fail(Throwable why) {
        if (!stop) {
            failed.compareAndSet(null, why);
        }
    }
}
