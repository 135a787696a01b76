package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.whatif.Consequence;
import io.portolan.central.whatif.Consequence.Place;
import io.portolan.central.whatif.Cost;
import io.portolan.central.whatif.Outcome;
import io.portolan.central.whatif.Simulation;
import io.portolan.central.whatif.Simulator;
import io.portolan.central.whatif.Supposition;
import io.portolan.central.whatif.Supposition.Written;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import io.portolan.model.Spec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a simulation tells of a fleet whose loop, agents and store are real. */
class WhatIfTest {
    private final World world = new World();
    private Uid west;
    private Uid north;
    private Uid south;

    @BeforeEach
    void threeClusters() {
        west = world.cluster("c1", "eu-west");
        north = world.cluster("c2", "eu-north");
        south = world.cluster("c3", "eu-south");
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
    }

    private Uid app(String name, PlacementPolicySpec policy, boolean single) {
        Uid uid = world.put(World.spec(2, policy, single), World.TENANT, name);
        world.converge();
        return uid;
    }

    private FleetImage image() {
        return FleetImage.of(world.store.snapshot());
    }

    private Simulation simulate(Supposition supposition) {
        return Simulator.run(image(), supposition, world.now, _ -> true);
    }

    private Consequence only(Supposition supposition) {
        Simulation simulation = simulate(supposition);
        assertEquals(1, simulation.changes().size(), () -> simulation.changes().toString());
        return simulation.changes().getFirst();
    }

    private static List<String> places(List<Place> places) {
        return places.stream()
                .map(p -> p.cluster() + (p.role() == Role.ACTIVE ? "" : " " + p.role()))
                .toList();
    }

    private static PlacementPolicySpec spread(int clusters, int regions) {
        return new PlacementPolicySpec(
                Selector.EVERYTHING,
                List.of(),
                clusters,
                List.of(new PlacementPolicySpec.Spread("region", regions, 1)));
    }

    private static Written written(Spec spec, String tenant, String name) {
        return new Written(new Resource<>(Metadata.named(tenant, name), spec), Optional.empty());
    }

    private static ClusterSpec cluster(String region, boolean cordoned) {
        return new ClusterSpec(
                new ClusterSpec.Location("test", region, "", ""), List.of(), cordoned);
    }

    @Test
    void whatRunsInALostClusterMovesToOneThatFits() {
        app("web", World.on(2, "region in (eu-west, eu-north)"), false);
        app("web", World.on(2, ""), false);

        Consequence web = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.FITS, web.outcome());
        assertEquals(List.of("c1", "c2"), places(web.from()));
        assertEquals(List.of("c2", "c3"), places(web.to()));
        assertEquals("c1 is lost", web.why());
        assertTrue(web.moves());
    }

    @Test
    void fewerClustersThanAskedForAreADegradation() {
        app("web", World.on(2, "region in (eu-west, eu-north)"), false);

        Consequence web = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.DEGRADED, web.outcome());
        assertEquals(List.of("c2"), places(web.to()));
        assertTrue(web.why().startsWith("c1 is lost; 1 of 2 clusters"), web.why());
    }

    @Test
    void nothingLeftDoesNotFitAndSaysWhatKeepsTheOthersAway() {
        app("web", World.on(1, "region = eu-west"), false);

        Consequence web = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.DOES_NOT_FIT, web.outcome());
        assertEquals(List.of(), web.to());
        assertTrue(web.why().contains("0 of 2 clusters (1 asked for): 2 region"), web.why());
    }

    @Test
    void aSpreadThatNothingCanHoldAnyMoreIsABrokenPolicy() {
        app("web", spread(3, 3), false);

        Consequence web = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.BREAKS_POLICY, web.outcome());
        assertTrue(web.why().contains("over 2 regions, its policy asks for at least 3"), web.why());
    }

    @Test
    void aSingleWriterIsNotMovedButNeedsAFailover() {
        app("ledger", World.on(1, "region = eu-west"), true);
        app("ledger", World.on(2, "region in (eu-west, eu-north)"), true);

        Consequence ledger = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.NEEDS_FAILOVER, ledger.outcome());
        assertEquals(List.of("c1", "c2 Standby"), places(ledger.from()));
        assertEquals(List.of("c2"), places(ledger.to()));
        assertEquals("portolan failover ledger --tenant shop --to c2", ledger.next());
        assertTrue(ledger.why().contains("c1 is lost"), ledger.why());
        assertTrue(
                ledger.why()
                        .endsWith(
                                "needs a failover to c2, with an attestation that c1 runs nothing"
                                        + " of it"),
                ledger.why());
        assertEquals(
                "0 of 1 application moves, 1 needs failover",
                simulate(Supposition.losing(Set.of(west))).summary());
    }

    @Test
    void aSingleWriterThatNoClusterCanTakeDoesNotFit() {
        app("ledger", World.on(1, "region = eu-west"), true);

        Consequence ledger = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.DOES_NOT_FIT, ledger.outcome());
        assertTrue(ledger.why().contains("no cluster can take ledger"), ledger.why());
    }

    @Test
    void aLostStandbyIsReplaced() {
        app("ledger", World.on(1, "region = eu-west"), true);
        app("ledger", World.on(2, ""), true);
        Uid standby =
                image()
                        .assignment(image().applications().iterator().next())
                        .orElseThrow()
                        .value()
                        .members()
                        .stream()
                        .filter(m -> m.role() == Role.STANDBY)
                        .findFirst()
                        .orElseThrow()
                        .cluster();

        Consequence ledger = only(Supposition.losing(Set.of(standby)));

        assertEquals(Outcome.FITS, ledger.outcome());
        assertEquals(2, ledger.to().size());
        assertEquals("c1", ledger.to().getFirst().cluster());
        assertTrue(!ledger.moves(), "its active cluster stays");
    }

    @Test
    void aPausedApplicationIsNotPlacedElsewhere() {
        app("web", World.on(1, "region in (eu-west)"), false);
        app("web", World.on(1, ""), false);
        ApplicationSpec spec = World.spec(2, World.on(1, ""), false);
        world.put(
                new ApplicationSpec(
                        spec.components(),
                        spec.placement(),
                        spec.disasterRecovery(),
                        spec.health(),
                        true),
                World.TENANT,
                "web");
        world.converge();

        Consequence web = only(Supposition.losing(Set.of(west)));

        assertEquals(Outcome.DOES_NOT_FIT, web.outcome());
        assertEquals("c1 is lost; it is paused: nothing is placed instead", web.why());
    }

    @Test
    void whoOnlyGivesUpAClusterDoesNotMove() {
        app("web", World.on(3, ""), false);

        Simulation simulation =
                simulate(
                        new Supposition(
                                Set.of(),
                                Set.of(),
                                List.of(
                                        written(
                                                World.spec(2, World.on(2, ""), false),
                                                World.TENANT,
                                                "web"))));

        assertEquals("0 of 1 application moves, 1 changes in place", simulation.summary());
    }

    @Test
    void aCordonMovesNothing() {
        app("web", World.on(2, ""), false);

        assertEquals(
                List.of(), simulate(new Supposition(Set.of(), Set.of(west), List.of())).changes());
    }

    @Test
    void aCordonedClusterTakesNothingOfALostOne() {
        app("web", World.on(1, "region = eu-west"), false);
        app("web", World.on(1, "region in (eu-west, eu-north)"), false);

        Consequence web = only(new Supposition(Set.of(west), Set.of(north), List.of()));

        assertEquals(Outcome.DOES_NOT_FIT, web.outcome());
        assertTrue(web.why().contains("1 cordoned"), web.why());
    }

    @Test
    void aNewClusterTakesWhatFoundTooFew() {
        app("web", World.on(4, ""), false);

        Consequence web =
                only(
                        new Supposition(
                                Set.of(),
                                Set.of(),
                                List.of(written(cluster("eu-east", false), "", "c4"))));

        assertEquals(Outcome.FITS, web.outcome());
        assertEquals(List.of("c1", "c2", "c3", "c4"), places(web.to()));
    }

    @Test
    void aChangedPolicyMovesWhoUsesIt() {
        world.put(World.on(1, "region = eu-west"), World.TENANT, "near");
        world.put(
                new ApplicationSpec(
                        List.of(World.container("web", 1)),
                        Optional.of(new PolicyRef.Named<>("near")),
                        Optional.empty()),
                World.TENANT,
                "web");
        world.converge();

        Consequence web =
                only(
                        new Supposition(
                                Set.of(),
                                Set.of(),
                                List.of(
                                        written(
                                                World.on(1, "region = eu-south"),
                                                World.TENANT,
                                                "near"))));

        assertEquals(Outcome.FITS, web.outcome());
        assertEquals(List.of("c1"), places(web.from()));
        assertEquals(List.of("c3"), places(web.to()));
        assertTrue(web.why().startsWith("c1: "), web.why());
    }

    @Test
    void aSingleWriterWhosePolicyForbidsItsClusterBreaksIt() {
        app("ledger", World.on(1, "region = eu-west"), true);

        Consequence ledger =
                only(
                        new Supposition(
                                Set.of(),
                                Set.of(),
                                List.of(
                                        written(
                                                World.spec(
                                                        2, World.on(1, "region = eu-south"), true),
                                                World.TENANT,
                                                "ledger"))));

        assertEquals(Outcome.BREAKS_POLICY, ledger.outcome());
        assertEquals("c1", ledger.to().getFirst().cluster());
        assertTrue(ledger.to().getFirst().active());
        assertEquals("portolan relocate ledger --tenant shop --to c3", ledger.next());
    }

    @Test
    void aNewApplicationIsPlacedAmongTheOthers() {
        Simulation simulation =
                simulate(
                        new Supposition(
                                Set.of(),
                                Set.of(),
                                List.of(
                                        written(
                                                World.spec(1, World.on(5, ""), false),
                                                World.TENANT,
                                                "new"))));

        assertEquals(1, simulation.applications());
        assertEquals(Outcome.DEGRADED, simulation.changes().getFirst().outcome());
        assertEquals(3, simulation.changes().getFirst().to().size());
    }

    @Test
    void theHigherPriorityIsDecidedFirstAndTheOtherSeesIt() {
        app("a", World.on(1, "region = eu-west"), false);
        app("z", World.on(1, "region = eu-west"), false);
        app("a", apart("z", 0), false);
        app("z", apart("a", 5), false);

        Simulation simulation = simulate(Supposition.losing(Set.of(west)));

        assertEquals(
                Map.of("a", Outcome.DOES_NOT_FIT, "z", Outcome.FITS),
                simulation.changes().stream()
                        .collect(Collectors.toMap(Consequence::name, Consequence::outcome)));
        assertEquals(List.of("a", "z"), names(simulation), "told by uid");
    }

    private static List<String> names(Simulation simulation) {
        return simulation.changes().stream().map(Consequence::name).toList();
    }

    private static PlacementPolicySpec apart(String other, int priority) {
        return new PlacementPolicySpec(
                Selector.parse("region in (eu-west, eu-north)"),
                List.of(),
                1,
                List.of(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                List.of(
                        new Affinity(
                                Optional.of(other),
                                Optional.empty(),
                                "cluster",
                                true,
                                Optional.empty())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(new Priority(priority, false, false)));
    }

    @Test
    void costIsToldBeforeAndAfter() {
        priced("c1", "eu-west", "0.50");
        priced("c2", "eu-north", "0.20");
        app("web", World.on(1, "region = eu-west"), false);
        app("web", World.on(1, "region in (eu-west, eu-north)"), false);

        Simulation simulation = simulate(Supposition.losing(Set.of(west)));

        assertEquals("1 of 1 application moves; cost 1.00 -> 0.40 per hour", simulation.summary());
        assertEquals(Set.of(), simulation.after().unpriced());
        app("web", World.on(1, "region in (eu-west, eu-south)"), false);
        assertEquals(Set.of("c3"), simulate(Supposition.losing(Set.of(west))).after().unpriced());
    }

    @Test
    void aStandbyThatRunsCostsAndTakesOverWhatIsLost() {
        priced("c1", "eu-west", "0.50");
        priced("c2", "eu-north", "0.20");
        standing("web", "{'preset':'warm'}");
        Simulation simulation = simulate(Supposition.losing(Set.of(west)));
        assertEquals("1.20", simulation.before().toString(), "two replicas, and one");
        assertEquals(List.of("c2", "c3 Standby"), places(simulation.changes().getFirst().to()));

        standing("web", "{'preset':'hot'}");
        assertEquals("1.40", simulate(Supposition.losing(Set.of(west))).before().toString());
        standing("web", "{'preset':'cold'}");
        assertEquals("1.00", simulate(Supposition.losing(Set.of(north))).before().toString());
    }

    private void standing(String name, String recovery) {
        world.put(
                new ApplicationSpec(
                        List.of(World.container("web", 2)),
                        Optional.of(
                                new PolicyRef.Inline<>(
                                        Codec.strict()
                                                .read(
                                                        "{\"clusters\":2,\"prefer\":[{\"where\":"
                                                                + "\"name = c1\",\"weight\":9},"
                                                                + "{\"where\":\"name = c2\","
                                                                + "\"weight\":5}]}",
                                                        PlacementPolicySpec.class))),
                        Optional.of(
                                new PolicyRef.Inline<>(
                                        Codec.strict()
                                                .read(
                                                        recovery.replace('\'', '"'),
                                                        DrPolicySpec.class)))),
                World.TENANT,
                name);
        world.converge();
    }

    private void priced(String name, String region, String price) {
        world.put(cluster(region, false), "", name, m -> m.withLabels(Map.of(Cost.LABEL, price)));
    }

    @Test
    void losingNothingChangesNothing() {
        app("web", World.on(4, ""), false);
        app("ledger", World.on(2, ""), true);

        assertEquals(List.of(), simulate(Supposition.losing(Set.of())).changes());
        assertEquals(List.of(), simulate(Supposition.losing(Set.of(new Uid("nobody")))).changes());
    }

    @Test
    void theImageStaysAsItWas() {
        app("web", World.on(2, ""), false);
        app("ledger", World.on(2, ""), true);
        FleetImage image = image();
        FleetImage copy = image();

        Simulator.run(image, Supposition.losing(Set.of(west, south)), world.now, _ -> true);

        assertEquals(copy, image);
    }
}
