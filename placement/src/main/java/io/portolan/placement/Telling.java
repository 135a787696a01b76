package io.portolan.placement;

import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.Selection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;
import java.util.function.Supplier;

/**
 * Puts a decision into words and numbers: counts of all reasons, and the fates of those clusters
 * that people ask about. Of a large fleet these are the chosen, what is there, and the nearest of
 * the others: first those that fit, then those that the fewest rules were left for.
 */
final class Telling {
    /** Fates beside those of the chosen and of what is there, in a decision that is stored. */
    static final int NEAREST = 20;

    private final int most;
    private final ClusterSnapshot fleet;
    private final PlacementPolicySpec policy;
    private final Needs needs;
    private final Verdicts verdicts;
    private final Vacancy vacancy;
    private final Map<Integer, Optional<Rejection>> special;
    private final Spreads spreads;
    private final Roles roles;
    private final Choice choice;
    private final int[] among;
    private final Selection.Result result;
    private final Map<String, Integer> labels;
    private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
    private final List<Fate> fates = new ArrayList<>();
    private final BitSet told = new BitSet();
    private final BitSet fits = new BitSet();
    private int others;
    private int spread;
    private int undecided;
    private int notNeeded;
    private int otherGroup;
    private int near;
    private Succession succession = Succession.NONE;
    private Parts parts = Parts.NONE;
    private Amounts amounts;

    Telling(
            ClusterSnapshot fleet,
            PlacementPolicySpec policy,
            Needs needs,
            Verdicts verdicts,
            Vacancy vacancy,
            Map<Integer, Optional<Rejection>> special,
            Spreads spreads,
            Roles roles,
            int most) {
        this.most = most;
        this.fleet = fleet;
        this.policy = policy;
        this.needs = needs;
        this.verdicts = verdicts;
        this.vacancy = vacancy;
        this.special = special;
        this.spreads = spreads;
        this.roles = roles;
        this.choice = roles.choice();
        this.among = choice.among().clusters();
        this.result = choice.result();
        this.labels = new TreeMap<>(verdicts.labels);
        this.amounts = new Amounts(needs, verdicts.scores, vacancy, parts);
        reasons.putAll(verdicts.reasons);
    }

    /**
     * @param preference of two clusters the one with the smaller number is better, wherever it is
     *     now
     */
    PlacementDecision decision(IntToLongFunction preference) {
        List<Integer> chosen = new ArrayList<>();
        choice.taken().forEach(chosen::add);
        chosen.addAll(roles.stay());
        succession = Succession.of(fleet, needs, roles, chosen, preference);
        parts = Parts.of(fleet, policy, needs, vacancy, chosen);
        amounts = new Amounts(needs, verdicts.scores, vacancy, parts);
        special.forEach(this::special);
        for (int p = 0; p < among.length; p++) {
            fits(p);
        }
        roles.near().stream().forEach(this::near);
        special.keySet().stream().filter(i -> !told.get(i)).forEach(this::otherGroup);
        for (int i : verdicts.fitting) {
            if (!told.get(i)) {
                notLookedAt(i);
            }
        }
        count("spread", Reason.SPREAD, spread);
        count("undecided", Reason.UNDECIDED, undecided);
        count("not needed", Reason.NOT_NEEDED, notNeeded);
        count("other group", Reason.GROUP, otherGroup);
        count("near the active", Reason.STANDBY, near);
        rejected();
        fates.sort(
                Comparator.comparing((Fate f) -> !f.chosen())
                        .thenComparing(Fate::name)
                        .thenComparing(Fate::cluster));
        return new PlacementDecision(
                        satisfied(chosen),
                        fates.stream().filter(Fate::chosen).map(Fate::cluster).sorted().toList(),
                        summary(),
                        reasons,
                        fates,
                        satisfied(chosen) || result.satisfied()
                                ? Optional.empty()
                                : new Nearest(fleet, verdicts, vacancy, spreads, special.keySet())
                                        .words(),
                        mayReturn(chosen),
                        succession.clusters(fleet))
                .driving(amounts.drives(fleet, chosen));
    }

    /** Fits, but shares with the active cluster what standbys must not. */
    private void near(int cluster) {
        fits.set(cluster);
        String why = roles.near(policy, fleet, cluster);
        boolean stays = roles.stay().contains(cluster);
        if (stays) {
            tell(
                    cluster,
                    true,
                    Reason.STANDBY,
                    "was there, and stays for want of others although "
                            + why
                            + succession.role(cluster));
        } else if (roles.undecided()) {
            undecided++;
            other(cluster, Reason.UNDECIDED, () -> why + Roles.UNDECIDED);
        } else {
            near++;
            if (special.containsKey(cluster)) {
                tell(cluster, false, Reason.STANDBY, why);
            } else {
                other(cluster, Reason.STANDBY, () -> why);
            }
        }
    }

    /** Where replicas are aggregated it does not matter on how few clusters they are. */
    private boolean satisfied(List<Integer> chosen) {
        return parts.left().isEmpty() && (result.satisfied() || (parts.few() && !chosen.isEmpty()));
    }

    private boolean mayReturn(List<Integer> chosen) {
        return policy.groups().filter(ClusterGroups::returns).isPresent()
                && chosen.stream().anyMatch(i -> group(i).orElse(0) > 0);
    }

    private Optional<Integer> group(int cluster) {
        return policy.groups().map(g -> fleet.column(new Facet.Group(g.order())).value(cluster));
    }

    private void notLookedAt(int cluster) {
        Optional<Rejection> room = vacancy.rejection(cluster);
        if (room.isPresent()) {
            count(room.get().label(), room.get().reason(), 1);
            other(cluster, room.get().reason(), room.get()::detail);
            return;
        }
        Optional<String> missing = spreads.missing(fleet.get(cluster));
        if (missing.isPresent()) {
            spread++;
            other(cluster, Reason.SPREAD, missing::get);
        } else {
            otherGroup(cluster);
        }
    }

    private void otherGroup(int cluster) {
        otherGroup++;
        Supplier<String> detail =
                () ->
                        "it is in "
                                + words(group(cluster).orElse(0))
                                + ", and "
                                + words(choice.group().orElse(0))
                                + (result.satisfied() ? " takes all" : " takes most");
        if (special.containsKey(cluster)) {
            tell(cluster, false, Reason.GROUP, detail.get());
        } else {
            other(cluster, Reason.GROUP, detail);
        }
    }

    /** {@code group 2 of 3 (provider = aws)}. */
    private String words(int group) {
        return policy.groups()
                .map(
                        g ->
                                "group "
                                        + (group + 1)
                                        + " of "
                                        + g.order().size()
                                        + " ("
                                        + g.order().get(group)
                                        + ")")
                .orElse("no group");
    }

    /** What is there, or was left, is counted by what is said of it and not as a newcomer. */
    private void special(int cluster, Optional<Rejection> rejection) {
        verdicts.newcomer(cluster)
                .ifPresent(
                        r -> {
                            labels.computeIfPresent(r.label(), (_, n) -> n == 1 ? null : n - 1);
                            reasons.computeIfPresent(r.reason(), (_, n) -> n == 1 ? null : n - 1);
                        });
        rejection.ifPresent(
                r -> {
                    count(r.label(), r.reason(), 1);
                    tell(cluster, false, r.reason(), r.detail());
                });
    }

    private void fits(int position) {
        int i = among[position];
        fits.set(i);
        told.set(i);
        switch (result.fates().get(position)) {
            case TAKEN -> {
                if (parts.unused().contains(i)) {
                    unused(i);
                } else {
                    taken(i, position + 1);
                }
            }
            case REFUSED -> refused(i, roles.undecided() ? Reason.UNDECIDED : Reason.SPREAD);
            case UNDECIDED -> refused(i, Reason.UNDECIDED);
            case NOT_NEEDED -> {
                if (result.satisfied()) {
                    notNeeded++;
                    other(
                            i,
                            Reason.NOT_NEEDED,
                            () ->
                                    "#"
                                            + (position + 1)
                                            + " of "
                                            + among.length
                                            + " that fit, "
                                            + policy.clusters()
                                            + " asked for"
                                            + amounts.score(i));
                } else {
                    refused(i, roles.undecided() ? Reason.UNDECIDED : Reason.SPREAD);
                }
            }
        }
    }

    private void unused(int cluster) {
        notNeeded++;
        String detail = "fits, but the others take all replicas" + amounts.score(cluster);
        if (special.containsKey(cluster)) {
            tell(cluster, false, Reason.NOT_NEEDED, detail);
        } else {
            other(cluster, Reason.NOT_NEEDED, () -> detail);
        }
    }

    private void taken(int cluster, int rank) {
        Candidate candidate = fleet.get(cluster);
        String in = group(cluster).map(g -> ", in " + words(g)).orElse("");
        if (needs.isOn(candidate.uid())) {
            String although =
                    verdicts.tolerated(cluster)
                            .map(r -> "was there, and stays although " + r.detail())
                            .orElse("was there");
            tell(
                    cluster,
                    true,
                    Reason.KEPT,
                    although + in + succession.role(cluster) + amounts.driven(fleet, cluster));
        } else {
            tell(
                    cluster,
                    true,
                    Reason.CHOSEN,
                    "#"
                            + rank
                            + " of "
                            + among.length
                            + " that fit"
                            + in
                            + succession.role(cluster)
                            + amounts.score(cluster)
                            + vacancy.words(cluster)
                            + amounts.driven(fleet, cluster));
        }
    }

    private void refused(int cluster, Reason reason) {
        Candidate candidate = fleet.get(cluster);
        boolean unknown = reason == Reason.UNDECIDED;
        undecided += unknown ? 1 : 0;
        spread += unknown ? 0 : 1;
        Supplier<String> detail =
                () ->
                        roles.undecided()
                                ? spreads.refusal(candidate) + Roles.UNDECIDED
                                : unknown
                                        ? spreads.undecided(candidate)
                                        : spreads.refusal(candidate);
        if (special.containsKey(cluster)) {
            tell(cluster, false, reason, detail.get());
        } else {
            other(cluster, reason, detail);
        }
    }

    /** The nearest of those that do not fit: each round those that fell to an earlier rule. */
    private void rejected() {
        for (int rule = Short.MAX_VALUE; rule > 0 && others < most; ) {
            int next = 0;
            for (int i = 0; i < fleet.size(); i++) {
                int reached = verdicts.reached(i);
                if (reached < rule && !told.get(i)) {
                    next = Math.max(next, reached);
                }
            }
            rule = next;
            for (int i = 0; i < fleet.size() && others < most; i++) {
                if (!told.get(i) && verdicts.reached(i) == rule) {
                    int cluster = i;
                    verdicts.newcomer(i).ifPresent(r -> other(cluster, r.reason(), r::detail));
                }
            }
        }
    }

    private void count(String label, Reason reason, int number) {
        if (number > 0) {
            labels.merge(label, number, Integer::sum);
            reasons.merge(reason, number, Integer::sum);
        }
    }

    private void other(int cluster, Reason reason, Supplier<String> detail) {
        if (others < most) {
            others++;
            tell(cluster, false, reason, detail.get());
        }
        told.set(cluster);
    }

    private void tell(int cluster, boolean chosen, Reason reason, String detail) {
        told.set(cluster);
        Candidate c = fleet.get(cluster);
        Map<String, Integer> part = parts.of().getOrDefault(cluster, Map.of());
        fates.add(
                new Fate(
                        c.uid(),
                        c.name(),
                        chosen,
                        reason,
                        detail + amounts.runs(part),
                        part,
                        fits.get(cluster) ? amounts.points(cluster) : Map.of()));
    }

    private String summary() {
        List<String> givenUp =
                result.givenUp().stream()
                        .map(s -> spreads.soft().get(s))
                        .map(Spread::over)
                        .toList();
        return Summary.words(
                        fleet.size(),
                        fates.stream().filter(Fate::chosen).count(),
                        parts.few() ? 0 : policy.clusters(),
                        labels,
                        givenUp)
                + amounts.left();
    }
}
