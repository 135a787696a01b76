package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Failover.State;
import io.portolan.model.placement.Assignment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailoverScenarioTest {
    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");

    private Uid checkout(boolean single, int clusters, String where) {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        Uid app =
                world.put(
                        World.spec(1, World.on(clusters, where), single), World.TENANT, "checkout");
        world.converge();
        return app;
    }

    private Uid activeOnWest() {
        Uid app = checkout(true, 1, "region = eu-west");
        world.put(World.spec(1, World.on(2, ""), true), World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(west), world.assignment(app).active());
        return app;
    }

    @Test
    void aPlannedFailoverOfASingleWriterHasProofBeforePromotion() {
        Uid app = activeOnWest();
        world.commits.clear();

        world.failover(app, "f1", "eu-north", true);
        world.converge();

        Failover done = world.operation("f1");
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertEquals("F2", done.evidence().orElseThrow().level());
        Assignment after = world.assignment(app);
        assertEquals(List.of(north), after.active());
        assertEquals(Role.STANDBY, after.member(west).orElseThrow().role());
        assertEquals(done.epochAfter(), after.epoch());
        assertEquals(after.epoch(), world.work("c2", app).orElseThrow().epoch());
        assertTrue(world.agents.get("c2").runs(app));
        assertFalse(world.agents.get("c1").runs(app));
        assertEquals(
                "revision 2 healthy on 1 of 1, standby on 1", world.status("checkout").summary());
        assertTrue(world.status("checkout").operation().isEmpty());
        assertTrue(world.complaints.isEmpty(), world.complaints.toString());
    }

    @Test
    void anAssignmentAndItsWorksAreOneCommit() {
        Uid app = activeOnWest();
        world.commits.clear();

        world.failover(app, "f1", "c2", true);
        world.converge();

        List<Effect.Commit> changing =
                world.commits.stream().filter(c -> writes(c, Row.AssignmentRow.class)).toList();
        assertEquals(2, changing.size(), "revoking and promoting");
        for (Effect.Commit commit : changing) {
            assertTrue(writes(commit, Row.OperationRow.class));
            assertTrue(writes(commit, Row.WorkRow.class));
        }
    }

    private static boolean writes(Effect.Commit commit, Class<? extends Row> type) {
        return commit.writes().stream()
                .anyMatch(w -> w instanceof Write.Put(Row row) && type.isInstance(row));
    }

    @Test
    void anUnreachableSourceBlocksUntilAttestedAndReturnsQuarantined() {
        Uid app = activeOnWest();
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));

        world.failover(app, "f1", "c2", true);
        world.converge();
        world.pass(Duration.ofMinutes(10));
        world.converge();
        Failover blocked = world.operation("f1");
        assertEquals(State.FENCING, blocked.state());
        assertTrue(blocked.next().contains("attest"), blocked.next());
        assertTrue(world.assignment(app).active().isEmpty());
        assertEquals("f1", world.status("checkout").operation().orElseThrow());

        Operators.attest(world, "f1");
        world.converge();
        Failover done = world.operation("f1");
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertEquals("F6", done.evidence().orElseThrow().level());
        assertEquals(Role.QUARANTINED, role(app, west));
        assertEquals(List.of(north), world.assignment(app).active());
        world.pass(Duration.ofMinutes(5));
        assertEquals(Role.QUARANTINED, role(app, west), "no report, no release");

        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertFalse(world.agents.get("c1").runs(app));
        assertEquals(Role.STANDBY, role(app, west));
        assertTrue(
                world.store.events(app, 50).stream()
                        .map(EventRecord::reason)
                        .anyMatch("Released"::equals));
        assertEquals(List.of(north), world.assignment(app).active());
    }

    private Role role(Uid app, Uid cluster) {
        return world.assignment(app).member(cluster).orElseThrow().role();
    }

    @Test
    void aQuarantinedMemberWhosePodsOnlyLookGoneStaysQuarantined() {
        Uid app = activeOnWest();
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));
        world.failover(app, "f1", "c2", true);
        world.converge();
        Operators.attest(world, "f1");
        world.converge();

        world.agents.get("c1").temper = FailoverScenarioTest::vanished;
        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();

        assertEquals(Role.QUARANTINED, role(app, west));
    }

    private static io.portolan.model.app.WorkStatus vanished(io.portolan.model.app.WorkStatus s) {
        return new io.portolan.model.app.WorkStatus(
                s.application(),
                s.cluster(),
                s.role(),
                s.generation(),
                s.epoch(),
                s.sequence(),
                s.appliedSequence(),
                s.removed(),
                s.health(),
                s.message(),
                s.inventory(),
                s.readyReplicas(),
                s.desiredReplicas(),
                s.troubles(),
                s.conditions(),
                s.demotion()
                        .map(
                                d ->
                                        new io.portolan.model.app.WorkStatus.Demotion(
                                                d.sequence(), d.epoch(), List.of("web-0"))));
    }

    @Test
    void aStatelessApplicationLeavesAnUnreachableClusterAtOnce() {
        Uid app = checkout(false, 1, "region = eu-west");
        world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(west), world.assignment(app).active());
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));
        assertEquals(List.of(west), world.assignment(app).active(), "nothing moves by itself");

        world.failover(app, "f1", "eu-north", false);
        world.converge();

        assertEquals(State.COMPLETED, world.operation("f1").state());
        assertEquals(List.of(north), world.assignment(app).active());
        assertEquals(Role.QUARANTINED, role(app, west));

        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertFalse(world.agents.get("c1").runs(app));
        assertEquals(Role.STANDBY, role(app, west));
        assertEquals(List.of(north), world.assignment(app).active());
    }

    /** While no central was there, nobody was heard. */
    @Test
    void whoHasJustBegunToLeadRefusesNobodyForASilence() {
        Uid app = activeOnWest();
        world.agents.values().forEach(a -> a.cutOff = true);
        world.pass(Duration.ofSeconds(20));
        world.crash("later");
        world.failover(app, "f1", "c2", true);
        world.converge();
        assertFalse(world.operation("f1").state().ended(), world.operation("f1").toString());

        world.agents.values().forEach(a -> a.cutOff = false);
        world.pass(Duration.ofSeconds(2));
        world.converge();
        assertEquals(State.COMPLETED, world.operation("f1").state());

        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(20));
        world.crash("last");
        world.failover(app, "f2", "c1", true);
        world.converge();
        assertFalse(world.operation("f2").state().ended());
        world.pass(Duration.ofSeconds(16));
        assertEquals(State.REFUSED, world.operation("f2").state(), "it was not heard in time");
    }

    @Test
    void aRelocationLeavesOnlyWhatAnswers() {
        Uid app = activeOnWest();
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(16));
        world.operation(app, "r1", new Failover.Request("", List.of(), "", "user:test", true));
        world.converge();

        Failover refused = world.operation("r1");
        assertEquals(State.REFUSED, refused.state());
        assertTrue(
                refused.steps().getLast().detail().contains("type: portolan failover checkout"),
                refused.steps().toString());
        assertEquals(List.of(west), world.assignment(app).active());

        world.agents.get("c1").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        world.operation(app, "r2", new Failover.Request("", List.of(), "", "user:test", true));
        world.converge();
        assertEquals(State.COMPLETED, world.operation("r2").state());
        assertEquals(List.of(north), world.assignment(app).active());
    }

    @Test
    void placementLeavesTheAssignmentAloneWhileAnOperationIsLive() {
        Uid app = activeOnWest();
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));
        world.failover(app, "f1", "c2", true);
        world.converge();
        Assignment during = world.assignment(app);

        world.put(World.spec(2, World.on(1, "region = eu-north"), true), World.TENANT, "checkout");
        world.converge();

        assertEquals(during, world.assignment(app));
    }

    @Test
    void aPolicyThatMakesAnUnfenceableApplicationASingleWriterMovesNothing() {
        world.put(DrPolicySpec.STATELESS, World.TENANT, "dr");
        KubeObject nightly =
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "batch/v1",
                                "kind",
                                "CronJob",
                                "metadata",
                                Map.of("name", "nightly")));
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        Uid app =
                world.put(
                        new ApplicationSpec(
                                List.of(
                                        new Component(
                                                "raw", new Component.Manifests(List.of(nightly)))),
                                Optional.empty(),
                                Optional.of(new PolicyRef.Named<>("dr"))),
                        World.TENANT,
                        "checkout");
        world.converge();
        Assignment before = world.assignment(app);
        assertEquals(1, before.active().size());

        world.put(
                new DrPolicySpec(
                        DrPolicySpec.Writers.SINGLE,
                        DrPolicySpec.DEMOTE_TIMEOUT,
                        DrPolicySpec.VERIFY_TIMEOUT),
                World.TENANT,
                "dr");
        world.converge();
        assertEquals("Unfenceable", world.condition("checkout", "Placed").reason());
        assertEquals(before, world.assignment(app));

        world.failover(app, "f1", before.active().getFirst().equals(west) ? "c2" : "c1", true);
        world.converge();
        assertEquals(State.REFUSED, world.operation("f1").state());
        assertEquals(before, world.assignment(app));
    }

    @Test
    void whatFenceIsNeededIsNeverGuessedAndNeverForgotten() {
        DrPolicySpec single =
                new DrPolicySpec(
                        DrPolicySpec.Writers.SINGLE,
                        DrPolicySpec.DEMOTE_TIMEOUT,
                        DrPolicySpec.VERIFY_TIMEOUT);
        world.put(single, World.TENANT, "dr");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        Uid app =
                world.put(
                        new ApplicationSpec(
                                List.of(World.container("web", 1)),
                                Optional.of(new PolicyRef.Inline<>(World.on(2, ""))),
                                Optional.of(new PolicyRef.Named<>("dr"))),
                        World.TENANT,
                        "checkout");
        world.converge();
        Assignment before = world.assignment(app);
        String to = before.active().getFirst().equals(west) ? "c2" : "c1";

        world.drop(new ResourceKey(Kind.DR_POLICY, World.TENANT, "dr"));
        world.converge();
        world.failover(app, "f1", to, false);
        world.converge();
        assertEquals(State.REFUSED, world.operation("f1").state());
        assertEquals(before, world.assignment(app));

        world.put(single, World.TENANT, "dr");
        world.converge();
        world.failover(app, "f2", to, false);
        world.converge();
        Failover done = world.operation("f2");
        assertEquals(State.COMPLETED, done.state(), done.waitingFor());
        assertTrue(done.singleWriter());
        assertEquals("F2", done.evidence().orElseThrow().level());
    }

    @Test
    void deletionWaitsForALiveOperation() {
        Uid app = activeOnWest();
        world.agents.get("c1").cutOff = true;
        world.pass(Duration.ofSeconds(45));
        world.failover(app, "f1", "c2", true);
        world.converge();

        world.delete(world.key("checkout"));
        world.converge();

        assertEquals("OperationLive", world.condition("checkout", "Deleting").reason());
        assertTrue(world.work("c1", app).isPresent());
    }
}
