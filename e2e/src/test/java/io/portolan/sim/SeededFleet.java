package io.portolan.sim;

import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.Loop;
import io.portolan.central.reconcile.Rebalancer;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.DatabaseSettings;
import io.portolan.central.store.PostgresStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Fills an empty database with a healthy fleet at rest, as central itself would leave it: the real
 * loop decides and renders, agents that do nothing else report all as healthy. A program: {@code
 * JDBC-URL CLUSTERS WORKS-OF-EACH}, or with {@code crowded} behind them all works on the first
 * cluster, whose applications may run anywhere.
 */
public final class SeededFleet {
    private static final String TENANT = "bench";

    /** Clusters that run the same applications. */
    private static final int ALIKE = 10;

    private static final int WRITES = 250;

    /** Any one of them has room for all that a fleet is seeded with. */
    private static final Capacity ROOM =
            new Capacity(500, 8_000_000, 32L << 40, 50_000, 200L << 30);

    private static final Duration LEASE = Duration.ofHours(1);
    private static final Duration PULSE = Duration.ofSeconds(10);

    private final Store store;
    private final int clusters;
    private final int works;
    private final boolean crowded;
    private final Map<Uid, Long> sessions = new HashMap<>();

    private SeededFleet(Store store, int clusters, int works, boolean crowded) {
        this.store = store;
        this.clusters = clusters;
        this.works = works;
        this.crowded = crowded;
    }

    public static void main(String[] arguments) throws Exception {
        try (Store store = PostgresStore.open(DatabaseSettings.of(arguments[0], "", ""))) {
            new SeededFleet(
                            store,
                            Integer.parseInt(arguments[1]),
                            Integer.parseInt(arguments[2]),
                            arguments.length == 4 && arguments[3].equals("crowded"))
                    .fill();
        }
        System.out.println("seeded");
    }

    /** The uid of a cluster by its number. */
    public static String cluster(int number) {
        return "00000000-0000-4000-8000-%012d".formatted(number);
    }

    /** The credential of a cluster's agent. */
    public static String credential(int number) {
        return "portolan-agent-of-a-seeded-cluster-" + number;
    }

    private void fill() throws Exception {
        List<Row> rows = new ArrayList<>();
        rows.add(resource(Kind.TENANT, "", TENANT, "0", Map.of(), "{}"));
        for (int i = 0; i < clusters; i++) {
            rows.add(clusterRow(i));
        }
        for (int i = 0; i < (crowded ? 1 : clusters / ALIKE) * works; i++) {
            rows.add(application(i));
        }
        put(rows);
        for (int i = 0; i < clusters; i++) {
            join(i);
        }
        Term term = store.lead("seed", "seed", LEASE).orElseThrow();
        Loop loop =
                Loop.start(
                        store,
                        Clock.systemUTC(),
                        Thresholds.USUAL,
                        Rebalancer.USUAL,
                        new Executor(),
                        call -> HookAnswer.of(call, true, ""),
                        Optional::empty,
                        _ -> {});
        Thread pulse = Thread.ofVirtual().start(this::pulse);
        try {
            loop.led(term);
            rest(loop);
            report();
            rest(loop);
        } finally {
            pulse.interrupt();
            loop.deposed(term);
            loop.close();
            store.release(term);
        }
    }

    private static Row resource(
            Kind kind,
            String tenant,
            String name,
            String uid,
            Map<String, String> labels,
            String spec) {
        Metadata metadata =
                Metadata.named(tenant, name)
                        .created(new Uid(uid), Instant.EPOCH)
                        .withLabels(labels);
        return new Row.ResourceRow(
                new Resource<>(metadata, Codec.strict().read(spec, Documents.specType(kind))));
    }

    private static Row clusterRow(int i) {
        return resource(
                Kind.CLUSTER,
                "",
                "cluster-" + i,
                cluster(i),
                Map.of("group", "g" + i / ALIKE, "tier", "prod"),
                """
                {"location": {"provider": "metal", "region": "region-%1$d", "zone": "region-%1$d-a",
                 "jurisdiction": "EU"}}
                """
                        .formatted(i % 20));
    }

    private Row application(int i) {
        return resource(
                Kind.APPLICATION,
                TENANT,
                "app-" + i,
                "11111111-0000-4000-8000-%012d".formatted(i),
                Map.of("team", "team-" + i % 50),
                """
                {"components": [{"name": "web", "container": {
                   "image": "registry.example/team-%1$d/web:1.%2$d", "ports": [8080], "replicas": 2,
                   "env": {"LOG_LEVEL": "info", "DATABASE_HOST": "db-%1$d.example", "FEATURES": "a,b,c"},
                   "resources": {"cpu": "250m", "memory": "256Mi"}}}],
                 "placement": %3$s}
                """
                        .formatted(i % 50, i, placement(i)));
    }

    private String placement(int application) {
        return crowded
                ? "{\"prefer\": [{\"where\": \"name = cluster-0\", \"weight\": 100}]}"
                : "{\"where\": \"group = g%d\", \"clusters\": %d}"
                        .formatted(application / works, ALIKE);
    }

    private void put(List<Row> rows) {
        for (int from = 0; from < rows.size(); from += WRITES) {
            List<Write> writes =
                    rows.subList(from, Math.min(rows.size(), from + WRITES)).stream()
                            .<Write>map(Write.Put::new)
                            .toList();
            committed(store.commit(new Authority.Api(Optional.empty()), List.of(), writes));
        }
    }

    private static void committed(CommitResult result) {
        if (!(result instanceof CommitResult.Committed)) {
            throw new IllegalStateException("not committed: " + result);
        }
    }

    private void join(int i) {
        Uid uid = new Uid(cluster(i));
        store.putToken(Tokens.digest(credential(i)), new Store.TokenRecord.Agent(uid));
        long session = store.openSession(uid);
        sessions.put(uid, session);
        Observation observation =
                new Observation(
                        "0.1.0",
                        "v1.36.3",
                        Optional.of(ROOM),
                        List.of("Deployment.apps", "Service", "ConfigMap", "Job.batch"),
                        List.of(),
                        List.of(AgentMessages.GIVES_UP),
                        Optional.empty());
        say(uid, 1, List.of(new Write.Put(new Row.ObservationRow(uid, observation))));
    }

    private void say(Uid cluster, long batch, List<Write> writes) {
        committed(
                store.commit(
                        new Authority.Agent(
                                cluster,
                                java.util.Objects.requireNonNull(sessions.get(cluster)),
                                batch),
                        List.<Precondition>of(),
                        writes));
    }

    /** Nobody is silent while the fleet is made. */
    private void pulse() {
        try {
            while (true) {
                store.heard(Map.copyOf(sessions));
                Thread.sleep(PULSE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() throws Exception {
        List<Future<?>> reports = new ArrayList<>();
        try (ExecutorService agents = Executors.newFixedThreadPool(4)) {
            for (Uid uid : sessions.keySet()) {
                reports.add(agents.submit(() -> report(uid)));
            }
            for (Future<?> report : reports) {
                report.get();
            }
        }
    }

    private void report(Uid cluster) {
        List<Work> given = store.works(cluster).plain();
        if (given.size() != (crowded && !cluster.value().equals(cluster(0)) ? 0 : works)) {
            throw new IllegalStateException(cluster + " was given " + given.size() + " works");
        }
        for (int from = 0; from < given.size(); from += WRITES) {
            say(
                    cluster,
                    2 + from / WRITES,
                    given.subList(from, Math.min(given.size(), from + WRITES)).stream()
                            .<Write>map(w -> new Write.Put(new Row.WorkStatusRow(healthy(w))))
                            .toList());
        }
    }

    private static WorkStatus healthy(Work work) {
        return new WorkStatus(
                work.application(),
                work.cluster(),
                Role.ACTIVE,
                work.generation(),
                work.epoch(),
                work.sequence(),
                work.sequence(),
                false,
                Health.HEALTHY,
                "2 of 2 replicas are ready",
                2,
                2,
                2,
                List.of(),
                List.of(),
                Optional.empty());
    }

    /** Waits until the loop has nothing to do and nothing new comes. */
    private void rest(Loop loop) throws InterruptedException {
        long quiet = -1;
        for (int same = 0; same < 4; ) {
            Thread.sleep(Duration.ofMillis(500));
            long head = store.head();
            boolean rests = loop.depth() == 0 && loop.revision() == head && head == quiet;
            same = rests ? same + 1 : 0;
            quiet = head;
        }
    }
}
