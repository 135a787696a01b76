package io.portolan.placement;

import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Facet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How good it is to stand somewhere, as a policy sees it. In this order: everything that was asked
 * for, under every hard spread; more clusters; the soft spreads that hold, the first of the policy
 * first; earlier groups; points.
 *
 * @param soft for each soft spread of the policy whether it holds
 * @param groups the sum over its clusters of the places of their groups, from 0; less is better
 * @param points by preference, summed over its clusters
 */
public record Quality(
        boolean satisfied,
        int clusters,
        List<Boolean> soft,
        int groups,
        Map<String, Integer> points) {
    private static final Comparator<Quality> STRUCTURE =
            Comparator.comparing(Quality::satisfied)
                    .thenComparing(Quality::clusters)
                    .thenComparing(Quality::soft, Quality::held)
                    .thenComparing(Quality::groups, Comparator.reverseOrder());

    public Quality {
        soft = List.copyOf(soft);
        points = Collections.unmodifiableMap(new TreeMap<>(points));
    }

    static Quality of(
            ClusterSnapshot fleet, PlacementPolicySpec policy, PlacementDecision decision) {
        List<Integer> chosen = decision.chosen().stream().map(fleet::index).toList();
        Map<String, Integer> points = new TreeMap<>();
        for (Fate fate : decision.fates()) {
            if (fate.chosen()) {
                fate.scores().forEach((term, n) -> points.merge(term, n, Integer::sum));
            }
        }
        return new Quality(
                decision.satisfied(),
                chosen.size(),
                policy.spread().stream()
                        .filter(Spread::soft)
                        .map(s -> holds(fleet, s, chosen))
                        .toList(),
                policy.groups()
                        .map(g -> fleet.column(new Facet.Group(g.order())))
                        .map(c -> chosen.stream().mapToInt(c::value).sum())
                        .orElse(0),
                points);
    }

    private static boolean holds(ClusterSnapshot fleet, Spread spread, List<Integer> chosen) {
        return Spreads.over(fleet, spread)
                .holds(chosen.stream().mapToInt(Integer::intValue).toArray());
    }

    private static int held(List<Boolean> one, List<Boolean> other) {
        for (int s = 0; s < Math.min(one.size(), other.size()); s++) {
            int order = Boolean.compare(one.get(s), other.get(s));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    int total() {
        return points.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Everything but the points: positive where this one is better. */
    int structure(Quality other) {
        return STRUCTURE.compare(this, other);
    }

    /** The points that this one has more, by preference; what is equal is left out. */
    Map<String, Integer> more(Quality other) {
        Map<String, Integer> out = new TreeMap<>(points);
        other.points.forEach((term, n) -> out.merge(term, -n, Integer::sum));
        out.values().removeIf(n -> n == 0);
        return out;
    }

    /** What is better than in another but for the points, in words. */
    List<String> better(Quality other, PlacementPolicySpec policy) {
        List<String> out = new ArrayList<>();
        if (clusters > other.clusters) {
            out.add(clusters + " clusters instead of " + other.clusters);
        }
        if (satisfied && !other.satisfied && clusters == other.clusters) {
            out.add("all that was asked for is found");
        }
        List<Spread> spreads = policy.spread().stream().filter(Spread::soft).toList();
        for (int s = 0; s < spreads.size(); s++) {
            if (soft.get(s) && !other.soft.get(s)) {
                out.add("the soft spread over " + spreads.get(s).over() + " holds");
            }
        }
        if (groups < other.groups && clusters == other.clusters) {
            out.add("more wanted groups");
        }
        return out;
    }
}
