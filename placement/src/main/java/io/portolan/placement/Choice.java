package io.portolan.placement;

import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Selection;
import io.portolan.placement.select.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Which clusters are taken, and from which group.
 *
 * <p>With overflow one selection goes over all groups, whose order is part of the order of
 * preference. Without it each group is tried by itself until one can take all, first the one that
 * the application is in unless the policy wants things back; where none can, the one that takes
 * most is the choice.
 *
 * @param among those that were looked at, in order
 * @param group the only group that was looked at, from 0; empty where there is no such
 */
record Choice(Ordered among, Selection.Result result, Optional<Integer> group) {
    static Choice of(
            Ordered fitting, PlacementPolicySpec policy, ClusterSnapshot fleet, Spreads spreads) {
        List<Topology> hard = Spreads.over(fleet, spreads.hard());
        List<Topology> soft = Spreads.over(fleet, spreads.soft());
        Optional<ClusterGroups> apart = policy.groups().filter(g -> !g.overflow());
        if (apart.isEmpty()) {
            return new Choice(fitting, select(fitting, policy, hard, soft), Optional.empty());
        }
        Column<Integer> groups = fleet.column(new Facet.Group(apart.get().order()));
        Optional<Choice> best = Optional.empty();
        for (int group : tried(apart.get(), fitting, groups)) {
            Ordered among = fitting.only(c -> groups.value(c) == group);
            Choice choice =
                    new Choice(among, select(among, policy, hard, soft), Optional.of(group));
            if (choice.result.satisfied()) {
                return choice;
            }
            if (best.isEmpty() || choice.taken().count() > best.get().taken().count()) {
                best = Optional.of(choice);
            }
        }
        return best.orElseThrow(() -> new IllegalStateException("groups are never empty"));
    }

    private static List<Integer> tried(
            ClusterGroups groups, Ordered fitting, Column<Integer> column) {
        List<Integer> out = new ArrayList<>();
        if (!groups.returns() && !fitting.current().isEmpty()) {
            out.add(column.value(fitting.clusters()[fitting.current().nextSetBit(0)]));
        }
        for (int g = 0; g < groups.order().size(); g++) {
            if (!out.contains(g)) {
                out.add(g);
            }
        }
        return out;
    }

    private static Selection.Result select(
            Ordered among, PlacementPolicySpec policy, List<Topology> hard, List<Topology> soft) {
        return Selection.choose(
                among.clusters(), among.pinned(), among.current(), policy.clusters(), hard, soft);
    }

    /** By their places in the fleet, best first. */
    IntStream taken() {
        return result.taken().map(p -> among.clusters()[p]);
    }
}
