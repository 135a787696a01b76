package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The cluster must serve every kind that the application has. For newcomers only: discovery that
 * failed in part looks the same as a kind that went away, and must move nothing.
 */
final class ApiKindsFilter implements Filter<Set<String>> {
    private final Set<String> needed;

    ApiKindsFilter(Set<String> needed) {
        this.needed = needed;
    }

    @Override
    public String rule() {
        return "API kinds";
    }

    @Override
    public Facet<Set<String>> facet() {
        return new Facet.ApiKinds();
    }

    @Override
    public Optional<Rejection> rejection(Set<String> served) {
        return served.isEmpty() || served.containsAll(needed)
                ? Optional.empty()
                : Optional.of(
                        Rejection.forNewcomers(
                                Reason.API_KINDS,
                                "API kinds",
                                "it does not serve " + missing(served)));
    }

    private String missing(Set<String> served) {
        TreeSet<String> missing = new TreeSet<>(needed);
        missing.removeAll(served);
        return String.join(", ", missing);
    }
}
