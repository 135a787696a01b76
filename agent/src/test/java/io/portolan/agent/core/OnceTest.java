package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.object;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.RunOnce.Outcome;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Steps of operations: Jobs that are made once, and whose last words are told. */
class OnceTest {
    private static final String STEP = "op.promote";
    private static final ObjectRef JOB = ref("batch/v1", "Job", "ledger-promote-1");
    private final Scene scene = new Scene();

    private void order(long epoch, long sequence) {
        Content content = new Content(List.of(job()));
        Work plain =
                Scene.work(
                        STEP,
                        Role.ACTIVE,
                        epoch,
                        sequence,
                        Optional.of(FakeCentral.digest(content)),
                        false,
                        false);
        scene.central.put(
                new Work(
                        plain.application(),
                        plain.tenant(),
                        plain.name(),
                        plain.cluster(),
                        plain.role(),
                        plain.generation(),
                        plain.epoch(),
                        plain.sequence(),
                        plain.content(),
                        false,
                        false,
                        false,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(
                                new RunOnce(
                                        new Uid("op"),
                                        new Uid("ledger"),
                                        "op/promote/1",
                                        1,
                                        Duration.ofMinutes(2)))),
                content);
    }

    private static KubeObject job() {
        return object("batch/v1", "Job", STEP, JOB.name())
                .with(
                        Map.of(
                                "backoffLimit",
                                0,
                                "template",
                                Map.of(
                                        "metadata",
                                        Map.of("labels", Map.of(Labels.APPLICATION_UID, STEP)),
                                        "spec",
                                        Map.of(
                                                "restartPolicy",
                                                "Never",
                                                "containers",
                                                List.of(
                                                        Map.of(
                                                                "name",
                                                                "hook",
                                                                "image",
                                                                "db-tools:3"))))),
                        "spec");
    }

    private Optional<Outcome> outcome() {
        return scene.central.status(STEP).outcome();
    }

    private List<KubeObject> pods() {
        List<KubeObject> pods = new ArrayList<>();
        scene.cluster.list(Watches.POD, Labels.APPLICATION_UID + "=" + STEP, pods::add);
        return pods;
    }

    private void podEnds(int code, String message) {
        scene.cluster.status(
                pods().getFirst().ref(),
                Map.of(
                        "phase",
                        code == 0 ? "Succeeded" : "Failed",
                        "containerStatuses",
                        List.of(
                                Map.of(
                                        "name",
                                        "hook",
                                        "state",
                                        Map.of(
                                                "terminated",
                                                Map.of("exitCode", code, "message", message))))));
    }

    @Test
    void whatThePodSaidIsTheOutcome() {
        order(7, 1);
        scene.pass(Duration.ofMillis(500));
        assertEquals(1, pods().size());
        assertEquals(Optional.empty(), outcome());
        podEnds(0, "promoted at 0/3000060\n");
        scene.settle();
        assertEquals(Optional.of(new Outcome(true, "promoted at 0/3000060")), outcome());
        assertEquals(1, pods().size());
    }

    @Test
    void aFailureIsToldWithItsLastWordsAndIsNotTriedAgain() {
        order(7, 1);
        scene.pass(Duration.ofMillis(500));
        podEnds(1, "no replica");
        scene.settle();
        assertEquals(
                Optional.of(new Outcome(false, "no replica (BackoffLimitExceeded)")), outcome());
        scene.restart();
        scene.settle();
        assertEquals(
                Optional.of(new Outcome(false, "no replica (BackoffLimitExceeded)")), outcome());
        assertEquals(1, pods().size());
    }

    @Test
    void aPodWhoseEndWasNotSeenIsWaitedForAMoment() {
        order(7, 1);
        scene.pass(Duration.ofMillis(500));
        scene.cluster.status(
                JOB,
                Map.of(
                        "succeeded",
                        1,
                        "conditions",
                        List.of(Map.of("type", "Complete", "status", "True"))));
        scene.cluster.vanish(pods().getFirst().ref());
        scene.pass(Duration.ofSeconds(2));
        assertEquals(Optional.empty(), outcome(), "its words may be on their way");
        scene.pass(Once.PATIENCE);
        assertEquals(Optional.of(new Outcome(true, "")), outcome());
    }

    @Test
    void aJobThatWasDeletedBeforeItsEndHasFailedAndIsNotMadeAgain() {
        order(7, 1);
        scene.pass(Duration.ofMillis(500));
        scene.cluster.vanish(JOB);
        scene.settle();
        assertFalse(scene.exists(JOB));
        assertFalse(outcome().orElseThrow().succeeded());
        assertTrue(
                outcome().orElseThrow().output().contains("deleted before"), outcome()::toString);

        scene.restart();
        scene.settle();
        assertFalse(scene.exists(JOB), "nor in another life");
        assertFalse(outcome().orElseThrow().succeeded());
    }

    @Test
    void theOrderOfAnEpochThatIsOverBeginsNothing() {
        scene.want("ledger", Role.STANDBY, 8, 1, configMap("ledger", "cfg", "x"));
        scene.settle();
        order(7, 1);
        scene.settle();
        assertFalse(scene.exists(JOB));
        assertTrue(
                outcome().orElseThrow().output().contains("ledger has epoch 8 here"),
                outcome()::toString);
        assertEquals(Health.FAILED, scene.central.status(STEP).health());
    }

    /** What was taken and not begun is not begun by a later life, nor when its time is over. */
    @Test
    void anOldOrderBeginsNothing() {
        scene.cluster.down(true);
        order(7, 1);
        scene.pass(Duration.ofMinutes(3));
        scene.cluster.down(false);
        scene.pass(Duration.ofMinutes(1));
        assertFalse(scene.exists(JOB));
        assertTrue(outcome().orElseThrow().output().contains("too old"), outcome()::toString);

        scene.restart();
        scene.central.down = true;
        scene.pass(Duration.ofMinutes(3));
        assertFalse(scene.exists(JOB), "alone it heals applications, and begins no step");
    }

    @Test
    void itsTombstoneRemovesTheJobWithItsPod() {
        order(7, 1);
        scene.pass(Duration.ofMillis(500));
        assertTrue(scene.exists(JOB));
        scene.end(STEP, Ending.DELETE, 2);
        scene.settle();
        assertFalse(scene.exists(JOB));
        assertEquals(List.of(), pods());
        assertTrue(scene.central.status(STEP).removed());
    }
}
