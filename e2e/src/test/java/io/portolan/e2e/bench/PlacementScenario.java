package io.portolan.e2e.bench;

import com.sun.management.ThreadMXBean;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.Claim;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Guests;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decisions of the placement engine in one thread of this process. Fresh: applications that are
 * nowhere yet, over a fleet that stays as it is. Incremental: a cluster changes before each
 * decision, and the application is placed already.
 */
final class PlacementScenario {
    private static final int[] SIZES = {10, 100, 1_000, 10_000};
    private static final Duration WARM = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(2);
    private static final String[] PROVIDERS = {"aws", "azure", "gcp", "own"};

    private PlacementScenario() {}

    static void measure(Figures into) {
        for (int size : SIZES) {
            Map<Uid, Candidate> fleet = fleet(size);
            policy(into, "simple_" + size, fleet, simple(), 10_000, 1_000);
            policy(into, "rich_" + size, fleet, rich(), 2_000, 3_000);
        }
    }

    private static void policy(
            Figures into,
            String name,
            Map<Uid, Candidate> fleet,
            PlacementPolicySpec policy,
            double perSecond,
            double p99) {
        Fresh fresh = new Fresh(ClusterSnapshot.of(fleet.values()), policy);
        Incremental incremental = new Incremental(fleet, policy);
        run(fresh, WARM);
        Run measured = run(fresh, MEASURED);
        into.add(name + "_per_s", "1", measured.perSecond(), perSecond);
        into.add(name + "_p99_us", "us", Percentile.ms(measured.nanos, 99) * 1_000, p99);
        into.add(name + "_alloc_kb", "kb", measured.bytesEach() / 1_024);
        run(incremental, WARM);
        Run following = run(incremental, MEASURED);
        into.add(name + "_incremental_per_s", "1", following.perSecond());
        into.add(name + "_incremental_p99_us", "us", Percentile.ms(following.nanos, 99) * 1_000);
    }

    private interface Deciding {
        PlacementDecision decide(long number);
    }

    private record Run(List<Long> nanos, long bytes) {
        double perSecond() {
            return nanos.size() / (nanos.stream().mapToLong(Long::longValue).sum() / 1e9);
        }

        double bytesEach() {
            return (double) bytes / nanos.size();
        }
    }

    private static Run run(Deciding deciding, Duration time) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Long> nanos = new ArrayList<>();
        long bytes = 0;
        long end = System.nanoTime() + time.toNanos();
        for (long number = 0; System.nanoTime() < end; number++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long begin = System.nanoTime();
            PlacementDecision decision = deciding.decide(number);
            nanos.add(System.nanoTime() - begin);
            bytes += threads.getCurrentThreadAllocatedBytes() - allocated;
            if (!decision.satisfied()) {
                throw new IllegalStateException(decision.summary());
            }
        }
        return new Run(nanos, bytes);
    }

    private static final class Fresh implements Deciding {
        private final ClusterSnapshot fleet;
        private final PlacementPolicySpec policy;
        private final Needs needs;

        Fresh(ClusterSnapshot fleet, PlacementPolicySpec policy) {
            this.fleet = fleet;
            this.policy = policy;
            this.needs = PlacementScenario.needs(fleet, policy);
        }

        @Override
        public PlacementDecision decide(long number) {
            return Scheduler.place(fleet, policy, needs, number);
        }
    }

    private static final class Incremental implements Deciding {
        private final Map<Uid, Candidate> clusters;
        private final List<Uid> uids;
        private final PlacementPolicySpec policy;
        private final Needs needs;
        private ClusterSnapshot fleet;

        Incremental(Map<Uid, Candidate> clusters, PlacementPolicySpec policy) {
            this.clusters = new TreeMap<>(clusters);
            this.uids = List.copyOf(clusters.keySet());
            this.policy = policy;
            this.fleet = ClusterSnapshot.of(clusters.values());
            Needs asked = PlacementScenario.needs(fleet, policy);
            this.needs = asked.on(Scheduler.place(fleet, policy, asked, 1).chosen());
        }

        @Override
        public PlacementDecision decide(long number) {
            Uid changed = uids.get((int) (number * 7 % uids.size()));
            clusters.computeIfPresent(
                    changed,
                    (_, c) ->
                            cluster(
                                    Integer.parseInt(c.name().substring(1)),
                                    c.reach() == Reach.READY ? Reach.SUSPECT : Reach.READY));
            fleet = fleet.next(clusters, Set.of(changed));
            return Scheduler.place(fleet, policy, needs, 1);
        }
    }

    /** What all applications of one policy ask alike. */
    private static Needs needs(ClusterSnapshot fleet, PlacementPolicySpec policy) {
        Cell[] cells = new Cell[fleet.size()];
        Arrays.setAll(cells, PlacementScenario::room);
        Requests requests =
                new Requests(
                        Map.of("web", new Requests.Workload(12, new Amount(250, 512L << 20))),
                        Amount.NONE,
                        Amount.NONE);
        List<Neighbours> near =
                policy.affinity().stream()
                        .map(
                                term ->
                                        Neighbours.of(
                                                term,
                                                true,
                                                false,
                                                fleet.all().subList(0, fleet.size() / 10)))
                        .toList();
        return new Needs(
                        Selector.parse("jurisdiction in (EU, CH)"),
                        Set.of(),
                        Set.of("Deployment.apps", "Service"),
                        Map.of("web", 12),
                        List.of(),
                        List.of(),
                        Set.of(),
                        Instant.EPOCH)
                .near(near)
                .claiming(new Claim(new Uid("app"), "shop", Room.of(cells), requests, Map.of()));
    }

    /** One of twenty is full. */
    private static Cell room(int i) {
        Amount all = new Amount(64_000, 256L << 30);
        Amount used = i % 20 == 7 ? all : new Amount(i % 32 * 1_000, i % 100L << 30);
        return new Cell(
                8, Optional.of(all), used, used, Amount.NONE, List.of(), 0, Guests.NONE, List.of());
    }

    private static Map<Uid, Candidate> fleet(int size) {
        Map<Uid, Candidate> out = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            Candidate cluster = cluster(i, Reach.READY);
            out.put(cluster.uid(), cluster);
        }
        return out;
    }

    /** Four providers with five regions of three zones each. */
    private static Candidate cluster(int i, Reach reach) {
        String provider = PROVIDERS[i % 4];
        String region = provider + "-r" + i / 4 % 5;
        return new Candidate(
                new Uid("0192-cluster-%06d".formatted(i)),
                "c" + i,
                Map.of(
                        "tier", i % 3 == 0 ? "gold" : "silver",
                        "cost", Integer.toString(10 + i * 31 % 90),
                        "latency", Integer.toString(1 + i * 17 % 50),
                        "carbon", Integer.toString(i * 13 % 400)),
                new ClusterSpec(
                        new Location(provider, region, region + "-z" + i / 20 % 3, "EU"),
                        i % 10 == 9
                                ? List.of(new Taint("maintenance", "", Effect.NO_SCHEDULE))
                                : List.of(),
                        false),
                reach,
                Set.of("Deployment.apps", "Service", "StatefulSet.apps"),
                "v1." + (34 + i % 3) + ".1",
                List.of(),
                false);
    }

    private static PlacementPolicySpec simple() {
        return new PlacementPolicySpec(
                Selector.parse("provider in (aws, azure)"), List.of(), 2, List.of());
    }

    /** Three spreads, room, affinity and five preferences. */
    private static PlacementPolicySpec rich() {
        return Codec.strict()
                .read(
                        """
                        {"where": "provider in (aws, azure, own), kubernetesVersion >= 1.34, !legacy",
                         "tolerations": [{"key": "maintenance", "effect": "NoSchedule"}],
                         "clusters": 4,
                         "spread": [{"over": "provider", "minGroups": 2, "maxSkew": 1},
                                    {"over": "region", "minGroups": 3, "maxSkew": 1},
                                    {"over": "zone", "minGroups": 4, "maxSkew": 1}],
                         "replicas": {"divide": "weighted", "minPerCluster": 1,
                                      "weights": [{"where": "provider = own", "weight": 3}]},
                         "capacity": {"headroom": "10%", "unknown": "refuses"},
                         "affinity": [{"application": "cache", "over": "jurisdiction"},
                                      {"application": "noisy", "over": "cluster", "apart": true}],
                         "prefer": [{"lowest": "cost", "weight": 50},
                                    {"lowest": "latency", "weight": 30},
                                    {"lowest": "carbon", "weight": 20},
                                    {"where": "provider = own", "weight": 25},
                                    {"where": "tier = gold", "weight": 10}]}
                        """,
                        PlacementPolicySpec.class);
    }
}
