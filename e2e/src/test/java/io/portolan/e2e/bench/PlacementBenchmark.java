package io.portolan.e2e.bench;

import io.portolan.e2e.bench.PlacementFleet.Asked;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One decision of the placement engine. JMH derives from it, so it is public and not final. */
@State(Scope.Thread)
public class PlacementBenchmark {
    @Param({"10", "100", "1000", "10000"})
    public int clusters;

    /** An {@link Asked} in small letters. */
    @Param({"simple", "rich"})
    public String policy;

    private PlacementPolicySpec asked;
    private Map<Uid, Candidate> fleet;
    private List<Uid> uids;
    private ClusterSnapshot snapshot;
    private Needs nowhere;
    private Needs placed;
    private long number;

    /** Makes the fleet, and places the application once. */
    @Setup
    public void fleet() {
        asked = Asked.valueOf(policy.toUpperCase(Locale.ROOT)).policy();
        fleet = PlacementFleet.fleet(clusters);
        uids = List.copyOf(fleet.keySet());
        snapshot = ClusterSnapshot.of(fleet.values());
        nowhere = PlacementFleet.needs(snapshot, asked);
        placed = nowhere.on(Scheduler.place(snapshot, asked, nowhere, 1).chosen());
    }

    /** Each time another application, which is nowhere yet, over a fleet that stays as it is. */
    @Benchmark
    public PlacementDecision fresh() {
        return satisfied(Scheduler.place(snapshot, asked, nowhere, number++));
    }

    /** A cluster changes before each decision, and the application is placed already. */
    @Benchmark
    public PlacementDecision incremental() {
        Uid changed = uids.get((int) (number++ * 7 % uids.size()));
        fleet.computeIfPresent(
                changed,
                (_, c) ->
                        PlacementFleet.cluster(
                                Integer.parseInt(c.name().substring(1)),
                                c.reach() == Reach.READY ? Reach.SUSPECT : Reach.READY));
        snapshot = snapshot.next(fleet, Set.of(changed));
        return satisfied(Scheduler.place(snapshot, asked, placed, 1));
    }

    private static PlacementDecision satisfied(PlacementDecision decision) {
        if (!decision.satisfied()) {
            throw new IllegalStateException(decision.summary());
        }
        return decision;
    }
}
