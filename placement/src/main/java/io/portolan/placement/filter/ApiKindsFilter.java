package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The cluster must serve every kind that the application has. For newcomers only: discovery that
 * failed in part looks the same as a kind that went away, and must move nothing.
 */
final class ApiKindsFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        TreeSet<String> missing = new TreeSet<>(q.neededKinds());
        missing.removeAll(q.apiKinds());
        return q.apiKinds().isEmpty() || missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Rejection.forNewcomers(
                                Reason.API_KINDS,
                                "API kinds",
                                "it does not serve " + String.join(", ", missing)));
    }
}
