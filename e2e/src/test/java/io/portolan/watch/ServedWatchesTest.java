package io.portolan.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.NodeSetup;
import io.portolan.e2e.harness.Postgres;
import io.portolan.e2e.harness.Workspace;
import io.portolan.watch.History.Commit;
import io.portolan.watch.History.Reader;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * The guarantees as clients have them: two nodes as processes, writers on both, readers that go
 * from one to the other and resume at any id, by label and by kind, over a restart of PostgreSQL.
 */
class ServedWatchesTest {
    private static final int KEYS = 12;
    private static final int WRITES = 60;
    private static final String END = "end";
    private static final String PATH = "/api/v1/tenants?watch=true";

    private final AtomicInteger values = new AtomicInteger();

    /** What was answered with 200 or 201: the value by the revision that the answer named. */
    private final Map<Long, String> answered = new ConcurrentHashMap<>();

    @Test
    void readersOnAnyNodeMissNothingOverARestartOfPostgres() throws Exception {
        long seed = Long.getLong("portolan.watch.seed", System.nanoTime());
        System.out.println("served watches, seed " + seed);
        Path token = Workspace.scratch("served-watches").resolve("admin-token");
        try (Postgres postgres = Postgres.start()) {
            Postgres.Database database = postgres.freshDatabase("served");
            try (Central first = Central.begin(NodeSetup.of("a", database.jdbcUrl(), token))) {
                first.awaitReady();
                try (Central second = Central.begin(NodeSetup.of("b", database.jdbcUrl(), token));
                        HttpClient http = HttpClient.newHttpClient();
                        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    second.awaitReady();
                    List<Central> nodes = List.of(first, second);
                    List<SseReader> readers = readers(nodes, seed, http);
                    List<Future<Reader>> reading =
                            readers.stream().map(r -> threads.submit(() -> r.follow(END))).toList();
                    write(threads, nodes, seed);
                    Future<?> during = threads.submit(() -> write(threads, nodes, seed + 50));
                    postgres.restart();
                    during.get();
                    write(threads, nodes, seed + 100);
                    // Each reader selects it.
                    end(first.api());
                    List<Reader> told = new ArrayList<>();
                    for (Future<Reader> reader : reading) {
                        told.add(reader.get());
                    }
                    History history = history(database, told);
                    assertEquals(List.of(), WatchChecker.check(history), () -> "seed " + seed);
                    assertTrue(readers.stream().allMatch(r -> r.resumptions() > 1));
                }
            }
        }
    }

    private static List<SseReader> readers(List<Central> nodes, long seed, HttpClient http) {
        List<SseReader> out = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            int slice = i % 3;
            boolean all = i < 2;
            Predicate<String> selects =
                    key -> all || key.equals(END) || slice(key).equals("s" + slice);
            out.add(
                    new SseReader(
                            "reader " + i,
                            PATH + (all ? "" : "&labelSelector=slice%20in%20(s" + slice + ",all)"),
                            selects,
                            nodes,
                            new Random(seed + 200 + i),
                            http));
        }
        return out;
    }

    private static String slice(String key) {
        return key.equals(END) ? "all" : "s" + Integer.parseInt(key.substring(1)) % 3;
    }

    private Optional<Long> put(Api api, String key) {
        String value = "v" + values.incrementAndGet();
        Api.Answer answer =
                api.put(
                        "/api/v1/tenants/" + key,
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s", "labels": {"v": "%s", "slice": "%s"}}, "spec": {}}
                        """
                                .formatted(key, value, slice(key)));
        Optional<Long> revision =
                answer.status() / 100 == 2
                        ? answer.etag().map(tag -> Long.parseLong(tag.replace("\"", "")))
                        : Optional.empty();
        revision.ifPresent(r -> answered.put(r, value));
        return revision;
    }

    private Void write(ExecutorService threads, List<Central> nodes, long seed) throws Exception {
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(seed + i);
            Api api = nodes.get(i % nodes.size()).api();
            writers.add(threads.submit(() -> write(api, random)));
        }
        for (Future<?> writer : writers) {
            writer.get();
        }
        return null;
    }

    /** What is refused or lost meanwhile is judged by the log, which knows what happened. */
    private void write(Api api, Random random) {
        for (int i = 0; i < WRITES; i++) {
            String key = "t" + random.nextInt(KEYS);
            try {
                if (random.nextInt(5) == 0) {
                    var _ = api.delete("/api/v1/tenants/" + key);
                } else {
                    var _ = put(api, key);
                }
            } catch (UncheckedIOException e) {
                // Like any 503: the log tells.
            }
        }
    }

    private void end(Api api) {
        Await.until(
                "the last write to be taken",
                Duration.ofMinutes(1),
                () -> put(api, END).isPresent());
    }

    private History history(Postgres.Database database, List<Reader> readers) throws SQLException {
        TreeMap<Long, Map<String, Optional<String>>> commits = new TreeMap<>();
        Map<String, String> end = new HashMap<>();
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            try (ResultSet rs =
                    statement.executeQuery(
                            "select revision, key ->> 2, body::jsonb #>> '{metadata,labels,v}'"
                                    + " from change_log where type = 'RESOURCE'"
                                    + " and key ->> 0 = 'Tenant'")) {
                while (rs.next()) {
                    commits.computeIfAbsent(rs.getLong(1), _ -> new HashMap<>())
                            .put(rs.getString(2), Optional.ofNullable(rs.getString(3)));
                }
            }
            try (ResultSet rs =
                    statement.executeQuery(
                            "select name, labels ->> 'v' from resource where kind = 'Tenant'")) {
                while (rs.next()) {
                    end.put(rs.getString(1), rs.getString(2));
                }
            }
        }
        answered.forEach(
                (revision, value) ->
                        assertTrue(
                                commits.getOrDefault(revision, Map.of())
                                        .containsValue(Optional.of(value)),
                                "acknowledged at " + revision + " and lost: " + value));
        return new History(
                commits.entrySet().stream().map(c -> new Commit(c.getKey(), c.getValue())).toList(),
                readers,
                end,
                0);
    }
}
