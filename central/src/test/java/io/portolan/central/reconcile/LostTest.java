package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.cluster.Probe;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.DrPolicySpec.Trigger;
import io.portolan.model.dr.DrPolicySpec.Writers;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What follows from clusters that are down, and from their return. Long because most of each case
 * is the story that leads to it.
 */
class LostTest {
    private final World world = new World();
    private final Uid west = world.cluster("c1", "eu-west");
    private final Uid north = world.cluster("c2", "eu-north");
    private final Uid south = world.cluster("c3", "eu-south");

    private static ApplicationSpec spec(Writers writers, Trigger trigger, int clusters, String at) {
        return spec(
                new DrPolicySpec(
                        writers,
                        trigger,
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(10),
                        DrPolicySpec.DEMOTE_TIMEOUT,
                        DrPolicySpec.VERIFY_TIMEOUT,
                        Optional.empty()),
                clusters,
                at);
    }

    private static ApplicationSpec spec(DrPolicySpec policy, int clusters, String at) {
        return new ApplicationSpec(
                List.of(World.container("web", 1)),
                Optional.of(new PolicyRef.Inline<>(World.on(clusters, at))),
                Optional.of(new PolicyRef.Inline<>(policy)));
    }

    /** Active on the first cluster alone, led for long. */
    private Uid onWest(Writers writers, Trigger trigger, String allowed) {
        return onWest(
                spec(writers, trigger, 1, "region = eu-west"), spec(writers, trigger, 1, allowed));
    }

    /** The same, allowed everywhere. */
    private Uid onWest(String policy) {
        DrPolicySpec read = Codec.strict().read(policy, DrPolicySpec.class);
        return onWest(spec(read, 1, "region = eu-west"), spec(read, 1, ""));
    }

    private Uid onWest(ApplicationSpec first, ApplicationSpec then) {
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(61));
        Uid app = world.put(first, World.TENANT, "checkout");
        world.converge();
        world.put(then, World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(west), world.assignment(app).active());
        return app;
    }

    private void cut(String... clusters) {
        for (String cluster : clusters) {
            world.agents.get(cluster).cutOff = true;
        }
    }

    private void passConverging(long seconds) {
        for (long s = 0; s < seconds; s++) {
            world.pass(Duration.ofSeconds(1));
            world.converge();
        }
    }

    private List<Failover> failovers() {
        return world.store.operations(World.TENANT, 100).stream()
                .map(v -> v.row().operation())
                .toList();
    }

    private Optional<Condition> proposal() {
        return Condition.find(world.status("checkout").conditions(), Lost.PROPOSED);
    }

    @Test
    void aStatelessApplicationLeavesALostClusterWhenItsTolerationIsOver() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");

        passConverging(98);
        assertEquals(List.of(), failovers());
        assertEquals("Tolerated", proposal().orElseThrow().reason());
        passConverging(4);

        Failover done = failovers().getFirst();
        assertEquals(Failover.State.COMPLETED, done.state(), done.waitingFor());
        assertEquals("policy", done.request().requestedBy());
        assertEquals(List.of("c1"), done.request().from());
        assertEquals(Role.QUARANTINED, world.assignment(app).member(west).orElseThrow().role());
        assertEquals(1, world.assignment(app).active().size());
        assertTrue(proposal().isEmpty());

        // The dead returns: it stops, and nothing moves back.
        world.agents.get("c1").cutOff = false;
        passConverging(60);
        assertEquals(1, failovers().size());
        assertEquals(1, world.assignment(app).active().size());
        assertTrue(!world.agents.get("c1").runs(app));
        assertEquals(List.of(), world.complaints);
    }

    @Test
    void whoFallsSilentBrieflyIsNotLeft() {
        onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        for (int i = 0; i < 5; i++) {
            cut("c1");
            passConverging(95);
            world.agents.get("c1").cutOff = false;
            passConverging(i < 2 ? 40 : 70 << i);
        }
        assertEquals(List.of(), failovers());
        assertTrue(proposal().isEmpty());
    }

    @Test
    void whoIsHeardNowAndThenIsNotBack() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");
        passConverging(80);
        world.agents.get("c1").cutOff = false;
        passConverging(10);
        assertEquals(List.of(), failovers());
        cut("c1");
        passConverging(45);
        assertEquals(1, failovers().size(), "lost for longer than is tolerated, one breath aside");
        assertTrue(!world.assignment(app).active().contains(west));
    }

    @Test
    void nothingIsFailedOverToWhoHasJustReturned() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1", "c2");
        passConverging(300);
        // The brake lets go when one is back, which is not where it goes to.
        world.put(
                spec(Writers.MANY, Trigger.AUTOMATIC, 1, "region in (eu-west, eu-north)"),
                World.TENANT,
                "checkout");
        world.agents.get("c2").cutOff = false;
        passConverging(20);
        Condition told =
                Condition.find(world.clusterStatus("c2").conditions(), "Returning").orElseThrow();
        assertEquals("Returning", told.reason());
        assertEquals(List.of(), failovers());
        passConverging(50);
        assertEquals(List.of(north), world.assignment(app).active());
        assertTrue(Condition.find(world.clusterStatus("c2").conditions(), "Returning").isEmpty());
    }

    @Test
    void itReturnsByItsPolicyWhenItsClusterHasBeenWellForAWhile() {
        onWest(
                "{\"trigger\":\"automatic\",\"toleration\":\"0s\",\"cooldown\":\"0s\","
                        + "\"failback\":{\"by\":\"automatic\",\"after\":\"2m\"}}");
        Uid app = failingOver("c1");
        assertEquals(Optional.of(west), world.status("checkout").home());
        world.agents.get("c1").cutOff = false;
        passConverging(60);
        Condition pending =
                Condition.find(world.status("checkout").conditions(), Homecoming.CONDITION)
                        .orElseThrow();
        assertEquals("Stabilizing", pending.reason(), pending.message());
        assertEquals(1, failovers().size());
        passConverging(80);
        Failover returned =
                failovers().stream().filter(f -> f.request().failback()).findFirst().orElseThrow();
        assertEquals(Failover.State.COMPLETED, returned.state(), returned.waitingFor());
        assertEquals(List.of(west), world.assignment(app).active());
        passConverging(5);
        assertEquals(Optional.empty(), world.status("checkout").home());
        assertTrue(
                Condition.find(world.status("checkout").conditions(), Homecoming.CONDITION)
                        .isEmpty());
    }

    @Test
    void whoMovedItAwayFromAClusterThatIsWellDoesNotSeeItBackAtOnce() {
        Uid app =
                onWest(
                        "{\"trigger\":\"automatic\",\"cooldown\":\"0s\","
                                + "\"failback\":{\"by\":\"automatic\",\"after\":\"2m\"}}");
        passConverging(180);
        world.failover(app, "away", "c2", false);
        passConverging(10);
        assertEquals(Failover.State.COMPLETED, world.operation("away").state());
        passConverging(90);
        assertEquals(List.of(north), world.assignment(app).active());
        Condition pending =
                Condition.find(world.status("checkout").conditions(), Homecoming.CONDITION)
                        .orElseThrow();
        assertEquals("Stabilizing", pending.reason(), pending.message());
        passConverging(60);
        assertEquals(List.of(west), world.assignment(app).active());
    }

    /** Of several that serve, only what took over from its cluster goes back. */
    @Test
    void ofSeveralThatServeOnlyOneReturns() {
        DrPolicySpec policy =
                Codec.strict()
                        .read(
                                "{\"trigger\":\"automatic\",\"toleration\":\"0s\",\"cooldown\":\"0s\","
                                        + "\"failback\":{\"by\":\"automatic\",\"after\":\"2m\"}}",
                                DrPolicySpec.class);
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(61));
        Uid app =
                world.put(
                        spec(policy, 2, "region in (eu-west, eu-north)"), World.TENANT, "checkout");
        world.converge();
        world.put(spec(policy, 2, ""), World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(west, north), world.assignment(app).active());
        cut("c1");
        passConverging(60);
        assertEquals(List.of(north, south), world.assignment(app).active());
        world.agents.get("c1").cutOff = false;
        passConverging(300);
        Failover returned =
                failovers().stream().filter(f -> f.request().failback()).findFirst().orElseThrow();
        assertEquals(List.of("c3"), returned.request().from());
        assertEquals(Failover.State.COMPLETED, returned.state(), returned.waitingFor());
        assertEquals(List.of(west, north), world.assignment(app).active());
    }

    /** Its application's uid when it has left the cluster. */
    private Uid failingOver(String cluster) {
        cut(cluster);
        passConverging(60);
        Failover begun = failovers().getFirst();
        assertEquals(Failover.State.COMPLETED, begun.state(), begun.waitingFor());
        return begun.application();
    }

    private void tells(String peer, boolean reached) {
        FakeAgent agent = world.agents.get(peer);
        Instant since = world.store.silences().get(west).lastHeard();
        agent.probed = List.of(new Probed(west, since, reached, ""));
        agent.observe();
        world.converge();
    }

    @Test
    void aClusterThatItsPeersReachIsNotLostButCutOff() {
        world.put(
                new ClusterSpec(
                        new ClusterSpec.Location("test", "eu-west", "", ""),
                        List.of(),
                        false,
                        Optional.empty(),
                        Optional.of(new Probe("https://c1.example/healthz"))),
                "",
                "c1");
        onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");
        passConverging(60);
        tells("c2", true);
        tells("c3", false);
        passConverging(100);
        assertEquals(List.of(), failovers());
        Condition told = proposal().orElseThrow();
        assertEquals("PeersReachIt", told.reason());
        assertTrue(told.message().contains("(1 of 2 other clusters reach it)"), told.message());

        tells("c2", false);
        passConverging(3);
        Failover begun = failovers().getFirst();
        assertTrue(
                begun.request()
                        .reason()
                        .endsWith("(nor is it reached from any of 2 other clusters)"),
                begun.request().reason());
    }

    @Test
    void aPolicyMayBelieveALossEarlierThanCentral() {
        onWest(
                "{\"trigger\":\"automatic\",\"toleration\":\"0s\","
                        + "\"detect\":{\"suspect\":\"16s\",\"down\":\"24s\"}}");
        cut("c1");
        passConverging(21);
        assertEquals("Suspect", proposal().orElseThrow().reason());
        assertEquals(List.of(), failovers());
        passConverging(8);
        assertEquals(1, failovers().size());
    }

    @Test
    void aFlappingFleetCausesOneFailoverInACooldown() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");
        passConverging(103);
        Uid second = world.assignment(app).active().getFirst();
        world.agents.get("c1").cutOff = false;
        passConverging(10);
        cut(second.equals(north) ? "c2" : "c3");

        passConverging(200);
        assertEquals(1, failovers().size());
        assertEquals("Cooldown", proposal().orElseThrow().reason());
        passConverging(400);
        assertEquals(2, failovers().size());
    }

    @Test
    void theBrakeHoldsWhenHalfOfTheFleetFallsSilent() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1", "c2");
        passConverging(300);

        assertEquals(List.of(), failovers());
        assertEquals(List.of(west), world.assignment(app).active());
        Condition told = proposal().orElseThrow();
        assertEquals("Braked", told.reason());
        assertTrue(
                told.message().contains("more than 1 of 3 clusters fell silent together"),
                told.message());
        assertTrue(
                told.message().endsWith("type: portolan failover checkout --tenant shop"),
                told.message());

        world.agents.get("c2").cutOff = false;
        passConverging(35);
        assertEquals(1, failovers().size());
    }

    @Test
    void aNewLeaderHearsEverybodyFirst() {
        onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");
        passConverging(95);
        world.crash("second");
        passConverging(50);
        assertEquals(List.of(), failovers());
        assertEquals("Braked", proposal().orElseThrow().reason());
        passConverging(20);
        assertEquals(1, failovers().size());
    }

    @Test
    void aCooldownOutlivesItsLeader() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        cut("c1");
        passConverging(103);
        world.agents.get("c1").cutOff = false;
        passConverging(10);
        world.crash("second");
        cut(world.assignment(app).active().getFirst().equals(north) ? "c2" : "c3");
        passConverging(300);
        assertEquals(1, failovers().size());
        assertEquals("Cooldown", proposal().orElseThrow().reason());
    }

    @Test
    void aSingleWriterIsProposedOnly() {
        Uid app = onWest(Writers.SINGLE, Trigger.PROPOSE, "");
        cut("c1");
        passConverging(300);

        assertEquals(List.of(), failovers());
        assertEquals(List.of(west), world.assignment(app).active());
        assertEquals("Proposed", proposal().orElseThrow().reason());
    }

    @Test
    void whereNoOtherClusterFitsItStays() {
        Uid app = onWest(Writers.MANY, Trigger.AUTOMATIC, "region = eu-west");
        cut("c1");
        passConverging(200);
        assertEquals(List.of(), failovers());
        assertEquals("NoTarget", proposal().orElseThrow().reason());
        world.put(
                spec(Writers.MANY, Trigger.AUTOMATIC, 1, "region in (eu-west, eu-south)"),
                World.TENANT,
                "checkout");
        passConverging(10);
        assertEquals(List.of(south), world.assignment(app).active());
    }

    @Test
    void ofManyApplicationsNotAllGoToOneCluster() {
        onWest(Writers.MANY, Trigger.AUTOMATIC, "");
        for (int i = 0; i < 20; i++) {
            world.put(
                    spec(Writers.MANY, Trigger.AUTOMATIC, 1, "region = eu-west"),
                    World.TENANT,
                    "app" + i);
        }
        world.converge();
        for (int i = 0; i < 20; i++) {
            world.put(spec(Writers.MANY, Trigger.AUTOMATIC, 1, ""), World.TENANT, "app" + i);
        }
        world.converge();
        cut("c1");
        passConverging(105);

        TreeMap<String, Integer> targets = new TreeMap<>();
        failovers().forEach(f -> targets.merge(f.request().to(), 1, Integer::sum));
        assertEquals(21, failovers().size());
        assertTrue(targets.get("c2") > 3 && targets.get("c3") > 3, targets.toString());
    }
}
