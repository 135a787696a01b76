package io.portolan.placement;

import io.portolan.model.Check;
import io.portolan.model.Selector;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Division;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Preference;
import io.portolan.placement.filter.Asked;
import io.portolan.placement.filter.Filter;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.filter.Neighbours.Standing;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.score.LabelNumber;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What of a policy cannot be had, or does nothing, on the fleet as it is. Only what lasts is looked
 * at: fields and labels, what the tenant may use, where other applications are told of; never
 * taints, cordons, silence or room, which come and go. An empty fleet warns of nothing: policies
 * are often there before the clusters.
 */
public final class Warnings {
    private static final int MOST = 20;
    private static final int MOST_VALUES = 5;

    private final List<Candidate> fleet;
    private final PlacementPolicySpec policy;
    private final Check at = Check.root();

    /** The clusters that could ever be chosen. */
    private final List<Candidate> matching;

    private Warnings(List<Candidate> fleet, PlacementPolicySpec policy, List<Candidate> matching) {
        this.fleet = fleet;
        this.policy = policy;
        this.matching = matching;
    }

    /**
     * @param tenantClusters the clusters that the policy's tenant may use
     * @param dataResidency jurisdictions that its data may be in; any when empty
     * @param neighbours for each term of the policy's affinity
     */
    public static List<Warning> of(
            ClusterSnapshot snapshot,
            PlacementPolicySpec policy,
            Selector tenantClusters,
            Set<String> dataResidency,
            List<Neighbours> neighbours) {
        List<Candidate> fleet = snapshot.all().stream().filter(c -> !c.deleting()).toList();
        if (fleet.isEmpty()) {
            return List.of();
        }
        Funnel funnel = Funnel.of(fleet, policy, tenantClusters, dataResidency);
        Warnings warnings = new Warnings(fleet, policy, funnel.matching());
        warnings.where();
        warnings.clusters(funnel);
        warnings.groups();
        if (!funnel.matching().isEmpty()) {
            new SpreadWarnings(funnel.matching(), policy, warnings.at).all();
            warnings.standbys();
            warnings.preferences();
            warnings.division();
        }
        warnings.affinity(neighbours);
        return warnings.at.problems().stream()
                .limit(MOST)
                .map(p -> new Warning(p.path(), p.message()))
                .toList();
    }

    /** {@code region = mars matches none of 2 clusters: 2 with region eu-west}. */
    private void where() {
        for (Selector.Requirement requirement : policy.where().requirements()) {
            String key = requirement.key();
            if (fleet.stream().noneMatch(c -> requirement.matches(c.value(key).orElse(null)))) {
                at.at("where")
                        .problem(
                                requirement
                                        + " matches none of "
                                        + clusters(fleet.size())
                                        + ": "
                                        + values(fleet, key));
            }
        }
    }

    private void clusters(Funnel funnel) {
        if (matching.size() < policy.clusters()) {
            at.at("clusters")
                    .problem(
                            clusters(policy.clusters())
                                    + " asked for, and "
                                    + matching.size()
                                    + " of "
                                    + fleet.size()
                                    + " can ever match"
                                    + funnel.words());
        }
    }

    private void groups() {
        List<Selector> order = policy.groups().map(g -> g.order()).orElse(List.of());
        for (int g = 0; g < order.size(); g++) {
            Selector group = order.get(g);
            List<Selector> earlier = order.subList(0, g);
            List<Candidate> matched = fleet.stream().filter(c -> c.matches(group)).toList();
            if (matched.isEmpty()) {
                at.at("groups")
                        .at("order")
                        .at(g)
                        .problem("matches none of " + clusters(fleet.size()));
            } else if (matched.stream().allMatch(c -> earlier.stream().anyMatch(c::matches))) {
                at.at("groups")
                        .at("order")
                        .at(g)
                        .problem(
                                "is always empty: "
                                        + clusters(matched.size())
                                        + " that it matches "
                                        + (matched.size() == 1 ? "is" : "are")
                                        + " of earlier groups");
            }
        }
    }

    private void standbys() {
        List<String> apart = policy.standbys().map(s -> s.apart()).orElse(List.of());
        for (int i = 0; i < apart.size(); i++) {
            Set<String> values = distinct(matching, apart.get(i));
            if (values.size() < 2) {
                at.at("standbys")
                        .at("apart")
                        .at(i)
                        .problem(
                                "none can stand by among the "
                                        + clusters(matching.size())
                                        + " that match: "
                                        + values(matching, apart.get(i)));
            }
        }
    }

    private void preferences() {
        for (int i = 0; i < policy.prefer().size(); i++) {
            Preference preference = policy.prefer().get(i);
            Check here = at.at("prefer").at(i);
            preference.where().ifPresent(w -> preferred(w, here.at("where")));
            preference.lowest().ifPresent(key -> numbers(key, here.at("lowest")));
            preference.highest().ifPresent(key -> numbers(key, here.at("highest")));
        }
    }

    private void preferred(Selector where, Check here) {
        long matched = matching.stream().filter(c -> c.matches(where)).count();
        if (matched == 0 || (matched == matching.size() && matched > 1)) {
            here.problem(
                    "prefers nothing: it matches "
                            + (matched == 0 ? "none" : "all")
                            + " of "
                            + clusters(matching.size())
                            + " that match the policy");
        }
    }

    private void numbers(String key, Check here) {
        List<String> numbers =
                matching.stream()
                        .flatMap(c -> c.value(key).stream())
                        .filter(v -> LabelNumber.of(v).isPresent())
                        .toList();
        if (numbers.isEmpty()) {
            here.problem(
                    "prefers nothing: none of "
                            + clusters(matching.size())
                            + " that match has a number as "
                            + key);
        } else if (numbers.size() == matching.size()
                && numbers.size() > 1
                && numbers.stream().distinct().count() == 1) {
            here.problem(
                    "prefers nothing: all of "
                            + clusters(matching.size())
                            + " that match have "
                            + key
                            + " "
                            + numbers.getFirst());
        }
    }

    private void division() {
        List<Division.Weight> weights = policy.replicas().map(d -> d.weights()).orElse(List.of());
        for (int i = 0; i < weights.size(); i++) {
            Selector where = weights.get(i).where();
            List<Division.Weight> earlier = weights.subList(0, i);
            Predicate<Candidate> counts =
                    c -> c.matches(where) && earlier.stream().noneMatch(e -> c.matches(e.where()));
            if (matching.stream().noneMatch(counts)) {
                long matched = matching.stream().filter(c -> c.matches(where)).count();
                at.at("replicas")
                        .at("weights")
                        .at(i)
                        .at("where")
                        .problem(
                                matched == 0
                                        ? "matches none of "
                                                + clusters(matching.size())
                                                + " that match the policy"
                                        : "counts for none: an earlier weight counts for the "
                                                + clusters((int) matched)
                                                + " that it matches");
            }
        }
    }

    private void affinity(List<Neighbours> neighbours) {
        List<Affinity> terms = policy.affinity();
        for (int i = 0; i < terms.size() && i < neighbours.size(); i++) {
            Affinity term = terms.get(i);
            Check here = terms.size() == 1 ? at.at("affinity") : at.at("affinity").at(i);
            if (neighbours.get(i).standing() == Standing.MISSING) {
                String what =
                        term.application().isPresent()
                                ? "application " + term.others() + " does not exist"
                                : "the tenant has no application with " + term.others();
                here.at(term.application().isPresent() ? "application" : "applications")
                        .problem(
                                what
                                        + (term.apart()
                                                ? ": nothing is kept apart from it"
                                                : term.weight().isPresent()
                                                        ? ": nothing is preferred"
                                                        : ": nothing is placed until it does"));
            }
            if (distinct(fleet, term.key()).isEmpty()) {
                here.at("over")
                        .problem("none of " + clusters(fleet.size()) + " has a " + term.over());
            }
        }
    }

    static String clusters(int number) {
        return number + (number == 1 ? " cluster" : " clusters");
    }

    static Set<String> distinct(List<Candidate> clusters, String key) {
        return clusters.stream()
                .flatMap(c -> c.value(key).stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** {@code 7 in region eu-west, 2 in us-east, 1 without}, the most frequent first. */
    static String values(List<Candidate> clusters, String key) {
        TreeMap<String, Integer> counts = new TreeMap<>();
        clusters.forEach(c -> c.value(key).ifPresent(v -> counts.merge(v, 1, Integer::sum)));
        int with = counts.values().stream().mapToInt(Integer::intValue).sum();
        List<String> out = new ArrayList<>();
        counts.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Integer>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_VALUES)
                .forEach(e -> out.add(e.getValue() + " with " + key + " " + e.getKey()));
        if (counts.size() > MOST_VALUES) {
            out.add((counts.size() - MOST_VALUES) + " more values");
        }
        if (with < clusters.size()) {
            out.add((clusters.size() - with) + " without " + key);
        }
        return String.join(", ", out);
    }

    /** How many clusters are left after each rule that nothing but a change of rules can heal. */
    private record Funnel(List<Candidate> matching, Map<Reason, Integer> out) {
        /** What nothing but a change of rules can heal. */
        private static final Set<Reason> LASTING =
                EnumSet.of(Reason.DATA_RESIDENCY, Reason.TENANT, Reason.SELECTOR, Reason.GROUP);

        static Funnel of(
                List<Candidate> fleet,
                PlacementPolicySpec policy,
                Selector tenantClusters,
                Set<String> dataResidency) {
            List<Filter<?>> filters =
                    Filter.of(
                            new Asked(
                                    policy,
                                    tenantClusters,
                                    dataResidency,
                                    Set.of(),
                                    List.of(),
                                    Instant.EPOCH));
            List<Candidate> matching = new ArrayList<>();
            Map<Reason, Integer> out = new EnumMap<>(Reason.class);
            for (Candidate candidate : fleet) {
                filters.stream()
                        .flatMap(f -> f.on(candidate).stream())
                        .map(Rejection::reason)
                        .filter(LASTING::contains)
                        .findFirst()
                        .ifPresentOrElse(
                                reason -> out.merge(reason, 1, Integer::sum),
                                () -> matching.add(candidate));
            }
            return new Funnel(matching, out);
        }

        /** {@code : 5 are where the tenant's data must not be, 2 are outside of where}. */
        String words() {
            List<String> words = new ArrayList<>();
            told(Reason.DATA_RESIDENCY, "where the tenant's data must not be", words);
            told(Reason.TENANT, "not for the tenant", words);
            told(Reason.SELECTOR, "outside of where", words);
            told(Reason.GROUP, "in no group", words);
            return words.isEmpty() ? "" : ": " + String.join(", ", words);
        }

        private void told(Reason reason, String what, List<String> words) {
            int number = out.getOrDefault(reason, 0);
            if (number > 0) {
                words.add(number + (number == 1 ? " is " : " are ") + what);
            }
        }
    }
}
