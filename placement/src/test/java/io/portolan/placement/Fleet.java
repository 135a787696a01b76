package io.portolan.placement;

import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterSpec.Effect;
import io.portolan.model.cluster.ClusterSpec.Location;
import io.portolan.model.cluster.ClusterSpec.Taint;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.cluster.ClusterStatus.Tainted;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec.Spread;
import io.portolan.model.placement.PlacementPolicySpec.Toleration;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Fleets written as words, one cluster each: {@code c1 eu-west cordoned taint=gpu:NoSchedule}. The
 * uid of c1 is {@code uid-c1}; {@code tainted=gpu:60} tells that its taint was set a minute ago;
 * what {@link Rooms} reads is left to it.
 */
final class Fleet {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    private Fleet() {}

    static List<Candidate> of(String... lines) {
        List<Candidate> clusters = new ArrayList<>();
        for (String line : lines) {
            clusters.add(cluster(line));
        }
        return clusters;
    }

    static Candidate cluster(String line) {
        String[] words = line.split(" ");
        String name = words[0];
        String region = words.length > 1 ? words[1] : "eu-west";
        Map<String, String> labels = new HashMap<>();
        List<Taint> taints = new ArrayList<>();
        Set<String> kinds = new HashSet<>();
        Reach reach = Reach.READY;
        boolean cordoned = false;
        boolean deleting = false;
        String jurisdiction = "EU";
        String version = "v1.36.0";
        String zone = region + "-" + name;
        String provider = "aws";
        List<Tainted> tainted = new ArrayList<>();
        for (int i = 2; i < words.length; i++) {
            String word = words[i];
            String value = word.substring(word.indexOf('=') + 1);
            switch (word.split("=")[0]) {
                case "cordoned" -> cordoned = true;
                case "deleting" -> deleting = true;
                case "pending" -> reach = Reach.PENDING;
                case "suspect" -> reach = Reach.SUSPECT;
                case "unreachable" -> reach = Reach.UNREACHABLE;
                case "law" -> jurisdiction = value;
                case "version" -> version = value;
                case "zone" -> zone = value;
                case "provider" -> provider = value;
                case "tainted" ->
                        tainted.add(
                                new Tainted(
                                        value.split(":")[0],
                                        "",
                                        NOW.minusSeconds(Long.parseLong(value.split(":")[1]))));
                case "kind" -> kinds.add(value);
                case "label" -> labels.put(value.split(":")[0], value.split(":")[1]);
                case "taint" ->
                        taints.add(
                                new Taint(
                                        value.split(":")[0],
                                        "",
                                        value.endsWith(":NoExecute")
                                                ? Effect.NO_EXECUTE
                                                : Effect.NO_SCHEDULE));
                default -> {
                    if (!Rooms.OF_CLUSTERS.contains(word.split("=")[0])) {
                        throw new IllegalArgumentException(line);
                    }
                }
            }
        }
        return new Candidate(
                uid(name),
                name,
                labels,
                new ClusterSpec(
                        new Location(
                                provider,
                                region.equals("-") ? "" : region,
                                zone,
                                jurisdiction.equals("-") ? "" : jurisdiction),
                        taints,
                        cordoned),
                reach,
                kinds,
                version,
                tainted,
                deleting);
    }

    static Uid uid(String name) {
        return new Uid("uid-" + name);
    }

    static String name(Uid cluster) {
        return cluster.value().substring("uid-".length());
    }

    static List<Uid> uids(String... names) {
        return java.util.Arrays.stream(names).map(Fleet::uid).toList();
    }

    static PlacementPolicySpec policy(int clusters) {
        return policy("", clusters);
    }

    static PlacementPolicySpec policy(String where, int clusters, Toleration... tolerations) {
        return new PlacementPolicySpec(
                Selector.parse(where), List.of(tolerations), clusters, List.of());
    }

    static PlacementPolicySpec spread(int clusters, int minGroups, int maxSkew) {
        return new PlacementPolicySpec(
                Selector.EVERYTHING,
                List.of(),
                clusters,
                List.of(new Spread("region", minGroups, maxSkew)));
    }

    static PlacementPolicySpec spread(int clusters, Spread... spreads) {
        return new PlacementPolicySpec(Selector.EVERYTHING, List.of(), clusters, List.of(spreads));
    }

    static Needs needs(String... current) {
        return needs(uids(current), List.of());
    }

    static Needs needs(List<Uid> current, List<Uid> pinned) {
        return needs(current, pinned, Map.of());
    }

    static Needs needs(List<Uid> current, List<Uid> pinned, Map<String, Integer> replicas) {
        return needs(Set.of(), current, pinned, replicas);
    }

    static Needs needs(
            Set<String> residency,
            List<Uid> current,
            List<Uid> pinned,
            Map<String, Integer> replicas) {
        return new Needs(
                Selector.EVERYTHING, residency, Set.of(), replicas, current, pinned, Set.of(), NOW);
    }

    static PlacementDecision place(List<Candidate> fleet, PlacementPolicySpec policy, Needs needs) {
        return Scheduler.place(ClusterSnapshot.of(fleet), policy, needs, 42);
    }

    /** The names of the chosen, in order. */
    static List<String> chosen(PlacementDecision decision) {
        return decision.fates().stream().filter(Fate::chosen).map(Fate::name).toList();
    }

    static Fate fate(PlacementDecision decision, String name) {
        return decision.fates().stream()
                .filter(f -> f.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
