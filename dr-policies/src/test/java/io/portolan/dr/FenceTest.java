package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When paris' word closes the fence; the order is 7 of epoch 4, the assignment's epoch is 4. */
class FenceTest {
    @ParameterizedTest(name = "role {0}, order epoch {1}; word {2} of {3}, vanished {4}: {5}")
    @CsvSource({
        "STANDBY,     4, 7, 4, '',    true",
        "QUARANTINED, 4, 7, 4, '',    true",
        "STANDBY,     4, 8, 4, '',    true",
        "STANDBY,     4, 6, 4, '',    false",
        "STANDBY,     4, 7, 3, '',    false",
        "STANDBY,     4, 9, 5, '',    false",
        "STANDBY,     3, 7, 3, '',    false",
        "ACTIVE,      4, 7, 4, '',    false",
        "STANDBY,     4, 7, 4, web-1, false",
    })
    void closesOnTheAcknowledgementOfTheNewestOrderOnly(
            Role role,
            long orderEpoch,
            long sequence,
            long epoch,
            String vanished,
            boolean closed) {
        World w = fenced(role, orderEpoch);
        w.node("paris").reported =
                Optional.of(
                        status(
                                new Demotion(
                                        sequence,
                                        epoch,
                                        vanished.isEmpty() ? List.of() : List.of(vanished))));
        assertEquals(
                closed, Fence.of(w.view(), w.node("paris").uid, w.now) instanceof Fence.Closed);
    }

    @Test
    void aTombstoneIsNoOrderToStop() {
        World w = fenced(Role.STANDBY, 4);
        Work order = w.node("paris").stored.orElseThrow();
        w.node("paris").stored =
                Optional.of(
                        new Work(
                                order.application(),
                                order.tenant(),
                                order.name(),
                                order.cluster(),
                                order.role(),
                                order.generation(),
                                order.epoch(),
                                order.sequence(),
                                Optional.empty(),
                                true,
                                false));
        w.node("paris").reported = Optional.of(status(new Demotion(7, 4, List.of())));
        assertEquals(
                new Fence.Open(
                        w.node("paris").uid,
                        "paris to remove what it has of checkout",
                        false,
                        Optional.empty()),
                Fence.of(w.view(), w.node("paris").uid, w.now));
    }

    @Test
    void silenceIsNoProof() {
        World w = fenced(Role.STANDBY, 4);
        w.node("paris").reported = Optional.empty();
        w.cut("paris");
        assertEquals(
                new Fence.Open(
                        w.node("paris").uid,
                        "paris is unreachable, silent since 2026-11-22T17:00:00Z, and may still run"
                                + " checkout",
                        true,
                        Optional.empty()),
                Fence.of(w.view(), w.node("paris").uid, w.now));
    }

    private static World fenced(Role role, long orderEpoch) {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.request("berlin");
        for (int epoch = 1; epoch < 4; epoch++) {
            w.assignment = Roles.revoke(w.assignment, List.of(w.node("paris").uid));
        }
        Work first = w.node("paris").stored.orElseThrow();
        w.node("paris").stored =
                Optional.of(
                        new Work(
                                first.application(),
                                first.tenant(),
                                first.name(),
                                first.cluster(),
                                role,
                                first.generation(),
                                orderEpoch,
                                7,
                                first.content(),
                                true,
                                false));
        return w;
    }

    private static WorkStatus status(Demotion demotion) {
        return new WorkStatus(
                World.APP,
                World.of(true, "paris eu-west active").node("paris").uid,
                Role.STANDBY,
                3,
                demotion.epoch(),
                demotion.sequence(),
                demotion.sequence(),
                false,
                Health.STOPPED,
                "",
                2,
                0,
                0,
                List.of(),
                List.of(),
                Optional.of(demotion));
    }

    @ParameterizedTest
    @ValueSource(strings = {"F2", "F3", "F4", "F5"})
    void whoShowsThatItStoppedIsEnoughWhateverThePolicyAsksOfTheSilent(String least) {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'minimumFence':'" + least + "'";
        w.request(new Failover.Request("berlin", List.of(), "", "ann", true)).everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals("F2", w.operation.evidence().orElseThrow().level());
    }

    @Test
    void anExpiredGrantIsTooWeakWhereThePolicyAsksForMore() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.grant = Optional.of(Duration.ofSeconds(30));
        w.policy = ",'minimumFence':'F4'";
        w.everybody().cut("paris").request("berlin").everybody();
        w.pass(Duration.ofMinutes(5)).everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(
                "evidence F4, which its policy asks for (minimumFence); there is F3",
                w.operation.waitingFor());
        w.back("paris").everybody();
        assertEquals(State.COMPLETED, w.operation.state());
    }
}
