package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition.Truth;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Health;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApplicationScenarioTest {
    private final World world = new World();

    @BeforeEach
    void threeClusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-north");
        world.cluster("c3", "us-east");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid checkout(ApplicationSpec spec) {
        Uid uid = world.put(spec, World.TENANT, "checkout");
        world.converge();
        return uid;
    }

    private List<String> holders(Uid application) {
        return world.agents.keySet().stream()
                .sorted()
                .filter(c -> world.work(c, application).filter(w -> !w.tombstone()).isPresent())
                .toList();
    }

    @Test
    void appliedBecomesWorkContentAndHealthyStatus() {
        Uid app = checkout(World.spec(3, World.on(2, "region in (eu-west, eu-north)"), false));

        assertEquals(List.of("c1", "c2"), holders(app));
        assertEquals("revision 1 healthy on 2 of 2", world.status("checkout").summary());
        assertEquals(Health.HEALTHY, world.status("checkout").health());
        for (String type : List.of("Placed", "Applied", "Healthy")) {
            assertEquals(Truth.TRUE, world.condition("checkout", type).truth(), type);
        }
        Work work = world.work("c1", app).orElseThrow();
        Content content =
                Codec.lenient()
                        .read(
                                world.store.content(work.content().orElseThrow()).orElseThrow(),
                                Content.class);
        assertEquals(
                List.of("Deployment shop/checkout-web", "Service shop/checkout-web"),
                content.objects().stream().map(o -> o.ref().toString()).toList());
        assertEquals(1, work.epoch());
        assertTrue(world.complaints.isEmpty());
    }

    @Test
    void nothingIsWrittenWhenNothingChanges() {
        checkout(World.spec(3, World.on(2, ""), false));
        int commits = world.commits.size();
        long head = world.store.head();

        world.pass(Duration.ofSeconds(30));
        world.crash("second");
        world.converge();

        assertEquals(head, world.store.head());
        assertEquals(commits, world.commits.size());
    }

    @Test
    void aNewGenerationReachesAllMembersAtOnceWithNewerSequences() {
        Uid app = checkout(World.spec(3, World.on(2, ""), false));
        List<String> before = holders(app);
        Work old = world.work(before.getFirst(), app).orElseThrow();

        world.put(World.spec(5, World.on(2, ""), false), World.TENANT, "checkout");
        world.settle();

        Work updated = world.work(before.getFirst(), app).orElseThrow();
        assertEquals(before, holders(app));
        assertEquals(2, updated.generation());
        assertTrue(updated.sequence() > old.sequence());
        assertNotEquals(old.content(), updated.content());
        assertEquals(Truth.FALSE, world.condition("checkout", "Healthy").truth());
        assertEquals("revision 2 healthy on 0 of 2", world.status("checkout").summary());
        world.converge();
        assertEquals("revision 2 healthy on 2 of 2", world.status("checkout").summary());
    }

    @Test
    void moreAndFewerClustersFollowThePolicy() {
        PlacementPolicySpec one = World.on(1, "");
        world.put(one, World.TENANT, "spread");
        ApplicationSpec spec =
                new ApplicationSpec(
                        List.of(World.container("web", 1)),
                        Optional.of(new PolicyRef.Named<>("spread")),
                        Optional.empty());
        Uid app = checkout(spec);
        List<String> first = holders(app);
        assertEquals(1, first.size());

        world.put(World.on(3, ""), World.TENANT, "spread");
        world.converge();
        assertEquals(3, holders(app).size());

        world.put(World.on(1, ""), World.TENANT, "spread");
        world.converge();
        assertEquals(1, holders(app).size());
        assertEquals("revision 1 healthy on 1 of 1", world.status("checkout").summary());
    }

    @Test
    void deletionWaitsForEachClusterThenLeavesNothing() {
        Uid app = checkout(World.spec(1, World.on(3, ""), false));
        world.agents.get("c3").cutOff = true;
        world.pass(Duration.ofSeconds(45));

        world.delete(world.key("checkout"));
        world.converge();

        var waiting = world.condition("checkout", "Deleting");
        assertEquals(
                "waits for c3 (unreachable: it is removed when the cluster returns)",
                waiting.message());
        assertTrue(world.work("c1", app).isEmpty());
        assertTrue(world.work("c3", app).orElseThrow().tombstone());

        world.agents.get("c3").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertTrue(world.store.find(world.key("checkout")).isEmpty());
        assertTrue(world.store.assignment(app).isEmpty());
        assertTrue(
                world.store.snapshot().rows().stream()
                        .noneMatch(r -> r.row().key().toString().contains(app.value())),
                "rows are left of " + app);
    }

    @Test
    void aSuccessorOfTheSameNameStartsAfresh() {
        Uid first = checkout(World.spec(1, World.on(1, ""), false));
        world.delete(world.key("checkout"));
        world.converge();

        Uid second = checkout(World.spec(1, World.on(1, ""), false));

        assertNotEquals(first, second);
        assertEquals("revision 1 healthy on 1 of 1", world.status("checkout").summary());
    }

    @Test
    void aClusterThatIsUsedAgainGetsAGreaterSequenceThanEver() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        long before = world.work("c1", app).orElseThrow().sequence();
        world.put(World.spec(1, World.on(1, "region = eu-north"), false), World.TENANT, "checkout");
        world.converge();
        assertTrue(world.work("c1", app).isEmpty());

        world.put(World.spec(1, World.on(1, "region = eu-west"), false), World.TENANT, "checkout");
        world.converge();

        assertTrue(world.work("c1", app).orElseThrow().sequence() > before + 1);
    }

    @Test
    void anUnreachableClusterIsUnknownNeverTheLastGoodNews() {
        checkout(World.spec(1, World.on(2, "region in (eu-west, eu-north)"), false));
        world.agents.get("c2").cutOff = true;

        world.pass(Duration.ofSeconds(20));
        assertEquals(Reach.SUSPECT, world.clusterStatus("c2").reach());
        assertEquals(Health.HEALTHY, world.status("checkout").health());
        world.pass(Duration.ofSeconds(25));

        assertEquals(Reach.UNREACHABLE, world.clusterStatus("c2").reach());
        var there =
                world.status("checkout").clusters().stream()
                        .filter(c -> c.cluster().equals("c2"))
                        .findFirst()
                        .orElseThrow();
        assertFalse(there.heard());
        assertEquals(Health.UNKNOWN, there.health());
        assertEquals(0, there.readyReplicas());
        Instant heard = world.clusterStatus("c2").lastHeard().orElseThrow();
        String told = "not heard since " + heard + "; last known Healthy, 1 of 1 ready, revision 1";
        assertEquals(told, there.message());
        assertEquals(Optional.of(heard), there.since());
        assertEquals(
                "revision 1 healthy on 1 of 2: c2 " + told, world.status("checkout").summary());
        assertEquals(Truth.UNKNOWN, world.condition("checkout", "Healthy").truth());
        assertEquals("c2: Unknown, " + told, world.condition("checkout", "Healthy").message());
        List<String> events =
                world.store.events(world.agents.get("c2").uid(), 10).stream()
                        .map(EventRecord::reason)
                        .toList();
        assertEquals("ClusterUnreachable", events.getFirst());

        world.agents.get("c2").cutOff = false;
        world.pass(Duration.ofSeconds(1));
        assertEquals(Health.HEALTHY, world.status("checkout").health());
    }

    @Test
    void aMissingPolicyIsNamedAndHealsItself() {
        ApplicationSpec spec =
                new ApplicationSpec(
                        List.of(World.container("web", 1)),
                        Optional.of(new PolicyRef.Named<>("eu")),
                        Optional.empty());
        Uid app = checkout(spec);

        assertEquals("PolicyMissing", world.condition("checkout", "Placed").reason());
        assertTrue(
                world.condition("checkout", "Placed")
                        .message()
                        .contains("PlacementPolicy shop/eu"));
        assertTrue(holders(app).isEmpty());

        world.put(World.on(1, "region = eu-west"), World.TENANT, "eu");
        world.converge();
        assertEquals(List.of("c1"), holders(app));
        assertEquals(Truth.TRUE, world.condition("checkout", "Placed").truth());

        world.drop(new ResourceKey(Kind.PLACEMENT_POLICY, World.TENANT, "eu"));
        world.converge();
        assertEquals(List.of("c1"), holders(app), "a lost policy removes nothing");
        assertEquals("PolicyMissing", world.condition("checkout", "Placed").reason());
    }

    @Test
    void whereNothingFitsItWaitsForACluster() {
        Uid app = checkout(World.spec(1, World.on(1, "region = ap-south"), false));
        assertEquals("NoClusterFits", world.condition("checkout", "Placed").reason());

        world.cluster("c4", "ap-south");
        world.settle();
        assertTrue(holders(app).isEmpty(), "its agent has not joined");
        world.agents.get("c4").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();

        assertEquals(List.of("c4"), holders(app));
    }

    @Test
    void aStatelessApplicationMovesMakeBeforeBreak() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.agents.get("c2").temper =
                s -> s.health() == Health.HEALTHY ? FakeAgent.with(s, Health.PROGRESSING) : s;

        world.put(World.spec(1, World.on(1, "region = eu-north"), false), World.TENANT, "checkout");
        world.converge();

        assertEquals(List.of("c1", "c2"), holders(app));
        assertTrue(world.assignment(app).member(world.agents.get("c1").uid()).get().leaving());
        assertEquals(1, world.work("c1", app).orElseThrow().generation());
        assertEquals("revision 2 healthy on 0 of 1, leaving 1", world.status("checkout").summary());

        world.agents.get("c2").temper = s -> s;
        world.converge();
        assertEquals(List.of("c2"), holders(app));
        assertTrue(world.work("c1", app).isEmpty());
        assertEquals("revision 2 healthy on 1 of 1", world.status("checkout").summary());
    }

    @Test
    void kubernetesOwnWordsReachTheStatus() {
        world.agents.get("c1").temper =
                s ->
                        FakeAgent.refused(
                                s,
                                new WorkStatus.Trouble(
                                        new ObjectRef("apps/v1", "Deployment", "shop", "web"),
                                        Health.FAILED,
                                        "Invalid",
                                        "spec.replicas: must be >= 0"));
        checkout(World.spec(1, World.on(1, "region = eu-west"), false));

        var applied = world.condition("checkout", "Applied");
        assertEquals("Refused", applied.reason());
        assertEquals(
                "c1: Deployment shop/web: Invalid: spec.replicas: must be >= 0", applied.message());
        assertEquals(1, world.status("checkout").clusters().getFirst().troubles().size());
        assertEquals(
                "revision 1 healthy on 0 of 1: c1 Deployment web: spec.replicas: must be >= 0",
                world.status("checkout").summary());
    }

    @Test
    void ofASingleWriterOneIsActiveAndItNeverMovesByItself() {
        Uid app = checkout(World.spec(1, World.on(2, "region in (eu-west, eu-north)"), true));
        Assignment assignment = world.assignment(app);
        assertEquals(1, assignment.active().size());
        assertEquals(2, assignment.members().size());
        Uid active = assignment.active().getFirst();
        String name = active.equals(world.agents.get("c1").uid()) ? "c1" : "c2";
        String region = name.equals("c1") ? "eu-west" : "eu-north";
        assertEquals(
                "revision 1 healthy on 1 of 1, standby on 1", world.status("checkout").summary());

        world.put(
                World.spec(1, World.on(2, "region != " + region), true), World.TENANT, "checkout");
        world.converge();

        assertEquals(List.of(active), world.assignment(app).active());
        var proposed = world.condition("checkout", "RelocationProposed");
        assertTrue(
                proposed.message().contains("portolan relocate checkout --tenant shop --to "),
                proposed.message());
        assertEquals(Role.ACTIVE, world.work(name, app).orElseThrow().role());

        world.agents.get(name).cutOff = true;
        world.pass(Duration.ofMinutes(2));
        assertEquals(List.of(active), world.assignment(app).active());
        String silent = world.condition("checkout", "RelocationProposed").message();
        assertTrue(silent.contains("portolan failover checkout --tenant shop --to "), silent);
    }

    @Test
    void aClusterInUseIsDrainedBeforeItGoes() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.delete(ResourceKey.cluster("c1"));
        world.converge();
        var waits =
                io.portolan.model.Condition.find(world.clusterStatus("c1").conditions(), "Deleting")
                        .orElseThrow();
        assertTrue(waits.message().contains("shop/checkout"), waits.message());

        world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "checkout");
        world.converge();

        assertFalse(holders(app).contains("c1"));
        assertTrue(world.store.find(ResourceKey.cluster("c1")).isEmpty());
    }

    private void taint(String cluster, String region, ClusterSpec.Taint... taints) {
        world.put(
                new ClusterSpec(
                        new ClusterSpec.Location("test", region, "", ""), List.of(taints), false),
                "",
                cluster);
        world.converge();
    }

    @Test
    void aTaintThatEvictsIsLeftWhenItsTolerationIsOver() {
        Effect evicts = Effect.NO_EXECUTE;
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.parse("region != us-east"),
                        List.of(
                                new Toleration(
                                        "maintenance", "", Optional.of(evicts), Optional.of(60L))),
                        1,
                        List.of());
        Uid app = checkout(World.spec(1, policy, false));
        String first = holders(app).getFirst();
        String region = first.equals("c1") ? "eu-west" : "eu-north";

        taint(first, region, new ClusterSpec.Taint("maintenance", "", evicts));
        assertEquals(world.now, world.clusterStatus(first).tainted().getFirst().since());
        world.pass(Duration.ofSeconds(59));
        world.converge();
        assertEquals(List.of(first), holders(app), "it is tolerated for a minute");

        world.pass(Duration.ofSeconds(1));
        world.converge();
        assertEquals(List.of(first.equals("c1") ? "c2" : "c1"), holders(app));

        taint(first, region);
        assertEquals(List.of(), world.clusterStatus(first).tainted());
    }

    @Test
    void whereDataMayBeIsTheTenantsToSayWhateverAPolicySays() {
        Uid app = checkout(World.spec(1, World.on(3, ""), true));
        Uid active = world.assignment(app).active().getFirst();
        List<String> others =
                world.agents.keySet().stream()
                        .filter(c -> !world.agents.get(c).uid().equals(active))
                        .sorted()
                        .toList();
        Uid legal = world.agents.get(others.getFirst()).uid();

        world.put(
                new ClusterSpec(
                        new ClusterSpec.Location("test", "eu-west", "", "EU"), List.of(), false),
                "",
                others.getFirst());
        world.put(new TenantSpec(Selector.EVERYTHING, Set.of(), Set.of("EU")), "", World.TENANT);
        world.converge();

        Assignment next = world.assignment(app);
        assertEquals(List.of(active), next.active(), "a single writer never moves by itself");
        assertEquals(List.of(legal), next.decision().chosen());
        assertEquals(
                Set.of(active, legal),
                Set.copyOf(next.members().stream().map(Assignment.Member::cluster).toList()),
                "no standby keeps data elsewhere");
        var proposed = world.condition("checkout", "RelocationProposed");
        assertTrue(proposed.message().contains("must stay in EU"), proposed.message());
        world.failover(app, "f", others.getLast(), true);
        world.converge();
        assertEquals(Failover.State.REFUSED, world.operation("f").state());
    }

    @Test
    void whereDataMustNotBeItIsLeftWithoutWaitingForASuccessor() {
        Uid app = checkout(World.spec(1, World.on(2, ""), false));
        assertEquals(2, world.assignment(app).active().size());

        world.put(new TenantSpec(Selector.EVERYTHING, Set.of(), Set.of("EU")), "", World.TENANT);
        world.converge();

        assertEquals(List.of(), world.assignment(app).members());
        assertTrue(
                world.agents.values().stream().noneMatch(a -> a.runs(app)), "no cluster is in EU");
    }

    @Test
    void anUpgradeOutOfTheRangeOfVersionsMovesIt() {
        PlacementPolicySpec policy = World.on(1, "kubernetesVersion < 1.37");
        Uid app = checkout(World.spec(1, policy, false));
        String first = holders(app).getFirst();

        world.agents.get(first).kubernetesVersion = "v1.37.0";
        world.agents.get(first).observe();
        world.pass(Duration.ofSeconds(1));
        world.converge();

        assertNotEquals(List.of(first), holders(app));
        assertEquals(1, holders(app).size());
    }

    private int replicasIn(String cluster, Uid app) {
        return world.work(cluster, app)
                .flatMap(Work::content)
                .flatMap(digest -> world.store.content(digest))
                .map(bytes -> Codec.lenient().read(bytes, Content.class))
                .map(c -> (Integer) c.objects().getFirst().at("spec", "replicas"))
                .orElse(0);
    }

    private List<Integer> replicas(Uid app) {
        return List.of(replicasIn("c1", app), replicasIn("c2", app), replicasIn("c3", app));
    }

    @Test
    void replicasAreDividedAndDividedAnewWhenTheClustersChange() {
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.EVERYTHING,
                        List.of(),
                        2,
                        List.of(),
                        Optional.of(
                                new Division(
                                        Division.Divide.WEIGHTED,
                                        List.of(
                                                new Division.Weight(
                                                        Selector.parse("region = us-east"), 3)),
                                        1,
                                        Optional.empty())));
        taint("c2", "eu-north", new ClusterSpec.Taint("x", "", Effect.NO_SCHEDULE));
        Uid app = checkout(World.spec(8, policy, false));
        assertEquals(List.of(2, 0, 6), replicas(app));
        assertEquals("revision 1 healthy on 2 of 2", world.status("checkout").summary());
        assertEquals(
                Map.of("web", 6),
                world.assignment(app).member(world.agents.get("c3").uid()).get().replicas());
        long head = world.store.head();
        world.crash("second");
        world.converge();
        assertEquals(head, world.store.head(), "nothing is divided anew by itself");

        world.put(World.spec(8, policy, false), World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(2, 0, 6), replicas(app), "a new revision keeps the division");

        taint("c3", "us-east", new ClusterSpec.Taint("x", "", Effect.NO_EXECUTE));
        taint("c2", "eu-north");
        world.converge();
        assertEquals(List.of(4, 4, 0), replicas(app));
        assertTrue(
                world.store.events(app, 100).stream()
                        .map(EventRecord::message)
                        .anyMatch(m -> m.startsWith("c1 runs web 4 (")));

        world.put(World.spec(8, World.on(2, ""), false), World.TENANT, "checkout");
        world.converge();
        assertEquals(List.of(8, 8, 0), replicas(app));

        world.put(World.spec(8, policy, true), World.TENANT, "checkout");
        world.converge();
        Uid active = world.assignment(app).active().getFirst();
        String name = active.equals(world.agents.get("c1").uid()) ? "c1" : "c2";
        assertEquals(8, replicasIn(name, app), "a single writer has all");
    }

    @Test
    void itGoesBackToTheFirstGroupWhenThatFitsAgain() {
        PlacementPolicySpec policy =
                new PlacementPolicySpec(
                        Selector.EVERYTHING,
                        List.of(),
                        1,
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Optional.of(
                                new ClusterGroups(
                                        List.of(
                                                Selector.parse("region = us-east"),
                                                Selector.parse("region = eu-west")),
                                        false,
                                        true)));
        taint("c3", "us-east", new ClusterSpec.Taint("x", "", Effect.NO_EXECUTE));
        Uid app = checkout(World.spec(1, policy, false));
        assertEquals(List.of("c1"), holders(app));
        assertEquals(Truth.TRUE, world.condition("checkout", "Placed").truth());

        taint("c3", "us-east");
        assertEquals(List.of("c3"), holders(app));
        long head = world.store.head();
        taint("c1", "eu-west", new ClusterSpec.Taint("y", "", Effect.NO_EXECUTE));
        assertEquals(List.of("c3"), holders(app));
        assertTrue(world.store.head() > head);
    }

    @Test
    void aCordonLetsNothingNewInAndMovesNothing() {
        Uid app = checkout(World.spec(1, World.on(1, "region = eu-west"), false));
        world.put(
                new ClusterSpec(
                        new ClusterSpec.Location("test", "eu-west", "", ""), List.of(), true),
                "",
                "c1");
        world.converge();
        assertEquals(List.of("c1"), holders(app));
    }
}
