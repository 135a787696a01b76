package io.portolan.placement;

import io.portolan.model.Check;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.select.Selection;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What of a policy's spreads the clusters that match can never give.
 *
 * @param matching at least one
 */
record SpreadWarnings(List<Candidate> matching, PlacementPolicySpec policy, Check at) {
    void all() {
        List<Spread> spreads = policy.spread();
        boolean clear = matching.size() >= policy.clusters();
        for (int i = 0; i < spreads.size(); i++) {
            Check here = spreads.size() == 1 ? at.at("spread") : at.at("spread").at(i);
            clear &= groups(spreads.get(i), here);
            weights(spreads.get(i), here.at("weights"));
        }
        if (clear) {
            together();
        }
    }

    /** Whether there are groups enough. */
    private boolean groups(Spread spread, Check here) {
        Set<String> groups = Warnings.distinct(matching, spread.over());
        long without = matching.stream().filter(c -> c.value(spread.over()).isEmpty()).count();
        if (groups.size() < spread.minGroups()) {
            here.at("minGroups")
                    .problem(
                            spread.minGroups()
                                    + " groups asked for, and the "
                                    + Warnings.clusters(matching.size())
                                    + " that match are in "
                                    + groups.size()
                                    + ": "
                                    + Warnings.values(matching, spread.over()));
            return false;
        }
        if (without > 0 && !spread.soft()) {
            here.at("over")
                    .problem(
                            without
                                    + " of "
                                    + Warnings.clusters(matching.size())
                                    + " that match "
                                    + (without == 1 ? "has" : "have")
                                    + " no "
                                    + spread.over()
                                    + " and "
                                    + (without == 1 ? "is" : "are")
                                    + " never chosen");
        }
        return true;
    }

    private void weights(Spread spread, Check here) {
        Set<String> groups = Warnings.distinct(matching, spread.over());
        for (String group : spread.weights().keySet()) {
            if (!groups.contains(group)) {
                here.at(group)
                        .problem(
                                "weighs nothing: none of "
                                        + Warnings.clusters(matching.size())
                                        + " that match has "
                                        + spread.over()
                                        + " "
                                        + group);
            }
        }
    }

    /** Whether the hard spreads leave any choice at all, were all clusters free. */
    private void together() {
        Spreads spreads = Spreads.of(policy.spread());
        ClusterSnapshot fleet =
                ClusterSnapshot.of(
                        matching.stream().filter(c -> spreads.missing(c).isEmpty()).toList());
        if (spreads.hard().isEmpty() || fleet.size() < policy.clusters()) {
            return;
        }
        Selection.Result result =
                Selection.choose(
                        IntStream.range(0, fleet.size()).toArray(),
                        0,
                        new BitSet(),
                        policy.clusters(),
                        Spreads.over(fleet, spreads.hard()),
                        List.of());
        if (!result.satisfied() && !result.fates().contains(Selection.Fate.UNDECIDED)) {
            at.at("spread")
                    .problem(
                            "no "
                                    + policy.clusters()
                                    + " of the "
                                    + Warnings.clusters(matching.size())
                                    + " that match keep it"
                                    + (spreads.hard().size() == 1 ? "" : " all")
                                    + "; the most that do are "
                                    + result.taken().count());
        }
    }
}
