package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision.Drive;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell.Guest;
import io.portolan.placement.fleet.ClusterSnapshot;
import io.portolan.placement.score.Scores;
import java.util.List;
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

    /** {@code , in the room of shop/batch}. */
    String driven(ClusterSnapshot fleet, int cluster) {
        List<String> out = drivenOut(fleet, cluster).stream().map(Guest::name).toList();
        return out.isEmpty()
                ? ""
                : ", in the room of " + needs.claim().kin().names(out, out.size());
    }

    /** Who must go from the chosen clusters. */
    List<Drive> drives(ClusterSnapshot fleet, List<Integer> chosen) {
        return chosen.stream()
                .filter(i -> !parts.unused().contains(i))
                .flatMap(
                        i ->
                                drivenOut(fleet, i).stream()
                                        .map(g -> new Drive(fleet.get(i).uid(), g.application())))
                .toList();
    }

    /** Who must go so that it has there what it gets beside what it has. */
    private List<Guest> drivenOut(ClusterSnapshot fleet, int cluster) {
        Uid uid = fleet.get(cluster).uid();
        int nodes = needs.room().cell(cluster).nodes();
        Map<String, Integer> part = parts.of().getOrDefault(cluster, Map.of());
        Amount takes = needs.requests().part(part).on(nodes);
        if (!needs.isOn(uid)) {
            return vacancy.drivenOut(cluster, takes);
        }
        Map<String, Integer> now = needs.claim().parts().getOrDefault(uid, Map.of());
        return part.isEmpty()
                ? List.of()
                : vacancy.drivenOut(cluster, takes.minus(needs.requests().part(now).on(nodes)));
    }
}
