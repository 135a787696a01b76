package io.portolan.central.reconcile;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * From the parts that clusters have to those that a decision gives them, make-before-break: no part
 * shrinks before all that grow are healthy, so that a new division never runs fewer replicas than
 * the old one. Where nothing grows, an edit of the application is carried out at once.
 *
 * <p>Example: of 100 replicas c1 has 90 and shall have 10. First c2 gets 90 and c1 keeps its own;
 * when c2 is healthy with them, c1 gets 10.
 */
final class Dividing {
    private Dividing() {}

    /**
     * The parts to be assigned now, by cluster; a cluster without one runs all.
     *
     * @param generation of the application now
     * @param healthy whether a cluster runs well what it was given last
     */
    static Map<Uid, Map<String, Integer>> parts(
            Assignment former,
            PlacementDecision decision,
            long generation,
            Predicate<Uid> healthy) {
        Map<Uid, Map<String, Integer>> wanted = decision.parts();
        boolean grows = false;
        boolean edited = false;
        for (Uid cluster : decision.chosen()) {
            Optional<Member> member = running(former, cluster);
            grows |= member.filter(m -> covers(m, part(wanted, cluster))).isEmpty();
            edited |= member.filter(m -> m.generation() != generation).isPresent();
        }
        if (!grows && (edited || decision.chosen().stream().allMatch(healthy))) {
            return wanted;
        }
        Map<Uid, Map<String, Integer>> out = new TreeMap<>(wanted);
        for (Uid cluster : decision.chosen()) {
            running(former, cluster)
                    .ifPresent(m -> out.put(cluster, most(m, part(wanted, cluster))));
        }
        return out;
    }

    private static Map<String, Integer> part(Map<Uid, Map<String, Integer>> parts, Uid cluster) {
        return parts.getOrDefault(cluster, Map.of());
    }

    private static Optional<Member> running(Assignment former, Uid cluster) {
        return former.member(cluster).filter(m -> m.role() == Role.ACTIVE);
    }

    private static boolean covers(Member member, Map<String, Integer> part) {
        Map<String, Integer> has = member.replicas();
        return has.isEmpty()
                || (!part.isEmpty()
                        && part.entrySet().stream()
                                .allMatch(e -> has.getOrDefault(e.getKey(), 0) >= e.getValue()));
    }

    private static Map<String, Integer> most(Member member, Map<String, Integer> part) {
        if (member.replicas().isEmpty() || part.isEmpty()) {
            return Map.of();
        }
        Map<String, Integer> out = new TreeMap<>(part);
        member.replicas()
                .forEach((workload, n) -> out.computeIfPresent(workload, (_, m) -> Math.max(m, n)));
        return out;
    }
}
