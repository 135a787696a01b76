package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Role;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover.Attestation;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.operation.Failover.Vouched;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an operator's word covers, and when it ends. */
class AttestationTest {
    private static World blocked() {
        World w =
                World.of(
                        true,
                        "paris eu-west active",
                        "berlin eu-central standby",
                        "bonn eu-central");
        w.cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        return w;
    }

    private static List<String> unproved(World w) {
        return FailoverPlanner.unproved(w.view(), w.now).stream().map(Unproved::name).toList();
    }

    @Test
    void meansNothingBeforeTheOperationWaitsForProof() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.cut("paris").request("berlin");
        for (int i = 0; i < 2; i++) {
            assertEquals(List.of(), unproved(w), w.operation.state()::toString);
            w.move();
        }
        assertEquals(State.REVOKING, w.operation.state());
        assertEquals(List.of(), unproved(w));
    }

    @Test
    void whoIsHeardAndStopsIsNotVouchedForBeforeItsTimeIsOver() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.request("berlin").settle();
        w.derive();
        w.settle();
        Unproved paris = FailoverPlanner.unproved(w.view(), w.now).getFirst();
        assertFalse(paris.attestable());
        assertEquals(Optional.empty(), paris.silentSince());
        w.pass(Duration.ofSeconds(90));
        assertTrue(FailoverPlanner.unproved(w.view(), w.now).getFirst().attestable());
    }

    @Test
    void isVoidForAClusterThatIsHeardAgainBeforeTheCommit() {
        World w = blocked();
        w.cut("berlin").attest().settle();
        assertEquals(State.FENCING, w.operation.state(), "the target is not there");
        w.back("paris").pass(Duration.ofSeconds(1)).settle();
        assertEquals(Optional.empty(), w.operation.attestation());
        EventRecord told = w.events.getLast();
        assertEquals("AttestationVoid", told.reason());
        assertTrue(told.message().contains("paris was heard again at"), told.message());
        w.back("berlin").settle();
        assertEquals(State.FENCING, w.operation.state(), "paris still runs it");
        assertTrue(w.node("paris").running);
        assertTrue(w.operation.waitingFor().startsWith("paris to show"), w.operation.waitingFor());
        w.everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals("F2", w.operation.evidence().orElseThrow().level());
        assertEquals(Role.STANDBY, w.role("paris"));
    }

    @Test
    void isVoidThoughTheClusterFellSilentOnceMore() {
        World w = blocked();
        w.cut("berlin").attest().settle();
        w.back("paris").pass(Duration.ofSeconds(1)).cut("paris").pass(Duration.ofSeconds(50));
        w.back("berlin").settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(List.of("paris"), unproved(w));
        w.attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void nobodysWordIsTakenWhereThePolicyAsksForTheAgentsProof() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'minimumFence':'F2'";
        w.cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        assertFalse(FailoverPlanner.unproved(w.view(), w.now).getFirst().attestable());
        assertTrue(w.operation.next().contains("takes no operator's word"), w.operation.next());
        // The policy that it began under counts, whatever it has become.
        w.policy = "";
        w.operation =
                Operations.edited(
                        w.operation,
                        Optional.of(
                                new Attestation(
                                        "user:bob",
                                        "gone",
                                        w.now,
                                        w.assignment.epoch(),
                                        List.of(
                                                new Vouched(
                                                        w.node("paris").uid,
                                                        "paris",
                                                        Optional.of(w.now))))),
                        false);
        w.everybody();
        assertEquals(State.FENCING, w.operation.state());
        w.back("paris").everybody();
        assertEquals("F2", w.operation.evidence().orElseThrow().level());
    }

    @Test
    void asManyOperatorsSpeakAsThePolicyAsksFor() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'attestations':2";
        w.cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        w.attest("user:bob").settle();
        assertEquals(State.FENCING, w.operation.state());
        assertTrue(
                w.operation
                        .waitingFor()
                        .endsWith("user:bob attested it of paris, 1 of 2 operators"),
                w.operation.waitingFor());
        w.attest("user:bob").settle();
        assertEquals(State.FENCING, w.operation.state(), "twice the same is one");
        w.attest("user:ann").settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertTrue(
                w.events.getLast().message().contains("user:bob, user:ann attested that paris"),
                w.events.getLast().message());
    }

    @Test
    void whoSpokeBeforeTheClusterWasHeardAgainHasToSpeakAnew() {
        World w = World.of(true, "paris eu-west active", "berlin eu-central standby");
        w.policy = ",'attestations':2";
        w.cut("paris").pass(Duration.ofSeconds(50)).request("berlin").everybody();
        w.attest("user:bob").settle();
        w.back("paris").pass(Duration.ofSeconds(1)).cut("paris").pass(Duration.ofSeconds(50));
        w.settle();
        w.attest("user:ann").settle();
        assertEquals(State.FENCING, w.operation.state());
        w.attest("user:bob").settle();
        assertEquals(State.PROMOTING, w.operation.state());
    }

    @Test
    void countsInItsEpochOnly() {
        World w = blocked();
        w.cut("berlin").attest().settle();
        w.assignment = Roles.restore(w.assignment, List.of(w.node("paris").uid), 3);
        w.settle();
        w.derive();
        w.back("berlin").settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(Optional.empty(), w.operation.attestation());
        assertEquals(List.of("paris"), unproved(w));
    }

    @Test
    void aClusterThatNobodyNamedStaysUnproved() {
        World w = blocked();
        Unproved paris = FailoverPlanner.unproved(w.view(), w.now).getFirst();
        w.operation =
                Operations.edited(
                        w.operation,
                        Optional.of(
                                new Attestation(
                                        "user:bob",
                                        "bonn is gone",
                                        w.now,
                                        w.assignment.epoch(),
                                        List.of(
                                                new Vouched(
                                                        w.node("bonn").uid,
                                                        "bonn",
                                                        Optional.empty())))),
                        false);
        w.settle();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(List.of(paris), FailoverPlanner.unproved(w.view(), w.now));
    }

    @Test
    void everyClusterThatMayStillRunItIsAsked() {
        World w = blocked().attest().everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(Role.QUARANTINED, w.role("paris"));
        // Berlin stops and says so; of paris nobody has heard since.
        w.request("bonn").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(List.of("paris"), unproved(w));
        assertTrue(w.node("paris").running);
        w.attest().settle();
        assertEquals(State.PROMOTING, w.operation.state());
        assertEquals("F6", w.operation.evidence().orElseThrow().level());
        assertEquals(
                List.of(w.node("paris").uid), Operations.attested(w.operation.evidence().get()));
        w.back("paris").everybody();
        assertEquals(List.of(w.node("bonn").uid), w.assignment.active());
        assertFalse(w.node("paris").running);
    }

    @Test
    void whereNoClusterIsActiveTheRoleIsGivenOnProofOfTheRest() {
        World w = World.of(true, "berlin eu-central standby", "paris eu-west active");
        w.assignment = Roles.revoke(w.assignment, List.of(w.node("paris").uid));
        w.cut("paris").derive();
        w.request("berlin").everybody();
        assertEquals(State.FENCING, w.operation.state());
        assertEquals(List.of("paris"), unproved(w));
        w.abort().settle();
        assertEquals(State.ABORTED, w.operation.state());
        assertEquals(List.of(), w.assignment.active(), "paris had no role to get back");
        w.request("berlin").everybody().attest().everybody();
        assertEquals(State.COMPLETED, w.operation.state());
        assertEquals(List.of(w.node("berlin").uid), w.assignment.active());
    }
}
