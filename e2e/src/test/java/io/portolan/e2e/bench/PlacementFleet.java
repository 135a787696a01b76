package io.portolan.e2e.bench;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.Claim;
import io.portolan.placement.Needs;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Guests;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What the placement engine is asked in its benchmark: fleets of any size, and two policies. */
final class PlacementFleet {
    private static final String[] PROVIDERS = {"aws", "azure", "gcp", "own"};

    private PlacementFleet() {}

    /** The policies by the names that figures have. */
    enum Asked {
        SIMPLE {
            @Override
            PlacementPolicySpec policy() {
                return simple();
            }
        },
        RICH {
            @Override
            PlacementPolicySpec policy() {
                return rich();
            }
        };

        abstract PlacementPolicySpec policy();
    }

    /** What all applications of one policy ask alike. */
    static Needs needs(ClusterSnapshot fleet, PlacementPolicySpec policy) {
        Cell[] cells = new Cell[fleet.size()];
        Arrays.setAll(cells, PlacementFleet::room);
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

    static Map<Uid, Candidate> fleet(int size) {
        Map<Uid, Candidate> out = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            Candidate cluster = cluster(i, Reach.READY);
            out.put(cluster.uid(), cluster);
        }
        return out;
    }

    /** Four providers with five regions of three zones each. */
    static Candidate cluster(int i, Reach reach) {
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
