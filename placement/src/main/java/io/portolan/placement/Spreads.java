package io.portolan.placement;

import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Topology;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A policy's spreads over one fleet, and their words. */
record Spreads(List<Spread> hard, List<Spread> soft) {
    static Spreads of(List<Spread> spreads) {
        return new Spreads(
                spreads.stream().filter(s -> !s.soft()).toList(),
                spreads.stream().filter(Spread::soft).toList());
    }

    static List<Topology> over(ClusterSnapshot fleet, List<Spread> spreads) {
        return spreads.stream().map(s -> over(fleet, s)).toList();
    }

    static Topology over(ClusterSnapshot fleet, Spread spread) {
        Column<Optional<String>> column = fleet.column(new Facet.Value(spread.over()));
        return new Topology(
                column,
                spread.minGroups(),
                spread.maxGroups().orElse(Integer.MAX_VALUE),
                spread.maxSkew(),
                spread.weights().isEmpty()
                        ? List.of()
                        : column.values().stream().map(v -> weight(spread, v)).toList());
    }

    private static int weight(Spread spread, Optional<String> group) {
        int weight = group.map(g -> spread.weights().getOrDefault(g, 1)).orElse(1);
        return Math.clamp(weight, 1, Topology.HIGHEST_WEIGHT);
    }

    /** The first hard spread over something that this cluster has not. */
    Optional<String> missing(Candidate cluster) {
        for (Spread spread : hard) {
            if (cluster.value(spread.over()).isEmpty()) {
                return Optional.of(
                        "it has no " + spread.over() + ", which the policy spreads over");
            }
        }
        return Optional.empty();
    }

    /** {@code one more in eu-west would break the spread over regions (at least 2, ...)}. */
    String refusal(Candidate cluster) {
        return "one more in " + places(cluster) + " would break " + rules();
    }

    String undecided(Candidate cluster) {
        return "whether "
                + rules()
                + " could hold with one more in "
                + places(cluster)
                + " was not found out within the bound of the search";
    }

    private String places(Candidate cluster) {
        return all().stream()
                .map(s -> cluster.value(s.over()).orElse("no " + s.over()))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    private String rules() {
        return all().isEmpty()
                ? "nothing"
                : all().stream().map(Spreads::rule).collect(Collectors.joining(" or "));
    }

    private List<Spread> all() {
        return hard.isEmpty() ? soft : hard;
    }

    private static String rule(Spread s) {
        return "the spread over "
                + s.over()
                + "s (at least "
                + s.minGroups()
                + s.maxGroups().map(most -> ", at most " + most).orElse("")
                + (s.weights().isEmpty()
                        ? ", counts differing by at most "
                        : ", counts divided by weights ("
                                + s.weights().entrySet().stream()
                                        .map(e -> e.getKey() + " " + e.getValue())
                                        .collect(Collectors.joining(", "))
                                + ") differing by at most ")
                + s.maxSkew()
                + ")";
    }
}
