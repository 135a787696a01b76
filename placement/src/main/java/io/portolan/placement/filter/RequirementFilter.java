package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.fleet.Facet;
import java.util.List;
import java.util.Optional;

/**
 * One requirement of a selector: of the policy's {@code where}, or of what the tenant may use. Both
 * hold for what runs already: a policy that was narrowed moves what is outside of it.
 */
final class RequirementFilter implements Filter<Optional<String>> {
    private final Selector.Requirement requirement;
    private final Reason reason;
    private final String label;

    private RequirementFilter(Selector.Requirement requirement, Reason reason, String label) {
        this.requirement = requirement;
        this.reason = reason;
        this.label = label;
    }

    static List<RequirementFilter> ofPolicy(Selector where) {
        return where.requirements().stream()
                .map(r -> new RequirementFilter(r, Reason.SELECTOR, r.key()))
                .toList();
    }

    static List<RequirementFilter> ofTenant(Selector clusters) {
        return clusters.requirements().stream()
                .map(r -> new RequirementFilter(r, Reason.TENANT, "tenant"))
                .toList();
    }

    @Override
    public String rule() {
        return (reason == Reason.TENANT ? "tenant: " : "where: ") + requirement;
    }

    @Override
    public Facet<Optional<String>> facet() {
        return new Facet.Value(requirement.key());
    }

    @Override
    public Optional<Rejection> rejection(Optional<String> value) {
        return requirement.matches(value.orElse(null))
                ? Optional.empty()
                : Optional.of(Rejection.evicting(reason, label, () -> detail(value)));
    }

    private String detail(Optional<String> value) {
        String found = value.map(v -> "it is " + v).orElse("there is none");
        return reason == Reason.TENANT
                ? "the tenant may use clusters with " + requirement + " only, here " + found
                : "the policy asks for " + requirement + ", here " + found;
    }
}
