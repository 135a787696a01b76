package io.portolan.central.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which answers are made anew, and what they tell. */
class LossesTest {
    private static final int DOMAINS = 8;
    private final Fleets fleet = new Fleets();
    private final Losses losses = new Losses();
    private Instant now = Fleets.NOON;

    @BeforeEach
    void twoRegions() {
        fleet.cluster("c1", "eu-west", "a", false);
        fleet.cluster("c2", "eu-west", "b", false);
        fleet.cluster("c3", "eu-north", "a", false);
        fleet.policy("west", 1, "region = eu-west");
        fleet.policy("any", 2, "");
        fleet.application("web", "west", "c1");
        fleet.application("shop", "any", "c1", "c3");
    }

    /** How many answers are made over the fleet as it is. */
    private int made() {
        losses.see(fleet.image, now);
        int made = 0;
        while (losses.step(now)) {
            made++;
        }
        return made;
    }

    private Map<String, String> told() {
        return losses.answers().stream()
                .collect(
                        Collectors.toMap(
                                l -> l.domain().kind() + " " + l.domain().name(),
                                l -> l.answer() + " of " + l.applications()));
    }

    @Test
    void everyDomainHasItsAnswer() {
        // One provider, two regions, three zones of which two have one name, three clusters.
        assertEquals(DOMAINS + 1, made());

        assertEquals(
                Map.of(
                        "Provider aws", "DoesNotFit of 2",
                        "Region eu-west", "DoesNotFit of 2",
                        "Region eu-north", "Fits of 1",
                        "Zone eu-west/a", "Fits of 2",
                        "Zone eu-west/b", "Fits of 0",
                        "Zone eu-north/a", "Fits of 1",
                        "Cluster c1", "Fits of 2",
                        "Cluster c2", "Fits of 0",
                        "Cluster c3", "Fits of 1"),
                told());
        Loss west =
                losses.answers().stream()
                        .filter(l -> l.domain().name().equals("eu-west"))
                        .findFirst()
                        .orElseThrow();
        assertEquals(
                List.of(
                        new Loss.Named("shop", "web", Outcome.DOES_NOT_FIT),
                        new Loss.Named("shop", "shop", Outcome.DEGRADED)),
                west.worst());
        assertEquals(2, west.clusters());
        assertEquals(fleet.image.revision(), west.revision());
    }

    @Test
    void anAnswerIsTheSimulationOfItsLoss() {
        made();
        for (Loss loss : losses.answers()) {
            Simulation simulation =
                    Simulator.run(
                            fleet.image,
                            Supposition.losing(
                                    Set.copyOf(Domain.of(fleet.image).get(loss.domain()))),
                            now,
                            _ -> true);
            assertEquals(simulation.counts(), loss.counts(), loss.domain()::toString);
        }
    }

    @Test
    void whatDidNotChangeIsNotMadeAnew() {
        made();
        assertEquals(0, made());
        now = now.plus(Losses.OLD).plusSeconds(1);
        assertEquals(0, made(), "nothing changed, so nothing gets old");
    }

    @Test
    void anApplicationConcernsItsOwnDomainsOnly() {
        made();
        fleet.application("tax", "west", "c2");
        // Its provider, region, zone and cluster.
        assertEquals(4, made());
        assertEquals("Fits of 1", told().get("Cluster c2"));
    }

    @Test
    void aPolicyConcernsTheDomainsOfItsUsers() {
        made();
        fleet.policy("west", 1, "zone = a");
        assertEquals(4, made(), "those of c1");
        assertEquals("Degraded of 2", told().get("Region eu-west"));
    }

    @Test
    void aClusterConcernsAllForItMayTakeWhatOthersLose() {
        made();
        fleet.cluster("c2", "eu-west", "b", true);
        assertEquals(DOMAINS + 1, made());
        assertEquals("DoesNotFit of 2", told().get("Cluster c1"));
    }

    @Test
    void anOldAnswerIsMadeAnewWhenAnythingChanged() {
        made();
        fleet.application("tax", "west", "c2");
        made();
        now = now.plus(Losses.OLD).plusSeconds(1);
        assertEquals(DOMAINS + 1 - 4, made(), "those of the revision before");
    }

    @Test
    void whoWaitsLongestComesFirst() {
        made();
        now = now.plus(Duration.ofSeconds(1));
        fleet.application("tax", "west", "c2");
        losses.see(fleet.image, now);
        losses.step(now);
        losses.step(now);
        fleet.application("tax", "any", "c2");
        now = now.plus(Duration.ofSeconds(1));
        losses.see(fleet.image, now);
        assertEquals(4, losses.pending());
        losses.step(now);
        losses.step(now);
        List<String> latest =
                losses.answers().stream()
                        .filter(l -> l.at().equals(now))
                        .map(l -> l.domain().name())
                        .toList();
        assertEquals(List.of("eu-west/b", "c2"), latest);
    }

    @Test
    void aDomainThatIsGoneHasNoAnswer() {
        made();
        fleet.cluster("c3", "eu-south", "a", false);
        made();
        assertEquals(null, told().get("Region eu-north"));
        assertEquals("Fits of 1", told().get("Region eu-south"));
    }
}
