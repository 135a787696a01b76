package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.whatif.Consequence;
import io.portolan.central.whatif.Outcome;
import io.portolan.central.whatif.Simulator;
import io.portolan.central.whatif.Supposition;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementPolicySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A loss that is simulated is the loss that happens: of random fleets of stateless applications,
 * each from its seed.
 */
class WhatIfPropertiesTest {
    private static final List<String> REGIONS = List.of("eu-west", "eu-north", "eu-south");

    private final World world = new World();
    private final Map<String, Uid> clusters = new TreeMap<>();
    private final Map<String, Uid> applications = new TreeMap<>();

    private Random fleet(long seed) {
        Random random = new Random(seed);
        int size = 3 + random.nextInt(5);
        for (int i = 0; i < size; i++) {
            String name = "c" + i;
            clusters.put(name, world.cluster(name, REGIONS.get(random.nextInt(3))));
        }
        world.lead();
        world.agents.values().stream().sorted().forEach(FakeAgent::join);
        world.pass(Duration.ofSeconds(1));
        for (int i = 0; i < 8; i++) {
            String name = "a" + i;
            applications.put(
                    name,
                    world.put(
                            World.spec(1 + random.nextInt(5), policy(random), false),
                            World.TENANT,
                            name));
        }
        world.converge();
        return random;
    }

    private static PlacementPolicySpec policy(Random random) {
        int number = 1 + random.nextInt(3);
        String where =
                switch (random.nextInt(4)) {
                    case 0 -> "region in (eu-west, eu-north)";
                    case 1 -> "region = eu-south";
                    default -> "";
                };
        List<PlacementPolicySpec.Spread> spread =
                random.nextInt(3) > 0
                        ? List.of()
                        : List.of(
                                new PlacementPolicySpec.Spread(
                                        "region",
                                        1 + random.nextInt(number),
                                        Optional.empty(),
                                        1 + random.nextInt(2),
                                        random.nextBoolean()));
        Optional<Division> divided =
                random.nextInt(3) == 0
                        ? Optional.of(
                                new Division(
                                        Division.Divide.WEIGHTED, List.of(), 0, Optional.empty()))
                        : Optional.empty();
        return new PlacementPolicySpec(Selector.parse(where), List.of(), number, spread, divided);
    }

    private FleetImage image() {
        return FleetImage.of(world.store.snapshot());
    }

    private List<Consequence> simulate(Set<Uid> lost) {
        return Simulator.run(image(), Supposition.losing(lost), world.now, _ -> true).changes();
    }

    private Set<Uid> some(Random random) {
        return clusters.values().stream()
                .filter(_ -> random.nextInt(3) == 0)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Each application's clusters with their parts. */
    private Map<String, Map<String, Map<String, Integer>>> real() {
        FleetImage image = image();
        Map<String, Map<String, Map<String, Integer>>> out = new TreeMap<>();
        applications.forEach(
                (name, uid) -> {
                    Map<String, Map<String, Integer>> places = new TreeMap<>();
                    for (Member member : world.assignment(uid).members()) {
                        if (!member.leaving()) {
                            places.put(image.clusterName(member.cluster()), member.replicas());
                        }
                    }
                    out.put(name, places);
                });
        return out;
    }

    private static Map<String, Map<String, Integer>> told(Consequence change) {
        Map<String, Map<String, Integer>> places = new TreeMap<>();
        change.to().forEach(p -> places.put(p.cluster(), p.replicas()));
        return places;
    }

    /** As an operator does it with clusters that are gone for good. */
    private void forget(Uid cluster) {
        FleetImage image = image();
        Retirement.Finding.Possible possible =
                assertInstanceOf(
                        Retirement.Finding.Possible.class,
                        Retirement.of(
                                new View(image, Map.of(), world.now),
                                Thresholds.USUAL,
                                image.cluster(cluster).orElseThrow()));
        assertInstanceOf(
                CommitResult.Committed.class,
                world.store.commit(
                        new Authority.Api(Optional.empty()),
                        possible.preconditions(),
                        possible.writes()));
        world.agents.values().removeIf(a -> a.uid().equals(cluster));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void whatIsSimulatedIsWhatHappensWhenClustersAreForgotten(long seed) {
        Random random = fleet(seed);
        Set<Uid> lost = some(random);
        Map<String, Map<String, Map<String, Integer>>> expected = real();
        simulate(lost).forEach(c -> expected.put(c.name(), told(c)));

        lost.forEach(this::forget);
        world.converge();

        assertEquals(expected, real(), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25, 26, 27, 28, 29, 30})
    void whatIsSimulatedIsWhatHappensWhenClustersAreDeleted(long seed) {
        Random random = fleet(seed);
        Set<Uid> lost = some(random);
        Set<String> nowhere = new TreeSet<>();
        Map<String, Map<String, Map<String, Integer>>> expected = real();
        for (Consequence change : simulate(lost)) {
            expected.put(change.name(), told(change));
            if (change.outcome() == Outcome.DOES_NOT_FIT) {
                nowhere.add(change.name());
            }
        }

        clusters.forEach(
                (name, uid) -> {
                    if (lost.contains(uid)) {
                        world.delete(ResourceKey.cluster(name));
                    }
                });
        world.converge();

        Map<String, Map<String, Map<String, Integer>>> real = real();
        // What fits nowhere holds on to a cluster that still stands, and leaves it last.
        nowhere.forEach(real::remove);
        nowhere.forEach(expected::remove);
        assertEquals(expected, real, "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55})
    void losingMoreNeverMakesMoreFit(long seed) {
        Random random = fleet(seed);
        Set<Uid> few = some(random);
        Set<Uid> more = new TreeSet<>(few);
        more.addAll(some(random));
        Map<String, Boolean> fits = new TreeMap<>();
        applications.forEach(
                (name, uid) -> fits.put(name, world.assignment(uid).decision().satisfied()));
        Map<String, Boolean> fitsWithFew = new TreeMap<>(fits);
        simulate(few).forEach(c -> fitsWithFew.put(c.name(), c.outcome() == Outcome.FITS));
        Map<String, Boolean> fitsWithMore = new TreeMap<>(fits);
        simulate(more).forEach(c -> fitsWithMore.put(c.name(), c.outcome() == Outcome.FITS));

        List<String> wrong = new ArrayList<>();
        fitsWithMore.forEach(
                (name, with) -> {
                    if (with && !fitsWithFew.get(name)) {
                        wrong.add(name);
                    }
                });
        assertTrue(wrong.isEmpty(), "seed " + seed + ": " + wrong + " fit only without more");
    }

    @ParameterizedTest
    @ValueSource(longs = {61, 62, 63, 64, 65})
    void losingNothingOrCordoningChangesNothingThatRuns(long seed) {
        fleet(seed);
        FleetImage image = image();

        assertEquals(List.of(), simulate(Set.of()), "seed " + seed);
        assertEquals(
                List.of(),
                Simulator.run(
                                image,
                                new Supposition(Set.of(), Set.copyOf(clusters.values()), List.of()),
                                world.now,
                                _ -> true)
                        .changes(),
                "seed " + seed);
        assertEquals(image(), image, "seed " + seed + ": the image was changed");
    }

    @ParameterizedTest
    @ValueSource(longs = {71, 72, 73, 74, 75})
    void aPolicyThatIsSimulatedIsThePolicyThatIsApplied(long seed) {
        Random random = fleet(seed);
        PlacementPolicySpec policy = policy(random);
        var spec = World.spec(2, policy, false);
        Map<String, Map<String, Map<String, Integer>>> expected = real();
        List<Supposition.Written> written =
                List.of(
                        new Supposition.Written(
                                new Resource<>(Metadata.named(World.TENANT, "a0"), spec),
                                Optional.empty()));
        Simulator.run(image(), new Supposition(Set.of(), Set.of(), written), world.now, _ -> true)
                .changes()
                .forEach(c -> expected.put(c.name(), told(c)));

        world.put(spec, World.TENANT, "a0");
        world.converge();

        assertEquals(expected, real(), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {81, 82, 83, 84, 85})
    void aClusterThatIsSimulatedTakesWhatItTakesWhenItJoins(long seed) {
        Random random = fleet(seed);
        String region = REGIONS.get(random.nextInt(3));
        Map<String, Set<String>> expected = new TreeMap<>();
        real().forEach((name, places) -> expected.put(name, new TreeSet<>(places.keySet())));
        ClusterSpec spec =
                new ClusterSpec(new ClusterSpec.Location("test", region, "", ""), List.of(), false);
        List<Supposition.Written> written =
                List.of(
                        new Supposition.Written(
                                new Resource<>(Metadata.named("", "cx"), spec), Optional.empty()));
        Simulator.run(image(), new Supposition(Set.of(), Set.of(), written), world.now, _ -> true)
                .changes()
                .forEach(c -> expected.put(c.name(), new TreeSet<>(told(c).keySet())));

        world.cluster("cx", region);
        world.agents.get("cx").join();
        world.pass(Duration.ofSeconds(1));
        world.converge();

        Map<String, Set<String>> real = new TreeMap<>();
        real().forEach((name, places) -> real.put(name, new TreeSet<>(places.keySet())));
        assertEquals(expected, real, "seed " + seed);
    }
}
