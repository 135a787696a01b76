package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Knows the answers by trying every subset of the clusters that fit. Nothing of the engine's. */
final class Oracle {
    private final List<Candidate> fitting;

    Oracle(List<Candidate> fitting) {
        this.fitting = fitting;
    }

    /** Over those that the rules let be chosen, one by one. */
    static Oracle of(Scenario.Given given) {
        Eligibility rules = Eligibility.of(given.policy(), given.needs());
        return new Oracle(given.fleet().stream().filter(c -> rules.refusal(c).isEmpty()).toList());
    }

    List<Candidate> fitting() {
        return fitting;
    }

    /** Those of them that fit. */
    Set<Uid> fitting(Collection<Uid> of) {
        Set<Uid> out = new HashSet<>();
        fitting.stream().map(Candidate::uid).filter(of::contains).forEach(out::add);
        return out;
    }

    /** Every choice of this size that holds these and keeps the spreads. */
    List<List<Candidate>> choices(int size, Collection<Uid> holding, List<Spread> spreads) {
        List<List<Candidate>> out = new ArrayList<>();
        int held = 0;
        for (int i = 0; i < fitting.size(); i++) {
            held |= holding.contains(fitting.get(i).uid()) ? 1 << i : 0;
        }
        if (Integer.bitCount(held) < Set.copyOf(holding).size()) {
            return out;
        }
        for (int bits = 0; bits < 1 << fitting.size(); bits++) {
            if (Integer.bitCount(bits) == size && (bits & held) == held) {
                List<Candidate> choice = subset(bits);
                if (spreads.stream().allMatch(s -> keeps(choice, s))) {
                    out.add(choice);
                }
            }
        }
        return out;
    }

    boolean possible(int size, Collection<Uid> holding, List<Spread> spreads) {
        return !choices(size, holding, spreads).isEmpty();
    }

    private List<Candidate> subset(int bits) {
        List<Candidate> out = new ArrayList<>();
        for (int i = 0; i < fitting.size(); i++) {
            if ((bits >> i & 1) == 1) {
                out.add(fitting.get(i));
            }
        }
        return out;
    }

    static boolean keeps(List<Candidate> choice, Spread spread) {
        Map<String, Integer> counts = new HashMap<>();
        for (Candidate cluster : choice) {
            if (cluster.value(spread.over()).isEmpty()) {
                return false;
            }
            counts.merge(cluster.value(spread.over()).get(), 1, Integer::sum);
        }
        // Exact: each weight divides the product of all.
        long product = spread.weights().values().stream().reduce(1, (a, b) -> a * b);
        List<Long> loads = new ArrayList<>();
        counts.forEach(
                (group, n) -> loads.add(n * product / spread.weights().getOrDefault(group, 1)));
        long least = loads.stream().mapToLong(n -> n).min().orElse(0);
        long most = loads.stream().mapToLong(n -> n).max().orElse(0);
        return counts.size() >= spread.minGroups()
                && counts.size() <= spread.maxGroups().orElse(Integer.MAX_VALUE)
                && most - least <= spread.maxSkew() * product;
    }

    /** The clusters of a choice, by their uids. */
    List<Candidate> members(Collection<Uid> chosen) {
        return fitting.stream().filter(c -> chosen.contains(c.uid())).toList();
    }
}
