package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.Explanation.Row;
import io.portolan.placement.Explanation.Rule;
import io.portolan.placement.filter.Filter;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;

/** Makes the full table of a decision. Asks every rule of every cluster that is asked about. */
final class Explaining {
    private static final Comparator<Row> NEAREST_FIRST =
            Comparator.comparing((Row r) -> !r.chosen())
                    .thenComparing(r -> r.rank().orElse(Integer.MAX_VALUE))
                    .thenComparing(Row::failed)
                    .thenComparing(Row::name)
                    .thenComparing(Row::cluster);

    private final ClusterSnapshot fleet;
    private final Needs needs;
    private final Vacancy vacancy;
    private final List<Filter<?>> filters;
    private final Optional<Column<Integer>> groups;
    private final Map<Integer, Integer> ranks = new HashMap<>();
    private final IntToLongFunction tieBreaks;

    private Explaining(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs needs,
            Vacancy vacancy,
            Ordered order,
            IntToLongFunction tieBreaks) {
        this.fleet = fleet;
        this.needs = needs;
        this.vacancy = vacancy;
        this.filters = Filter.of(needs.asked(policy));
        this.groups = policy.groups().map(g -> fleet.column(new Facet.Group(g.order())));
        this.tieBreaks = tieBreaks;
        for (int p = 0; p < order.clusters().length; p++) {
            ranks.put(order.clusters()[p], p + 1);
        }
    }

    static Explanation of(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs needs,
            Vacancy vacancy,
            Ordered order,
            PlacementDecision decision,
            IntToLongFunction tieBreaks,
            Predicate<String> asked) {
        Explaining explaining = new Explaining(fleet, policy, needs, vacancy, order, tieBreaks);
        List<Row> rows =
                decision.fates().stream()
                        .filter(f -> asked.test(f.name()))
                        .map(explaining::row)
                        .sorted(NEAREST_FIRST)
                        .toList();
        return new Explanation(decision, order.clusters().length, rows);
    }

    private Row row(Fate fate) {
        int i = fleet.index(fate.cluster());
        return new Row(
                fate.cluster(),
                fate.name(),
                fate.chosen(),
                fate.reason(),
                fate.detail(),
                rules(i),
                groups.map(g -> g.value(i)).filter(g -> g != Facet.Group.NONE).map(g -> g + 1),
                fate.points(),
                fate.scores(),
                Optional.ofNullable(ranks.get(i)),
                tieBreaks.applyAsLong(i),
                fate.replicas());
    }

    private List<Rule> rules(int index) {
        Candidate cluster = fleet.get(index);
        Uid uid = cluster.uid();
        List<Rule> out = new ArrayList<>();
        for (Filter<?> filter : filters) {
            Optional<Rejection> rejection = filter.on(cluster);
            boolean stays = needs.isOn(uid) && rejection.filter(r -> !r.evicts()).isPresent();
            out.add(
                    new Rule(
                            filter.rule(),
                            rejection.isEmpty() || stays,
                            rejection
                                    .map(Rejection::detail)
                                    .map(d -> stays ? "keeps newcomers away: " + d : d)
                                    .orElse("")));
        }
        if (!vacancy.rule().idle()) {
            out.add(room(index, needs.isOn(uid)));
        }
        if (needs.excluded().contains(uid)) {
            out.add(new Rule("not just left", false, Rejection.EXCLUDED.detail()));
        }
        return out;
    }

    /** What is there has its room already; it leaves where it gave way. */
    private Rule room(int cluster, boolean there) {
        Optional<Rejection> rejection =
                there ? vacancy.preempted(cluster) : vacancy.rejection(cluster);
        return new Rule(
                "room: " + vacancy.rule().words(cluster),
                rejection.isEmpty(),
                rejection.map(Rejection::detail).orElse(""));
    }
}
