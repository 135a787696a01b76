package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Selector;
import java.util.List;

/**
 * Clusters in groups, the most wanted group first: the own data centre, then a cloud. A cluster is
 * of the first group that it matches; one that matches none is not chosen.
 *
 * @param overflow whether a choice may use several groups: what an earlier one cannot take goes to
 *     the next. Else the first group that can take all takes all.
 * @param returns whether what is in a later group goes back to an earlier one that can take it
 *     again; else it stays where it is
 */
public record ClusterGroups(List<Selector> order, boolean overflow, boolean returns) {
    private static final int MOST_GROUPS = 10;

    public ClusterGroups {
        order = List.copyOf(order);
    }

    void check(Check at) {
        at.at("order").require(!order.isEmpty(), "must hold at least one group");
        at.at("order").require(order.size() <= MOST_GROUPS, "at most " + MOST_GROUPS + " groups");
        for (int i = 0; i < order.size(); i++) {
            order.get(i).check(at.at("order").at(i));
        }
    }
}
