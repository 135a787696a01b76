package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;
import java.util.TreeSet;

/** Whose law may hold over the tenant's data. It holds for what runs and stands by there too. */
final class DataResidencyFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        String here = q.spec().location().jurisdiction();
        return q.dataResidency().isEmpty() || q.dataResidency().contains(here)
                ? Optional.empty()
                : Optional.of(
                        Rejection.evicting(
                                Reason.DATA_RESIDENCY,
                                "data residency",
                                "the tenant's data must stay in "
                                        + String.join(", ", new TreeSet<>(q.dataResidency()))
                                        + ", here "
                                        + (here.isEmpty()
                                                ? "nothing says whose law holds"
                                                : "the law of " + here + " holds")));
    }
}
