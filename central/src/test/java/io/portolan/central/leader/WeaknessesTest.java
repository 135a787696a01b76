package io.portolan.central.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.NodeRoster;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WeaknessesTest {
    private static NodeRoster.Node node(String id, int silence, boolean majority, String... sees) {
        return new NodeRoster.Node(
                id,
                new NodeRoster.Beat(id, "", "", "", Duration.ZERO, 0, Set.of(sees), majority),
                Duration.ofSeconds(silence));
    }

    private static List<String> of(String leader, NodeRoster.Node... nodes) {
        return Weaknesses.of(new NodeRoster.Roster(1, leader, 0, List.of(nodes)));
    }

    @Test
    void threeThatHearEachOtherHaveNone() {
        assertEquals(
                List.of(),
                of(
                        "a",
                        node("a", 0, true, "a", "b", "c"),
                        node("b", 1, true, "a", "b", "c"),
                        node("c", 5, true, "a", "b", "c")));
    }

    @Test
    void fewNodesSayWhatTheyCannotPromise() {
        assertTrue(of("a", node("a", 0, true, "a")).getFirst().startsWith("one node:"));
        List<String> two = of("a", node("a", 0, true, "a", "b"), node("b", 0, true, "a", "b"));
        assertEquals(1, two.size());
        assertTrue(two.getFirst().startsWith("two nodes:"), two::toString);
    }

    @Test
    void whoIsSilentOrDeafIsNamed() {
        List<String> said =
                of(
                        "",
                        node("a", 0, true, "a", "b"),
                        node("b", 6, true, "a", "b", "c"),
                        node("c", 0, false, "c"));
        assertEquals(4, said.size(), said::toString);
        assertTrue(said.get(0).startsWith("no node leads"), said::toString);
        assertEquals("a hears 2 of 3 nodes", said.get(1));
        assertEquals("b is silent", said.get(2));
        assertTrue(said.get(3).startsWith("c hears 1 of 3 nodes, no majority"), said::toString);
    }

    private static Optional<String> ownNetwork(NodeRoster.Node... nodes) {
        return Weaknesses.ownNetwork(new NodeRoster.Roster(1, "a", 0, List.of(nodes)), "a");
    }

    @Test
    void whoHearsFewerThanHalfOfTheOthersMayBeCutOffItself() {
        NodeRoster.Node b = node("b", 0, true, "b", "c");
        NodeRoster.Node c = node("c", 1, true, "b", "c");
        assertEquals(
                Optional.of("this node hears 0 of 2 other nodes that the database hears"),
                ownNetwork(node("a", 0, false, "a"), b, c));
        assertEquals(Optional.empty(), ownNetwork(node("a", 0, true, "a", "b"), b, c));
        assertEquals(
                Optional.empty(),
                ownNetwork(node("a", 0, true, "a"), node("b", 30, false, "b")),
                "the other one is gone");
        assertEquals(Optional.empty(), ownNetwork(node("a", 0, true, "a")));
        assertEquals(Optional.empty(), ownNetwork(b, c), "it has told nothing of itself yet");
    }
}
