package io.portolan.model.placement;

import io.portolan.model.Names;
import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which clusters were chosen, and the fate of every other.
 *
 * @param satisfied false when fewer were found than asked for; what was found is still chosen
 * @param summary the one line: {@code 2 of 37 clusters: 20 region, 9 tainted}
 * @param counts how many clusters each reason turned away
 * @param fates chosen first, then by name: of a large fleet the chosen, what is there, and the
 *     nearest of the others
 * @param nearest where fewer were found than asked for: the smallest change that would help, for
 *     people
 * @param mayReturn whether it uses a later group of clusters than it would go back to
 * @param order where some stand by: the chosen, first the active ones, or who is to be it, then the
 *     standbys as they would take over
 * @param trigger what happened that these clusters were chosen, for people; absent in decisions of
 *     before it was kept
 * @param decidedAt when they were chosen, by central's clock
 * @param drives of one that preempts: in whose room it was placed, while they are there yet; by
 *     cluster, then application
 */
public record PlacementDecision(
        boolean satisfied,
        List<Uid> chosen,
        String summary,
        Map<Reason, Integer> counts,
        List<Fate> fates,
        Optional<String> nearest,
        boolean mayReturn,
        List<Uid> order,
        Optional<String> trigger,
        Optional<Instant> decidedAt,
        List<Drive> drives) {
    /** As placement answers, which knows neither the cause nor the time. */
    public PlacementDecision(
            boolean satisfied,
            List<Uid> chosen,
            String summary,
            Map<Reason, Integer> counts,
            List<Fate> fates,
            Optional<String> nearest,
            boolean mayReturn,
            List<Uid> order) {
        this(
                satisfied,
                chosen,
                summary,
                counts,
                fates,
                nearest,
                mayReturn,
                order,
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** One that waits for no other group. */
    public PlacementDecision(
            boolean satisfied,
            List<Uid> chosen,
            String summary,
            Map<Reason, Integer> counts,
            List<Fate> fates) {
        this(satisfied, chosen, summary, counts, fates, Optional.empty(), false, List.of());
    }

    public PlacementDecision {
        chosen = List.copyOf(chosen);
        counts = Map.copyOf(counts);
        fates = List.copyOf(fates);
        order = List.copyOf(order);
        drives = drives.stream().distinct().sorted().toList();
    }

    /** An application that must leave a cluster, since this one was placed in its room. */
    public record Drive(Uid cluster, Uid application) implements Comparable<Drive> {
        private static final Comparator<Drive> ORDER =
                Comparator.comparing(Drive::cluster).thenComparing(Drive::application);

        @Override
        public int compareTo(Drive other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What happened to one cluster, with numbers and names in the detail.
     *
     * @param replicas its part of what is divided, see {@link Assignment.Member#replicas}
     * @param scores of one that fits: its points by preference, at most the preference's weight
     */
    public record Fate(
            Uid cluster,
            String name,
            boolean chosen,
            Reason reason,
            String detail,
            Map<String, Integer> replicas,
            Map<String, Integer> scores) {
        public Fate {
            scores = Collections.unmodifiableMap(new TreeMap<>(scores));
            replicas = Collections.unmodifiableMap(new TreeMap<>(replicas));
        }

        /** The sum of its points. */
        public int points() {
            return scores.values().stream().mapToInt(Integer::intValue).sum();
        }

        public Fate(Uid cluster, String name, boolean chosen, Reason reason, String detail) {
            this(cluster, name, chosen, reason, detail, Map.of(), Map.of());
        }
    }

    /** Who comes earlier in {@link #order} first; who is not in it last, by its uid. */
    public Comparator<Uid> byTurn() {
        return Comparator.comparing(
                        (Uid c) -> order.contains(c) ? order.indexOf(c) : Integer.MAX_VALUE)
                .thenComparing(c -> c);
    }

    /** The same, and how it came to be. */
    public PlacementDecision because(Optional<String> cause, Optional<Instant> at) {
        return new PlacementDecision(
                satisfied, chosen, summary, counts, fates, nearest, mayReturn, order, cause, at,
                drives);
    }

    /** The same, in the room of these. */
    public PlacementDecision driving(List<Drive> out) {
        return new PlacementDecision(
                satisfied, chosen, summary, counts, fates, nearest, mayReturn, order, trigger,
                decidedAt, out);
    }

    /** The parts of the chosen clusters in what is divided; nothing where nothing is. */
    public Map<Uid, Map<String, Integer>> parts() {
        Map<Uid, Map<String, Integer>> out = new TreeMap<>();
        for (Fate fate : fates) {
            if (fate.chosen && !fate.replicas.isEmpty()) {
                out.put(fate.cluster, fate.replicas);
            }
        }
        return out;
    }

    /** Why a cluster was chosen or not. */
    public enum Reason {
        /** Chosen, and was there before. */
        KEPT,
        /** Chosen anew. */
        CHOSEN,
        /** Fits, but enough others were better; the detail tells by what. */
        NOT_NEEDED,
        /** Not in the group that was chosen, or in none. */
        GROUP,
        /** Fits alone, but would break the spread. */
        SPREAD,
        /** Fits alone; whether the spread could hold with it was not found out. */
        UNDECIDED,
        SELECTOR,
        TENANT,
        /** Where the tenant's data must not be. */
        DATA_RESIDENCY,
        CORDONED,
        TAINTED,
        NOT_JOINED,
        UNREACHABLE,
        API_KINDS,
        /** Has not the room. */
        CAPACITY,
        /** Gave way to one that preempts and has a higher priority. */
        PREEMPTED,
        /** Not where another application is that it must be near to, or where one is to avoid. */
        AFFINITY,
        /** Shares with the active cluster what its standbys must not. */
        STANDBY,
        /** Named by the operation as the cluster to leave. */
        EXCLUDED,
        DELETING;

        @Override
        public String toString() {
            return Names.camel(this);
        }
    }
}
