package io.portolan.placement;

import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
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
        return spreads.stream()
                .map(
                        s ->
                                new Topology(
                                        fleet.column(new Facet.Value(s.over())),
                                        s.minGroups(),
                                        s.maxGroups().orElse(Integer.MAX_VALUE),
                                        s.maxSkew()))
                .toList();
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
                + ", counts differing by at most "
                + s.maxSkew()
                + ")";
    }
}
