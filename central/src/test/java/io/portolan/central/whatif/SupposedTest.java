package io.portolan.central.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.FleetImage;
import io.portolan.central.whatif.Supposition.Written;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.placement.fleet.Candidate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SupposedTest {
    @Test
    void whatTakesTooLongEndsWithHowMuchIsLeft() {
        Fleets fleet = new Fleets();
        fleet.cluster("c1", "eu-west", "", false);
        fleet.policy("any", 1, "");
        fleet.application("web", "any", "c1");
        Supposition lost =
                Supposition.losing(
                        Set.of(fleet.image.uid(ResourceKey.cluster("c1")).orElseThrow()));
        Simulator.Late late =
                assertThrows(
                        Simulator.Late.class,
                        () -> Simulator.run(fleet.image, lost, Fleets.NOON, _ -> true, () -> true));
        assertEquals("1 application was still to be looked at", late.getMessage());
    }

    @Test
    void whatIsWrittenAndCordonedKeepsTheLabelsThatItWasGiven() {
        Fleets fleet = new Fleets();
        fleet.cluster("c1", "eu-west", "", false);
        Uid c1 = fleet.image.uid(ResourceKey.cluster("c1")).orElseThrow();
        Resource<?> gold =
                new Resource<>(
                        Metadata.named("", "c1").withLabels(Map.of("tier", "gold")),
                        new ClusterSpec(ClusterSpec.Location.UNKNOWN, List.of(), false));
        FleetImage then =
                Supposed.of(
                                fleet.image,
                                new Supposition(
                                        Set.of(),
                                        Set.of(c1),
                                        List.of(new Written(gold, Optional.empty()))),
                                Fleets.NOON)
                        .image();
        Candidate cluster = then.candidate(c1).orElseThrow();
        assertEquals(Map.of("tier", "gold"), cluster.labels());
        assertTrue(then.cluster(c1).orElseThrow().value().spec().cordoned());
    }
}
