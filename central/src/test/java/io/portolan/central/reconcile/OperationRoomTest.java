package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Room that a single writer's operation keeps while nobody has the role. */
class OperationRoomTest extends RoomyWorld {
    private Uid single(String name, int replicas, int clusters) {
        return world.put(
                spec(
                        web(replicas, "1", "1Gi"),
                        World.on(clusters, ""),
                        DrPolicySpec.Writers.SINGLE),
                World.TENANT,
                name);
    }

    /** It is heard and never shows that it stopped. */
    private void neverStops(String cluster) {
        world.agents.get(cluster).temper = FakeAgent::silent;
    }

    private State state(String operation) {
        return world.operation(operation).state();
    }

    @Test
    void keepsItWhereItGoesAndWhereItMayHaveToGoBackTo() {
        cluster("a1", "eu-west", 4);
        cluster("b1", "eu-north", 4);
        cluster("c1", "eu-south", 1);
        begin();
        Uid ledger = single("ledger", 3, 2);
        world.converge();
        String source = on(ledger).getFirst();
        String target = source.equals("a1") ? "b1" : "a1";
        neverStops(source);
        world.failover(ledger, "f1", target, true);
        world.converge();
        assertEquals(State.FENCING, state("f1"));
        assertEquals(List.of(), on(ledger));

        Uid small = put("small", web(1, "1", "1Gi"), World.on(1, "name in (a1, b1)"));
        Uid other = put("other", web(2, "1", "1Gi"), World.on(1, ""));
        world.converge();
        assertEquals(1, on(small).size());
        assertEquals(List.of(), on(other), "there are 4, the failover keeps 3 in either");

        Operators.abort(world, "f1");
        world.converge();
        assertEquals(List.of(source), on(ledger));
        assertEquals(List.of(), on(other), "it is reserved again");
    }

    @Test
    void whatItKeptIsFreeForThoseThatWaitWhenItHasEnded() {
        cluster("a1", "eu-west", 3);
        begin();
        Uid ledger = single("ledger", 3, 1);
        world.converge();
        cluster("b1", "eu-north", 3);
        world.agents.get("b1").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();
        neverStops("a1");
        world.failover(ledger, "f1", "b1", true);
        world.converge();
        Uid other = put("other", web(2, "1", "1Gi"), World.on(1, ""));
        world.converge();
        assertEquals(List.of(), on(other));

        Operators.abort(world, "f1");
        world.converge();
        assertEquals(List.of("a1"), on(ledger));
        assertEquals(List.of("b1"), on(other));
    }

    /** What one of them takes is not in the image yet when the other is decided. */
    @Test
    void ofTwoThatBeginAtOnceTheSecondFindsItTaken() {
        cluster("a1", "eu-west", 4);
        begin();
        Uid x = single("x", 2, 1);
        Uid y = single("y", 2, 1);
        world.converge();
        assertEquals(List.of("a1"), on(x));
        assertEquals(List.of("a1"), on(y));
        cluster("b1", "eu-north", 3);
        world.agents.get("b1").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();

        neverStops("a1");
        world.failover(x, "f1", "", true);
        world.failover(y, "f2", "", true);
        world.converge();
        assertEquals(
                Set.of(State.FENCING, State.REFUSED),
                new TreeSet<>(List.of(state("f1"), state("f2"))));
        Failover refused = world.operation(state("f1") == State.REFUSED ? "f1" : "f2");
        assertEquals(
                "no cluster can take checkout: a1: it is active there already; b1: it has no room,"
                        + " memory: needs 2 GiB, free 1 GiB; cpu: needs 2, free 1",
                refused.steps().getLast().detail());
    }
}
