package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A single writer whose standbys are kept apart from it, in central's loop. */
class StandbysTest {
    private final World world = new World();

    @BeforeEach
    void fourClusters() {
        world.cluster("c1", "eu-west");
        world.cluster("c2", "eu-west");
        world.cluster("c3", "us-east");
        world.cluster("c4", "us-east");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid put(String policy) {
        PlacementPolicySpec spec =
                Codec.strict().read(policy.replace('\'', '"'), PlacementPolicySpec.class);
        Uid uid = world.put(World.spec(1, spec, true), World.TENANT, "checkout");
        world.converge();
        return uid;
    }

    private Map<String, Role> roles(Uid application) {
        Map<String, Role> out = new TreeMap<>();
        for (Member member : world.assignment(application).members()) {
            out.put(name(member.cluster()), member.role());
        }
        return out;
    }

    private String name(Uid cluster) {
        return world.agents.entrySet().stream()
                .filter(e -> e.getValue().uid().equals(cluster))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    private List<String> order(Uid application) {
        return world.assignment(application).decision().order().stream().map(this::name).toList();
    }

    @Test
    void preferencesSayWhoIsActiveAndWhoTakesOver() {
        Uid app =
                put(
                        "{'clusters':3,'standbys':{'apart':['region']},'prefer':["
                                + "{'where':'name = c4','weight':9},"
                                + "{'where':'name = c2','weight':5}]}");
        assertEquals(Map.of("c4", Role.ACTIVE, "c2", Role.STANDBY, "c1", Role.STANDBY), roles(app));
        assertEquals(List.of("c4", "c2", "c1"), order(app));
        assertEquals(Truth.TRUE, world.condition("checkout", "Placed").truth());

        world.failover(app, "move", "", true);
        world.converge();
        assertEquals(Role.ACTIVE, roles(app).get("c2"));
    }

    @Test
    void whatIsBetterNowDoesNotMoveTheActive() {
        Uid app = put("{'clusters':2,'prefer':[{'where':'name = c1','weight':9}]}");
        assertEquals(Role.ACTIVE, roles(app).get("c1"));
        put(
                "{'clusters':2,'standbys':{'apart':['region']},"
                        + "'prefer':[{'where':'name = c3','weight':9}]}");
        assertEquals(Role.ACTIVE, roles(app).get("c1"));
    }

    @Test
    void aStandbyNearTheActiveGoesWhenItsSuccessorStandsBy() {
        Uid app =
                put(
                        "{'clusters':2,'standbys':{'apart':['region']},'prefer':["
                                + "{'where':'name = c1','weight':9},"
                                + "{'where':'name = c3','weight':5}]}");
        assertEquals(Map.of("c1", Role.ACTIVE, "c3", Role.STANDBY), roles(app));
        for (String silent : List.of("c3", "c4")) {
            world.agents.get(silent).cutOff = true;
        }
        world.pass(Duration.ofMinutes(3));
        world.failover(app, "move", "c2", true);
        world.converge();
        world.pass(Duration.ofSeconds(5));
        assertEquals(Role.ACTIVE, roles(app).get("c2"));
        assertEquals(Role.STANDBY, roles(app).get("c1"), "c3 is not heard");

        world.agents.get("c3").cutOff = false;
        world.pass(Duration.ofSeconds(5));
        world.converge();
        assertEquals(Map.of("c2", Role.ACTIVE, "c3", Role.STANDBY), roles(app));
    }

    @Test
    void whoArrivesLaterProvesFirstThatItRunsNothing() {
        Uid app =
                put(
                        "{'clusters':2,'where':'region = eu-west','prefer':["
                                + "{'where':'name = c1','weight':9}]}");
        assertEquals(Map.of("c1", Role.ACTIVE, "c2", Role.STANDBY), roles(app));
        world.agents.get("c3").temper = FakeAgent::silent;
        put(
                "{'clusters':2,'standbys':{'apart':['region']},'prefer':["
                        + "{'where':'name = c3','weight':9}]}");
        assertEquals(
                Map.of("c1", Role.ACTIVE, "c2", Role.STANDBY, "c3", Role.QUARANTINED), roles(app));
        world.agents.get("c3").temper = s -> s;
        world.converge();
        assertEquals(Map.of("c1", Role.ACTIVE, "c3", Role.STANDBY), roles(app));
    }

    @Test
    void withoutAnotherClusterItStaysAndTheStatusSaysSo() {
        Uid app =
                put(
                        "{'clusters':2,'where':'region = eu-west','prefer':["
                                + "{'where':'name = c1','weight':9}]}");
        put(
                "{'clusters':2,'where':'region = eu-west','standbys':{'apart':['region']},"
                        + "'prefer':[{'where':'name = c1','weight':9}]}");
        assertEquals(Map.of("c1", Role.ACTIVE, "c2", Role.STANDBY), roles(app));
        assertEquals("StandbysNotApart", world.condition("checkout", "Placed").reason());
        assertTrue(
                world.assignment(app).decision().fates().stream()
                        .anyMatch(
                                f ->
                                        f.detail()
                                                .equals(
                                                        "was there, and stays for want of others"
                                                                + " although its region is eu-west,"
                                                                + " as that of the active c1;"
                                                                + " standby 1 of 1")));
        long head = world.store.head();
        world.pass(Duration.ofSeconds(30));
        assertEquals(head, world.store.head(), "and nothing is written again");
    }

    @Test
    void whereThePolicyWantsThingsBackTheCommandIsProposed() {
        String policy =
                "{'clusters':2,'groups':{'order':['name = c1','region = us-east'],"
                        + "'overflow':true,'returns':%s}}";
        world.put(cordoned(true), "", "c1");
        world.converge();
        Uid app = put(policy.formatted(true));
        String active = order(app).getFirst();
        assertEquals(Set.of("c3", "c4"), roles(app).keySet());
        assertEquals(Optional.empty(), proposed());

        world.put(cordoned(false), "", "c1");
        world.converge();
        assertEquals(Role.ACTIVE, roles(app).get(active), "it never moves by itself");
        Condition proposed = proposed().orElseThrow();
        assertEquals("WouldReturn", proposed.reason());
        assertEquals(
                active
                        + " is in group 2 of 2 (region = us-east), and c1 in group 1 of 2 (name ="
                        + " c1) could take it back; type: portolan relocate checkout --tenant shop"
                        + " --to c1",
                proposed.message());

        world.failover(app, "back", "c1", true);
        world.converge();
        assertEquals(Role.ACTIVE, roles(app).get("c1"));
        assertEquals(Optional.empty(), proposed());
    }

    @Test
    void withoutReturnsNothingIsProposed() {
        world.put(cordoned(true), "", "c1");
        world.converge();
        put("{'groups':{'order':['name = c1','region = us-east'],'overflow':true}}");
        world.put(cordoned(false), "", "c1");
        world.converge();
        assertEquals(Optional.empty(), proposed());
    }

    private Optional<Condition> proposed() {
        return Condition.find(world.status("checkout").conditions(), "RelocationProposed");
    }

    private static ClusterSpec cordoned(boolean cordoned) {
        return new ClusterSpec(
                new ClusterSpec.Location("test", "eu-west", "", ""), List.of(), cordoned);
    }

    @Test
    void whatReturnedOrIsQuarantinedNeverGoesForIt() {
        Uid app =
                put(
                        "{'clusters':2,'standbys':{'apart':['region']},'prefer':["
                                + "{'where':'name = c1','weight':9},"
                                + "{'where':'name = c3','weight':5}]}");
        Uid near = world.agents.get("c2").uid();
        assertEquals(List.of("c1", "c3"), next(app, new Member(near, Role.STANDBY, 1, false)));
        assertEquals(
                List.of("c1", "c2", "c3"),
                next(app, new Member(near, Role.STANDBY, 1, false, true)));
        assertEquals(
                List.of("c1", "c2", "c3"), next(app, new Member(near, Role.QUARANTINED, 1, false)));
    }

    /** Who is a member next if this one were, too. */
    private List<String> next(Uid app, Member more) {
        Assignment stored = world.assignment(app);
        List<Member> members = new ArrayList<>(stored.members());
        members.add(more);
        Assignment former =
                new Assignment(app, stored.epoch(), List.copyOf(members), stored.decision());
        FleetImage image = world.core.image();
        Resource<ApplicationSpec> application = image.application(app).orElseThrow().value();
        return Policies.of(image, application) instanceof Policies.Found policies
                ? Decided.of(
                                new View(image, world.store.silences(), world.now),
                                application,
                                policies,
                                former,
                                former)
                        .next()
                        .members()
                        .stream()
                        .map(m -> name(m.cluster()))
                        .sorted()
                        .toList()
                : List.of();
    }
}
