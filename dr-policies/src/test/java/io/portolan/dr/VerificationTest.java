package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover.State;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which word of berlin ends the operation; its order is 7 of epoch 3, generation 3, active. */
class VerificationTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "healthy,                     READY, ACTIVE, 3, ACTIVE, 7, 3, 7, HEALTHY, 1, COMPLETED",
        "a later epoch,               READY, ACTIVE, 4, ACTIVE, 7, 3, 7, HEALTHY, 1, COMPLETED",
        "stopped as its author wrote, READY, ACTIVE, 3, ACTIVE, 7, 3, 7, STOPPED, 1, COMPLETED",
        "stopped though it should run,READY, ACTIVE, 3, ACTIVE, 7, 3, 7, STOPPED, 0, VERIFYING",
        "progressing,                 READY, ACTIVE, 3, ACTIVE, 7, 3, 7, PROGRESSING, 1, VERIFYING",
        "unknown,                     READY, ACTIVE, 3, ACTIVE, 7, 3, 7, UNKNOWN, 1, VERIFYING",
        "degraded,                    READY, ACTIVE, 3, ACTIVE, 7, 3, 7, DEGRADED, 1, VERIFYING",
        "failed,                      READY, ACTIVE, 3, ACTIVE, 7, 3, 7, FAILED, 0, VERIFYING",
        "not heard,                   SUSPECT, ACTIVE, 3, ACTIVE, 7, 3, 7, HEALTHY, 1, PROMOTING",
        "an order of before,          READY, ACTIVE, 2, ACTIVE, 7, 3, 7, HEALTHY, 1, PROMOTING",
        "an order to stand by,        READY, STANDBY, 3, ACTIVE, 7, 3, 7, HEALTHY, 1, PROMOTING",
        "a word about an older order, READY, ACTIVE, 3, ACTIVE, 6, 3, 7, HEALTHY, 1, PROMOTING",
        "a word about other content,  READY, ACTIVE, 3, ACTIVE, 7, 2, 7, HEALTHY, 1, PROMOTING",
        "a word about standing by,    READY, ACTIVE, 3, STANDBY, 7, 3, 7, HEALTHY, 1, PROMOTING",
        "not applied yet,             READY, ACTIVE, 3, ACTIVE, 7, 3, 6, HEALTHY, 1, PROMOTING",
    })
    void endsOnTheTargetsWordAboutTheNewestOrderOnly(
            String name,
            Reach reach,
            Role ordered,
            long orderEpoch,
            Role role,
            long sequence,
            long generation,
            long applied,
            Health health,
            int ready,
            State state) {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.request("berlin").settle();
        w.derive();
        w.cut("paris").settle().attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals(3, w.operation.epochAfter());
        Node berlin = w.node("berlin");
        Work former = berlin.stored.orElseThrow();
        berlin.reach = reach;
        berlin.stored =
                Optional.of(
                        new Work(
                                World.APP,
                                "shop",
                                "checkout",
                                berlin.uid,
                                ordered,
                                3,
                                orderEpoch,
                                7,
                                former.content(),
                                true,
                                false));
        berlin.reported =
                Optional.of(
                        new WorkStatus(
                                World.APP,
                                berlin.uid,
                                role,
                                generation,
                                3,
                                sequence,
                                applied,
                                false,
                                health,
                                "",
                                2,
                                ready,
                                1,
                                List.of(),
                                List.of(),
                                Optional.empty()));
        w.settle();
        assertEquals(state, w.operation.state());
        assertEquals(
                state == State.COMPLETED,
                w.operation.waitingFor().isEmpty(),
                "a wait has its reason: " + w.operation.waitingFor());
    }
}
