package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Optional;

/** The tenant's own bounds; they hold for what runs already too. */
final class TenantFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return SelectorFilter.unmet(q.tenantClusters(), q)
                .map(
                        unmet ->
                                Rejection.evicting(
                                        Reason.TENANT,
                                        "tenant",
                                        "the tenant may use clusters with "
                                                + unmet
                                                + " only, here "
                                                + SelectorFilter.found(unmet, q)));
    }
}
