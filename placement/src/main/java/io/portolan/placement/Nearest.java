package io.portolan.placement;

import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.placement.filter.Rejection;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.fleet.Column;
import io.portolan.placement.fleet.Facet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What would help an application that found too few clusters: the clusters that the fewest rules
 * keep away (those that policy or tenant ruled out come last), by the rule that most of them have
 * in common; and the hard spreads for which the clusters that fit have too few groups. One of each
 * is enough for a person to begin with.
 *
 * @param residents the clusters where it is, or that it has just left: they are not asked
 */
record Nearest(
        ClusterSnapshot fleet,
        Verdicts verdicts,
        Vacancy vacancy,
        Spreads spreads,
        Set<Integer> residents) {
    private static final int MOST_NAMES = 3;

    /** Empty where every cluster fits and each spread has groups enough. */
    Optional<String> words() {
        List<String> out = new ArrayList<>();
        spreads.hard().forEach(s -> lacking(s).ifPresent(out::add));
        rejected().ifPresent(out::add);
        return out.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", out));
    }

    /** {@code the spread over regions needs 3, those that fit are in 2: eu-north, eu-west}. */
    private Optional<String> lacking(Spread spread) {
        Column<Optional<String>> column = fleet.column(new Facet.Value(spread.over()));
        TreeSet<String> groups =
                IntStream.of(verdicts.fitting)
                        .filter(vacancy::takes)
                        .mapToObj(column::value)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (groups.size() >= spread.minGroups()) {
            return Optional.empty();
        }
        return Optional.of(
                "the spread over "
                        + spread.over()
                        + "s needs "
                        + spread.minGroups()
                        + ", those that fit are in "
                        + groups.size()
                        + (groups.isEmpty() ? "" : ": " + String.join(", ", groups)));
    }

    /** {@code c4 and 2 more fit but for: its taint maintenance:NoSchedule is not tolerated}. */
    private Optional<String> rejected() {
        int fewest = Integer.MAX_VALUE;
        Map<String, List<Integer>> byRules = new TreeMap<>();
        for (int i = 0; i < fleet.size(); i++) {
            List<Rejection> all = all(i);
            int far = all.stream().mapToInt(Nearest::far).sum();
            if (far == 0 || far > fewest || residents.contains(i)) {
                continue;
            }
            if (far < fewest) {
                fewest = far;
                byRules.clear();
            }
            byRules.computeIfAbsent(labels(all), _ -> new ArrayList<>()).add(i);
        }
        return byRules.values().stream()
                .reduce((a, b) -> b.size() > a.size() ? b : a)
                .map(this::rejected);
    }

    private List<Rejection> all(int cluster) {
        List<Rejection> all = verdicts.all(cluster);
        vacancy.rejection(cluster).ifPresent(all::add);
        return all;
    }

    /** A cluster that somebody ruled out on purpose is further away than any other. */
    private static int far(Rejection rejection) {
        return switch (rejection.reason()) {
            case TENANT, DATA_RESIDENCY, SELECTOR, GROUP -> 100;
            case KEPT,
                    CHOSEN,
                    NOT_NEEDED,
                    SPREAD,
                    UNDECIDED,
                    CORDONED,
                    TAINTED,
                    NOT_JOINED,
                    UNREACHABLE,
                    API_KINDS,
                    AFFINITY,
                    STANDBY,
                    CAPACITY,
                    PREEMPTED,
                    EXCLUDED,
                    DELETING ->
                    1;
        };
    }

    private static String labels(List<Rejection> all) {
        return all.stream().map(Rejection::label).collect(Collectors.joining(", "));
    }

    private String rejected(List<Integer> clusters) {
        List<Integer> named =
                clusters.stream()
                        .sorted(java.util.Comparator.comparing(i -> fleet.get(i).name()))
                        .limit(clusters.size() > MOST_NAMES + 1 ? MOST_NAMES : MOST_NAMES + 1)
                        .toList();
        int more = clusters.size() - named.size();
        return named.stream().map(i -> fleet.get(i).name()).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "")
                + (clusters.size() == 1 ? " fits" : " fit")
                + " but for: "
                + all(named.getFirst()).stream()
                        .map(Rejection::detail)
                        .collect(Collectors.joining("; "));
    }
}
