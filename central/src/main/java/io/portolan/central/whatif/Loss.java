package io.portolan.central.whatif;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What happens if a domain is lost now.
 *
 * @param clusters how many it has
 * @param counts of the applications that are in it, by how they fare
 * @param worst the first few of those that do not fit as they are to, the worst first
 * @param revision of the fleet that this was asked of
 * @param at when
 */
public record Loss(
        Domain domain,
        int clusters,
        Map<Outcome, Integer> counts,
        List<Named> worst,
        long revision,
        Instant at) {
    private static final int FEW = 5;

    public Loss {
        counts = Map.copyOf(counts);
        worst = List.copyOf(worst);
    }

    /** One application. */
    public record Named(String tenant, String name, Outcome outcome) {}

    static Loss of(
            Domain domain,
            int clusters,
            List<Consequence> consequences,
            long revision,
            Instant at) {
        return new Loss(
                domain,
                clusters,
                Simulation.counts(consequences),
                consequences.stream()
                        .filter(c -> c.outcome() != Outcome.FITS)
                        .sorted(
                                Comparator.comparing(Consequence::outcome)
                                        .reversed()
                                        .thenComparing(Consequence::tenant)
                                        .thenComparing(Consequence::name))
                        .limit(FEW)
                        .map(c -> new Named(c.tenant(), c.name(), c.outcome()))
                        .toList(),
                revision,
                at);
    }

    public int applications() {
        return counts.values().stream().mapToInt(n -> n).sum();
    }

    /** How the worst of them fares. */
    public Outcome answer() {
        Outcome worst = Outcome.FITS;
        for (Outcome outcome : Outcome.values()) {
            worst = counts.getOrDefault(outcome, 0) > 0 ? outcome : worst;
        }
        return worst;
    }
}
