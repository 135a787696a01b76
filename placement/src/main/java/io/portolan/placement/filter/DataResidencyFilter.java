package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whose law may hold over the tenant's data. It holds for what runs and stands by there too. */
final class DataResidencyFilter implements Filter<Optional<String>> {
    private final Set<String> jurisdictions;

    DataResidencyFilter(Set<String> jurisdictions) {
        this.jurisdictions = jurisdictions;
    }

    @Override
    public String rule() {
        return "data residency: " + String.join(", ", new TreeSet<>(jurisdictions));
    }

    @Override
    public Facet<Optional<String>> facet() {
        return new Facet.Value("jurisdiction");
    }

    @Override
    public Optional<Rejection> rejection(Optional<String> here) {
        return here.filter(jurisdictions::contains).isPresent()
                ? Optional.empty()
                : Optional.of(
                        Rejection.evicting(
                                Reason.DATA_RESIDENCY,
                                "data residency",
                                "the tenant's data must stay in "
                                        + String.join(", ", new TreeSet<>(jurisdictions))
                                        + ", here "
                                        + here.map(h -> "the law of " + h + " holds")
                                                .orElse("nothing says whose law holds")));
    }
}
