package io.portolan.placement;

import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Candidate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Another application of the tenant in words: {@code cache tier=cache on c1 c2}.
 *
 * @param on names of clusters
 */
record Other(String name, Map<String, String> labels, List<String> on) {
    static Other of(String words) {
        String[] parts = words.split(" on ", 2);
        Map<String, String> labels = new TreeMap<>();
        List<String> first = List.of(parts[0].split(" "));
        first.stream().skip(1).map(w -> w.split("=", 2)).forEach(w -> labels.put(w[0], w[1]));
        return new Other(
                first.getFirst(),
                labels,
                parts.length == 1 ? List.of() : List.of(parts[1].split(" ")));
    }

    static List<Neighbours> near(
            PlacementPolicySpec policy, Other self, List<Other> others, List<Candidate> fleet) {
        return policy.affinity().stream()
                .map(
                        term -> {
                            List<Other> meant =
                                    others.stream()
                                            .filter(o -> term.selects(o.name, o.labels))
                                            .toList();
                            return Neighbours.of(
                                    term,
                                    !meant.isEmpty(),
                                    term.selects(self.name, self.labels),
                                    fleet.stream().filter(c -> run(meant, c)).toList());
                        })
                .toList();
    }

    private static boolean run(List<Other> others, Candidate cluster) {
        return others.stream().anyMatch(o -> o.on.contains(cluster.name()));
    }
}
