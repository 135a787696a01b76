package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.placement.PlacementPolicySpec.Topology;
import io.portolan.placement.ClusterSnapshot.Candidate;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.select.Groups;
import io.portolan.placement.select.TieBreak;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses the clusters of one application.
 *
 * <p>Goals: as many clusters as the policy asks for; nothing moves that need not; each cluster
 * learns why it was or was not chosen; equal arguments give equal decisions.
 *
 * <p>Constraints: only clusters that fit ({@link Eligibility}); a hard spread is never broken by a
 * choice; pinned clusters that fit are chosen; what runs on a silent cluster is not moved; when the
 * spread cannot hold, nothing is evicted for it.
 *
 * <p>Method: one pass in order of preference (pinned, then current, then the seeded tie-break),
 * taking each cluster with which the choice can still be completed ({@link Groups}, exact). So a
 * choice of the full number is found whenever there is one that holds the pinned clusters, and no
 * current cluster is left out that could have stayed beside those that were taken before it. When
 * there is none, all current clusters stay, and the largest number that they can still be completed
 * to is tried the same way.
 *
 * <p>Example: three clusters over two regions at least, the current ones all in eu-west. The first
 * two stay; with the third no place would be left for another region, so it goes and the best of
 * the other regions is taken.
 */
public final class Scheduler {
    private final PlacementPolicySpec policy;
    private final Needs needs;
    private final long seed;
    private final int fleet;
    private final List<Candidate> fitting = new ArrayList<>();
    private final Map<String, Integer> turnedAway = new HashMap<>();
    private final List<Fate> fates = new ArrayList<>();
    private final Set<Uid> chosen = new HashSet<>();
    private final Set<Uid> spreadRefused = new HashSet<>();
    private final Groups groups;

    private Scheduler(
            ClusterSnapshot snapshot, PlacementPolicySpec policy, Needs needs, long seed) {
        this.policy = policy;
        this.needs = needs;
        this.seed = seed;
        this.fleet = snapshot.candidates().size();
        this.groups = new Groups(policy.spread());
    }

    /**
     * @param seed breaks ties; the same for one application at all times, so that its choice is
     *     stable
     */
    public static PlacementDecision place(
            ClusterSnapshot snapshot, PlacementPolicySpec policy, Needs needs, long seed) {
        Scheduler scheduler = new Scheduler(snapshot, policy, needs, seed);
        snapshot.candidates().forEach(scheduler::filter);
        scheduler.fitting.sort(scheduler.preference());
        scheduler.select();
        return scheduler.decision();
    }

    private void filter(Candidate cluster) {
        Optional<Rejection> rejection = Eligibility.rejection(cluster, policy, needs);
        if (rejection.isPresent()) {
            Rejection r = rejection.get();
            turnedAway.merge(r.label(), 1, Integer::sum);
            fates.add(new Fate(cluster.uid(), cluster.name(), false, r.reason(), r.detail()));
        } else if (nowhere(cluster) && !Eligibility.isThere(cluster, needs)) {
            spreadRefused(cluster, "it has no " + over() + ", which the policy spreads over");
        } else {
            groups.offer(group(cluster));
            fitting.add(cluster);
        }
    }

    private void select() {
        int total = policy.clusters();
        List<Candidate> pinned = fitting.stream().filter(c -> pinned(c)).toList();
        List<Candidate> current =
                fitting.stream().filter(c -> Eligibility.isThere(c, needs)).toList();
        pinned.forEach(this::choose);
        if (!groups.completes(total)) {
            current.stream()
                    .filter(c -> !chosen.contains(c.uid()))
                    .limit(Math.max(0, total - chosen.size()))
                    .forEach(this::choose);
            int most = Math.min(total, fitting.size());
            while (most > chosen.size() && !groups.completes(most)) {
                most--;
            }
            total = most;
        }
        fill(total);
    }

    /** Takes each in turn with which the total can still be reached. */
    private void fill(int total) {
        Set<String> full = new HashSet<>();
        for (Candidate cluster : fitting) {
            if (chosen.contains(cluster.uid()) || chosen.size() >= total) {
                continue;
            }
            String group = group(cluster);
            if (full.contains(group)) {
                spreadRefused.add(cluster.uid());
            } else if (groups.completesWith(group, total)) {
                choose(cluster);
            } else {
                // What was taken only grows, so a group that has no room now never has again.
                full.add(group);
                spreadRefused.add(cluster.uid());
            }
        }
    }

    private void choose(Candidate cluster) {
        groups.take(group(cluster));
        chosen.add(cluster.uid());
    }

    private PlacementDecision decision() {
        boolean satisfied = chosen.size() >= policy.clusters() && groups.completes(chosen.size());
        int rank = 0;
        for (Candidate cluster : fitting) {
            rank++;
            if (chosen.contains(cluster.uid())) {
                fates.add(chosenFate(cluster, rank));
            } else if (spreadRefused.contains(cluster.uid()) || !satisfied) {
                spreadRefused(cluster, "one more in " + place(cluster) + " would break " + rule());
            } else {
                turnedAway.merge("not needed", 1, Integer::sum);
                fates.add(
                        new Fate(
                                cluster.uid(),
                                cluster.name(),
                                false,
                                Reason.NOT_NEEDED,
                                policy.clusters()
                                        + " asked for; "
                                        + ordinal(rank)
                                        + " of "
                                        + fitting.size()
                                        + " that fit, by what is there already, then by tie-break"));
            }
        }
        fates.sort(
                Comparator.comparing((Fate f) -> !f.chosen())
                        .thenComparing(Fate::name)
                        .thenComparing(Fate::cluster));
        Map<Reason, Integer> counts = new HashMap<>();
        fates.stream()
                .filter(f -> !f.chosen())
                .forEach(f -> counts.merge(f.reason(), 1, Integer::sum));
        return new PlacementDecision(
                satisfied, chosen.stream().sorted().toList(), summary(), counts, fates);
    }

    private Fate chosenFate(Candidate cluster, int rank) {
        if (!Eligibility.isThere(cluster, needs)) {
            return new Fate(
                    cluster.uid(),
                    cluster.name(),
                    true,
                    Reason.CHOSEN,
                    ordinal(rank) + " of " + fitting.size() + " that fit");
        }
        String although =
                Eligibility.tolerated(cluster, policy, needs)
                        .map(r -> "was there, and stays although " + r.detail())
                        .orElse("was there");
        return new Fate(cluster.uid(), cluster.name(), true, Reason.KEPT, although);
    }

    private void spreadRefused(Candidate cluster, String detail) {
        turnedAway.merge("spread", 1, Integer::sum);
        fates.add(new Fate(cluster.uid(), cluster.name(), false, Reason.SPREAD, detail));
    }

    /** {@code 2 of 37 clusters: 20 region, 9 tainted maintenance, 6 not needed}. */
    private String summary() {
        String of =
                chosen.size()
                        + " of "
                        + fleet
                        + (fleet == 1 ? " cluster" : " clusters")
                        + (chosen.size() < policy.clusters()
                                ? " (" + policy.clusters() + " asked for)"
                                : "");
        List<String> reasons =
                turnedAway.entrySet().stream()
                        .sorted(
                                Map.Entry.<String, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .map(e -> e.getValue() + " " + e.getKey())
                        .toList();
        return reasons.isEmpty() ? of : of + ": " + String.join(", ", reasons);
    }

    private Comparator<Candidate> preference() {
        return Comparator.comparing((Candidate c) -> !pinned(c))
                .thenComparing(c -> !Eligibility.isThere(c, needs))
                .thenComparing(c -> TieBreak.rank(seed, c.uid()))
                .thenComparing(Candidate::uid);
    }

    private boolean pinned(Candidate cluster) {
        return needs.pinned().contains(cluster.uid());
    }

    private boolean nowhere(Candidate cluster) {
        return policy.spread().isPresent() && group(cluster).isEmpty();
    }

    private String group(Candidate cluster) {
        return policy.spread().map(s -> value(cluster, s.over())).orElse("");
    }

    private static String value(Candidate cluster, Topology over) {
        return switch (over) {
            case REGION -> cluster.spec().location().region();
            case ZONE -> cluster.spec().location().zone();
            case PROVIDER -> cluster.spec().location().provider();
        };
    }

    private String place(Candidate cluster) {
        return nowhere(cluster) ? "no " + over() : group(cluster);
    }

    private String over() {
        return policy.spread().map(s -> s.over().toString()).orElse("");
    }

    private String rule() {
        return policy.spread().map(Scheduler::rule).orElse("nothing");
    }

    private static String rule(Spread s) {
        return "the spread over "
                + s.over()
                + "s (at least "
                + s.minGroups()
                + ", counts differing by at most "
                + s.maxSkew()
                + ")";
    }

    private static String ordinal(int n) {
        return "#" + n;
    }
}
