package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each stored decision says what led to it, and when: "why did it move on Tuesday". */
class TriggerTest {
    private final World world = new World();

    @BeforeEach
    void twoClusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid checkout(PlacementPolicySpec policy) {
        Uid uid = world.put(World.spec(1, policy, false), World.TENANT, "checkout");
        world.converge();
        return uid;
    }

    private PlacementDecision decision(Uid app) {
        return world.assignment(app).decision();
    }

    private String trigger(Uid app) {
        return decision(app).trigger().orElseThrow();
    }

    private void taint(String cluster, String region, ClusterSpec.Taint... taints) {
        world.put(
                new ClusterSpec(
                        new ClusterSpec.Location("test", region, "", ""), List.of(taints), false),
                "",
                cluster);
        world.converge();
    }

    private List<String> messages(Uid app) {
        return world.store.events(app, 100).stream().map(EventRecord::message).toList();
    }

    @Test
    void itBeginsWithTheApplication() {
        Uid app = checkout(World.on(1, "region = eu-west"));
        assertEquals("application was made", trigger(app));
        assertEquals(Optional.of(world.now), decision(app).decidedAt());
        assertTrue(
                messages(app).contains("placed on c1 as Active (application was made)"),
                () -> messages(app).toString());
    }

    @Test
    void aTaintIsNamedAndTheEventsOfTheMoveTellItToo() {
        Uid app = checkout(World.on(1, "region != eu-south"));
        String first = world.core.image().clusterName(decision(app).chosen().getFirst());
        String other = first.equals("c1") ? "c2" : "c1";
        world.pass(Duration.ofMinutes(1));
        taint(
                first,
                first.equals("c1") ? "eu-west" : "eu-north",
                new ClusterSpec.Taint("maintenance", "", Effect.NO_EXECUTE));

        String why = "cluster " + first + " was tainted maintenance:NoExecute";
        assertEquals(why, trigger(app));
        assertEquals(Optional.of(world.now), decision(app).decidedAt());
        List<String> told = messages(app);
        assertTrue(
                told.contains("placed on " + other + " as Active (" + why + ")"), told::toString);
        assertTrue(
                told.contains("leaves " + first + " when its successors are healthy (" + why + ")"),
                told::toString);
        assertTrue(told.contains("is removed from " + first + " (" + why + ")"), told::toString);
    }

    @Test
    void theEndOfATolerationIsTold() {
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.EVERYTHING,
                        List.of(
                                new Toleration(
                                        "maintenance",
                                        "",
                                        Optional.of(Effect.NO_EXECUTE),
                                        Optional.of(60L))),
                        1,
                        List.of());
        Uid app = checkout(policy);
        String first = world.core.image().clusterName(decision(app).chosen().getFirst());
        taint(
                first,
                first.equals("c1") ? "eu-west" : "eu-north",
                new ClusterSpec.Taint("maintenance", "", Effect.NO_EXECUTE));
        Instant until = world.now.plusSeconds(60);
        world.pass(Duration.ofSeconds(62));
        world.converge();
        assertEquals(
                first + ": its taint maintenance:NoExecute was tolerated until " + until,
                trigger(app));
    }

    @Test
    void aPolicyThatChangesIsNamedWithItsGeneration() {
        world.put(World.on(1, "region = eu-west"), World.TENANT, "eu");
        Uid app =
                world.put(
                        new ApplicationSpec(
                                List.of(World.container("web", 1)),
                                Optional.of(new PolicyRef.Named<>("eu")),
                                Optional.empty()),
                        World.TENANT,
                        "checkout");
        world.converge();
        world.put(World.on(1, "region = eu-north"), World.TENANT, "eu");
        world.converge();
        long generation =
                world.store
                        .find(
                                new ResourceKey(
                                        io.portolan.model.Kind.PLACEMENT_POLICY,
                                        World.TENANT,
                                        "eu"))
                        .orElseThrow()
                        .resource()
                        .row()
                        .resource()
                        .metadata()
                        .generation();
        assertEquals(
                "placement policy shop/eu changed (generation " + generation + ")", trigger(app));
    }

    @Test
    void aClusterThatJoinsIsNamedByWhomItWasWaitedFor() {
        Uid app = checkout(World.on(3, ""));
        assertEquals("application was made", trigger(app));
        world.cluster("c3", "us-east");
        world.converge();
        assertEquals("application was made", trigger(app), "it did not help yet");
        world.agents.get("c3").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(3, decision(app).chosen().size());
        assertEquals("cluster c3 joined", trigger(app));
    }

    @Test
    void anotherApplicationThatIsWaitedForIsNamed() {
        Uid app =
                checkout(
                        Codec.strict()
                                .read(
                                        "{\"affinity\":[{\"application\":\"cache\"}]}",
                                        PlacementPolicySpec.class));
        assertEquals(List.of(), decision(app).chosen());
        world.put(World.spec(1, World.on(1, "region = eu-west"), false), World.TENANT, "cache");
        world.converge();
        assertEquals(1, decision(app).chosen().size());
        assertEquals("application shop/cache was made", trigger(app), "both in one batch");
    }

    @Test
    void anApplicationThatChangesSaysWhichGeneration() {
        Uid app = checkout(World.on(1, "region = eu-west"));
        checkout(World.on(1, "region = eu-north"));
        assertTrue(trigger(app).matches("application changed \\(generation \\d+\\)"), trigger(app));
    }

    @Test
    void aNewLeaderThatFindsWhatNobodyDecidedSaysSo() {
        Uid app = checkout(World.on(1, "region != us-east"));
        String first = world.core.image().clusterName(decision(app).chosen().getFirst());
        world.step(new Event.Deposed());
        taint(
                first,
                first.equals("c1") ? "eu-west" : "eu-north",
                new ClusterSpec.Taint("x", "", Effect.NO_EXECUTE));
        world.crash("second");
        world.converge();
        assertEquals(
                "a new leader looked; " + first + ": its taint x:NoExecute is not tolerated",
                trigger(app));
    }

    @Test
    void itStaysWhileTheChoiceIsTheSameHoweverItsWordsChange() {
        Uid app = checkout(World.on(1, "region = eu-west"));
        PlacementDecision before = decision(app);
        world.pass(Duration.ofMinutes(5));
        taint("c2", "eu-north", new ClusterSpec.Taint("x", "", Effect.NO_SCHEDULE));
        checkout(new PlacementPolicySpec(Selector.parse("name = c1"), List.of(), 1, List.of()));
        PlacementDecision after = decision(app);
        assertNotEquals(before.summary(), after.summary(), "the decision was rewritten");
        assertEquals(before.trigger(), after.trigger());
        assertEquals(before.decidedAt(), after.decidedAt());
        long head = world.store.head();
        world.crash("second");
        world.converge();
        assertEquals(head, world.store.head(), "trigger and time make no two decisions differ");
    }

    @Test
    void aDecisionOfBeforeItWasKeptIsNotTouchedForIt() {
        Uid app = checkout(World.on(1, "region = eu-west"));
        var stored = world.store.assignment(app).orElseThrow();
        Assignment old = stored.row().assignment();
        world.commit(
                new Precondition(stored.row().key(), stored.revision()),
                new Write.Put(
                        new Row.AssignmentRow(
                                new Assignment(
                                        app,
                                        old.epoch(),
                                        old.members(),
                                        old.decision()
                                                .because(Optional.empty(), Optional.empty())))));
        long head = world.store.head();
        world.crash("second");
        world.converge();
        assertEquals(head, world.store.head());
        assertEquals(Optional.empty(), decision(app).trigger());
    }

    @Test
    void aCommitThatDidNotHappenForgetsNothing() {
        Uid app = checkout(World.on(1, "region != us-east"));
        String first = world.core.image().clusterName(decision(app).chosen().getFirst());
        World.Faults honest = world.faults;
        world.faults = (_, _) -> new CommitResult.Unavailable("down");
        taint(
                first,
                first.equals("c1") ? "eu-west" : "eu-north",
                new ClusterSpec.Taint("x", "", Effect.NO_EXECUTE));
        world.pass(Duration.ofSeconds(20));
        world.faults = honest;
        world.pass(Duration.ofSeconds(10));
        world.converge();
        assertEquals("cluster " + first + " was tainted x:NoExecute", trigger(app));
    }

    @Test
    void ofManyCausesTheFirstAreToldAndTheOthersCounted() {
        Cause cause = Cause.of(Cause.LEADER).then("a").then("b").then("a").then("c").then("d");
        assertEquals("a; b; c; and 1 more", cause.then(Cause.LEADER).words());
        assertEquals("x; a; b; and 2 more", Cause.of("x").then(cause).words());
    }
}
