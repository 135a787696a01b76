package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The chosen clusters of a single writer by their places in the fleet: first the active one, or who
 * is to be it, then its standbys as they would take over. Empty where there is no standby.
 */
record Succession(List<Integer> order) {
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
        if (!needs.roles() || chosen.size() < 2) {
            return new Succession(List.of());
        }
        int active =
                chosen.stream()
                        .filter(i -> needs.pinned().contains(fleet.get(i).uid()))
                        .findFirst()
                        .orElse(roles.active().orElse(chosen.getFirst()));
        return new Succession(
                chosen.stream()
                        .sorted(
                                Comparator.comparing((Integer i) -> i != active)
                                        .thenComparingLong(preference::applyAsLong))
                        .toList());
    }

    List<Uid> clusters(ClusterSnapshot fleet) {
        return order.stream().map(i -> fleet.get(i).uid()).toList();
    }

    /** {@code ; active}, {@code ; standby 2 of 3}. */
    String role(int cluster) {
        int at = order.indexOf(cluster);
        return switch (at) {
            case -1 -> "";
            case 0 -> "; active";
            default -> "; standby " + at + " of " + (order.size() - 1);
        };
    }
}
