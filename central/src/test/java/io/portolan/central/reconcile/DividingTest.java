package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Parts are written as {@code c1 90 c2 10}; a member without a number runs all. */
class DividingTest {
    private static final long GENERATION = 3;

    private static Map<Uid, Map<String, Integer>> read(String text) {
        Map<Uid, Map<String, Integer>> out = new TreeMap<>();
        String[] words = text.split(" ");
        for (int i = 0; i < words.length; i += 2) {
            out.put(
                    new Uid(words[i]),
                    words[i + 1].equals("all")
                            ? Map.of()
                            : Map.of("web", Integer.parseInt(words[i + 1])));
        }
        return out;
    }

    private static Assignment has(String parts, long generation) {
        List<Member> members = new ArrayList<>();
        read(parts)
                .forEach(
                        (c, part) ->
                                members.add(
                                        new Member(c, Role.ACTIVE, generation, false).with(part)));
        return new Assignment(
                new Uid("app"),
                1,
                members,
                new PlacementDecision(true, List.of(), "", Map.of(), List.of()));
    }

    private static PlacementDecision wants(String parts) {
        List<Fate> fates = new ArrayList<>();
        read(parts)
                .forEach(
                        (c, part) ->
                                fates.add(
                                        new Fate(
                                                c,
                                                c.value(),
                                                true,
                                                Reason.KEPT,
                                                "",
                                                part,
                                                Map.of())));
        return new PlacementDecision(
                true, fates.stream().map(Fate::cluster).toList(), "", Map.of(), fates);
    }

    private static String next(String has, String wants, long generation, String... healthy) {
        Map<Uid, Map<String, Integer>> parts =
                Dividing.parts(
                        has(has, generation),
                        wants(wants),
                        GENERATION,
                        c -> Set.of(healthy).contains(c.value()));
        StringBuilder out = new StringBuilder();
        for (Uid cluster : read(wants).keySet()) {
            Map<String, Integer> part = parts.getOrDefault(cluster, Map.of());
            out.append(out.isEmpty() ? "" : " ")
                    .append(cluster)
                    .append(' ')
                    .append(part.isEmpty() ? "all" : part.get("web"));
        }
        return out.toString();
    }

    @Test
    void nothingShrinksBeforeWhatGrowsIsHealthy() {
        assertEquals("c1 90 c2 90", next("c1 90 c2 10", "c1 10 c2 90", GENERATION, "c1", "c2"));
        assertEquals("c1 90 c2 90", next("c1 90 c2 90", "c1 10 c2 90", GENERATION, "c1"));
        assertEquals("c1 10 c2 90", next("c1 90 c2 90", "c1 10 c2 90", GENERATION, "c1", "c2"));
    }

    @Test
    void aNewcomerGrows() {
        assertEquals("c1 5 c2 5 c3 3", next("c1 5 c2 5", "c1 4 c2 3 c3 3", GENERATION, "c1", "c2"));
        assertEquals(
                "c1 4 c2 3 c3 3",
                next("c1 5 c2 5 c3 3", "c1 4 c2 3 c3 3", GENERATION, "c1", "c2", "c3"));
    }

    @Test
    void fewerReplicasAreFewerAtOnce() {
        assertEquals("c1 2 c2 1", next("c1 4 c2 4", "c1 2 c2 1", GENERATION - 1));
    }

    @Test
    void anEditThatMovesReplicasGrowsFirst() {
        assertEquals("c1 4 c2 6", next("c1 4 c2 4", "c1 2 c2 6", GENERATION - 1, "c1", "c2"));
    }

    @Test
    void runningAllIsMoreThanAnyPart() {
        assertEquals("c1 all c2 all", next("c1 all c2 all", "c1 5 c2 5", GENERATION, "c1"));
        assertEquals("c1 5 c2 5", next("c1 all c2 all", "c1 5 c2 5", GENERATION, "c1", "c2"));
        assertEquals("c1 all c2 all", next("c1 5 c2 5", "c1 all c2 all", GENERATION));
    }
}
