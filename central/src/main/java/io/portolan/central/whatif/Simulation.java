package io.portolan.central.whatif;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What would become of the fleet.
 *
 * @param revision of the image that it was asked of
 * @param applications how many there would be
 * @param changes of those for which something changes, in the order of their uids
 */
public record Simulation(
        long revision, int applications, List<Consequence> changes, Cost before, Cost after) {
    public Simulation {
        changes = List.copyOf(changes);
    }

    /** How many of the changed ones fare so; every outcome is there. */
    public Map<Outcome, Integer> counts() {
        return counts(changes);
    }

    static Map<Outcome, Integer> counts(List<Consequence> changes) {
        Map<Outcome, Integer> out = new EnumMap<>(Outcome.class);
        for (Outcome outcome : Outcome.values()) {
            out.put(outcome, 0);
        }
        changes.forEach(c -> out.merge(c.outcome(), 1, Integer::sum));
        return out;
    }

    /** How many come to run in a cluster where they do not run now. */
    public long moves() {
        return changes.stream().filter(Consequence::moves).count();
    }

    /** Those that are well without: they give up a cluster, take another standby, or part anew. */
    private int inPlace() {
        return (int)
                changes.stream().filter(c -> c.outcome() == Outcome.FITS && !c.moves()).count();
    }

    /** {@code 3 of 40 applications move, 1 does not fit; cost 12.40 -> 10.10 per hour}. */
    public String summary() {
        Map<Outcome, Integer> counts = counts();
        StringBuilder out = new StringBuilder();
        out.append(moves()).append(" of ").append(applications);
        out.append(applications == 1 ? " application" : " applications");
        out.append(applications == 1 || moves() == 1 ? " moves" : " move");
        told(out, inPlace(), "changes in place", "change in place");
        told(out, counts.getOrDefault(Outcome.DEGRADED, 0), "is degraded", "are degraded");
        told(
                out,
                counts.getOrDefault(Outcome.BREAKS_POLICY, 0),
                "breaks its policy",
                "break their policy");
        told(
                out,
                counts.getOrDefault(Outcome.NEEDS_FAILOVER, 0),
                "needs failover",
                "need failover");
        told(out, counts.getOrDefault(Outcome.DOES_NOT_FIT, 0), "does not fit", "do not fit");
        if (!before.unknown() || !after.unknown()) {
            out.append("; cost ").append(before).append(" -> ").append(after).append(" per hour");
        }
        return out.toString();
    }

    private static void told(StringBuilder out, int count, String one, String several) {
        if (count > 0) {
            out.append(", ").append(count).append(' ').append(count == 1 ? one : several);
        }
    }
}
