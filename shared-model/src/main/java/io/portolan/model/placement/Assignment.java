package io.portolan.model.placement;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The durable decision of where an application runs: written by placement and, for the active
 * cluster of a single writer, by operations only.
 *
 * @param epoch rises with each change of the active cluster
 * @param members in order of the cluster's uid
 * @param decision why
 */
public record Assignment(
        Uid application, long epoch, List<Member> members, PlacementDecision decision) {
    public Assignment {
        members = List.copyOf(members);
    }

    /**
     * One cluster's part.
     *
     * @param generation of the application that it runs
     * @param leaving its successor is made first; when that is healthy it is tombstoned
     * @param returned it was found to have a single writer that nobody asked it for, perhaps with
     *     data of its own: it does not go because placement would not choose it
     * @param held it returned after it was left unheard, and stays quarantined until somebody has
     *     looked ({@code onReturn: hold}), though it may have shown that it runs nothing
     * @param replicas its part of each workload whose replicas are divided, by component, or {@code
     *     component/Kind/name} where that is one of manifests; empty where it runs all
     */
    public record Member(
            Uid cluster,
            Role role,
            long generation,
            boolean leaving,
            boolean returned,
            boolean held,
            Map<String, Integer> replicas) {
        public Member {
            held &= role == Role.QUARANTINED;
            replicas = Collections.unmodifiableMap(new TreeMap<>(replicas));
        }

        public Member(Uid cluster, Role role, long generation, boolean leaving) {
            this(cluster, role, generation, leaving, false);
        }

        public Member(Uid cluster, Role role, long generation, boolean leaving, boolean returned) {
            this(cluster, role, generation, leaving, returned, false, Map.of());
        }

        public Member with(Role role) {
            return new Member(cluster, role, generation, leaving, returned, held, replicas);
        }

        public Member at(long generation) {
            return new Member(cluster, role, generation, false, returned, held, replicas);
        }

        public Member with(Map<String, Integer> replicas) {
            return new Member(cluster, role, generation, leaving, returned, held, replicas);
        }

        /** Only while it is quarantined. */
        public Member held(boolean held) {
            return new Member(cluster, role, generation, leaving, returned, held, replicas);
        }

        public Member leave() {
            return new Member(cluster, role, generation, true, returned, held, replicas);
        }
    }

    /** Whether it was decided, under an epoch that is smaller. */
    public boolean isBefore(long firstEpoch) {
        return epoch > 0 && epoch < firstEpoch;
    }

    public Optional<Member> member(Uid cluster) {
        return members.stream().filter(m -> m.cluster.equals(cluster)).findFirst();
    }

    public List<Uid> active() {
        return members.stream().filter(m -> m.role == Role.ACTIVE).map(Member::cluster).toList();
    }
}
