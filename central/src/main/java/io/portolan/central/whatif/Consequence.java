package io.portolan.central.whatif;

import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of one application.
 *
 * @param from where it is, by the cluster's name
 * @param to where it would be in the end; of a single writer that needs a failover, after that
 * @param why in words, with names and numbers
 * @param next what an operator would have to type; empty where nothing
 */
public record Consequence(
        Uid application,
        String tenant,
        String name,
        Outcome outcome,
        List<Place> from,
        List<Place> to,
        String why,
        String next) {
    public Consequence {
        from = List.copyOf(from);
        to = List.copyOf(to);
    }

    /**
     * One cluster's part.
     *
     * @param replicas as in {@link io.portolan.model.placement.Assignment.Member}
     */
    public record Place(String cluster, Role role, Map<String, Integer> replicas) {
        public Place {
            replicas = Collections.unmodifiableMap(new TreeMap<>(replicas));
        }

        /** Whether it runs there. */
        public boolean active() {
            return role == Role.ACTIVE;
        }
    }

    /** Whether it comes to run in a cluster where it does not run now, without anybody's help. */
    public boolean moves() {
        return outcome != Outcome.NEEDS_FAILOVER && !running(from).containsAll(running(to));
    }

    private static List<String> running(List<Place> places) {
        return places.stream().filter(Place::active).map(Place::cluster).toList();
    }
}
