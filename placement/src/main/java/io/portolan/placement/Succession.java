package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.stream.Collectors;

/**
 * The chosen clusters by their places in the fleet: first the active ones, or who is to be it, then
 * the standbys as they would take over. Empty where there is no standby.
 */
record Succession(List<Integer> order, int actives) {
    static final Succession NONE = new Succession(List.of(), 0);

    /**
     * @param chosen best first, where what is there is better than what comes
     * @param preference of two clusters the one with the smaller number is better, wherever the
     *     application is now: who stands by already is not before who comes
     */
    static Succession of(
            ClusterSnapshot fleet,
            Needs needs,
            Roles roles,
            List<Integer> chosen,
            IntToLongFunction preference) {
        if (!needs.roles() || chosen.size() <= needs.actives()) {
            return NONE;
        }
        Set<Integer> active =
                chosen.stream()
                        .sorted(
                                Comparator.comparing(
                                                (Integer i) ->
                                                        !needs.pinned()
                                                                .contains(fleet.get(i).uid()))
                                        .thenComparing(i -> !roles.active().contains(i)))
                        .limit(needs.actives())
                        .collect(Collectors.toSet());
        return new Succession(
                chosen.stream()
                        .sorted(
                                Comparator.comparing((Integer i) -> !active.contains(i))
                                        .thenComparingLong(preference::applyAsLong))
                        .toList(),
                needs.actives());
    }

    List<Uid> clusters(ClusterSnapshot fleet) {
        return order.stream().map(i -> fleet.get(i).uid()).toList();
    }

    /** {@code ; active}, {@code ; standby 2 of 3}. */
    String role(int cluster) {
        int at = order.indexOf(cluster);
        if (at < 0) {
            return "";
        }
        return at < actives
                ? "; active"
                : "; standby " + (at - actives + 1) + " of " + (order.size() - actives);
    }
}
