package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Observation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which agent is wanted, and how it is told that another one runs. */
class AgentVersionTest {
    private static final Instant NOW = Instant.parse("2026-11-22T17:00:00Z");

    @Test
    void centralsOwnVersionIsWantedUnlessTheClusterSaysOtherwise() {
        AgentVersion usual = new AgentVersion("0.2.0");
        assertEquals(Truth.TRUE, said(usual, Optional.empty(), "0.2.0").truth());
        assertEquals(Truth.FALSE, said(usual, Optional.empty(), "0.1.0").truth());
        assertEquals(Truth.TRUE, said(usual, Optional.of("0.1.0"), "0.1.0").truth());

        Condition other = said(usual, Optional.of("0.1.1"), "0.1.0");
        assertEquals(Truth.FALSE, other.truth());
        assertEquals("OtherVersion", other.reason());
        assertTrue(
                other.message().startsWith("its agent is 0.1.0, wanted is 0.1.1"), other.message());
    }

    @Test
    void nothingIsSaidOfAnAgentThatHasNotSpokenOrWhereNothingIsWanted() {
        assertEquals(
                Optional.empty(),
                new AgentVersion("0.2.0").condition(spec(Optional.empty()), Optional.empty(), NOW));
        assertEquals(
                Optional.empty(),
                new AgentVersion("")
                        .condition(spec(Optional.empty()), Optional.of(seen("0.1.0")), NOW));
    }

    private static Condition said(AgentVersion usual, Optional<String> wanted, String runs) {
        return usual.condition(spec(wanted), Optional.of(seen(runs)), NOW).orElseThrow();
    }

    private static ClusterSpec spec(Optional<String> wanted) {
        return new ClusterSpec(
                ClusterSpec.Location.UNKNOWN, List.of(), false, wanted.map(ClusterSpec.Agent::new));
    }

    private static Held<Observation> seen(String version) {
        Observation observation =
                new Observation(version, "v1.36.3", Optional.empty(), List.of(), List.of());
        return new Held<>(new Row.Key.OfObservation(new Uid("c")), observation, 1);
    }
}
