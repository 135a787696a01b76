package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.List;
import java.util.Optional;

/**
 * Where the policy has groups, a cluster must be in one. As {@code where}, it moves what is not.
 */
final class GroupFilter implements Filter<Integer> {
    private final List<Selector> order;

    GroupFilter(List<Selector> order) {
        this.order = order;
    }

    @Override
    public String rule() {
        return "one of " + order.size() + " groups";
    }

    @Override
    public Facet<Integer> facet() {
        return new Facet.Group(order);
    }

    @Override
    public Optional<Rejection> rejection(Integer group) {
        return group == Facet.Group.NONE
                ? Optional.of(
                        Rejection.evicting(
                                Reason.GROUP, "no group", "it is in none of the policy's groups"))
                : Optional.empty();
    }
}
