package io.portolan.placement;

import io.portolan.placement.score.Scores;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The points and replicas of a decision in words. */
record Amounts(Needs needs, Scores scores, Vacancy vacancy, Parts parts) {
    /** {@code , score 63: lowest cost 20, provider = own 43}. */
    String score(int cluster) {
        Map<String, Integer> points = points(cluster);
        return points.isEmpty()
                ? ""
                : points.entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", ", ", score " + sum(points) + ": ", ""));
    }

    /** By preference. */
    Map<String, Integer> points(int cluster) {
        Map<String, Integer> points = new TreeMap<>(scores.byTerm(cluster));
        points.putAll(vacancy.byTerm(cluster));
        return points;
    }

    private static int sum(Map<String, Integer> points) {
        return points.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** {@code ; runs web 3 of 10}. */
    String runs(Map<String, Integer> part) {
        return part.isEmpty()
                ? ""
                : part.entrySet().stream()
                        .map(
                                e ->
                                        e.getKey()
                                                + " "
                                                + e.getValue()
                                                + " of "
                                                + needs.replicas().get(e.getKey()))
                        .collect(Collectors.joining(", ", "; runs ", ""));
    }

    /** {@code ; no cluster takes 4 of 20 replicas of web}. */
    String left() {
        return parts.left().entrySet().stream()
                .map(
                        e ->
                                "; no cluster takes "
                                        + e.getValue()
                                        + " of "
                                        + needs.replicas().get(e.getKey())
                                        + " replicas of "
                                        + e.getKey())
                .collect(Collectors.joining());
    }
}
