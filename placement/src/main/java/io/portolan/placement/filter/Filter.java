package io.portolan.placement.filter;

import java.util.List;
import java.util.Optional;

/** One rule. Its answer depends on the question alone. */
public interface Filter {
    /**
     * All rules. What no change of the application could heal comes first, so that the reason shown
     * is the one that must go first.
     */
    List<Filter> ALL =
            List.of(
                    new DeletingFilter(),
                    new ExcludedFilter(),
                    new DataResidencyFilter(),
                    new TenantFilter(),
                    new SelectorFilter(),
                    new TaintFilter(),
                    new CordonFilter(),
                    new JoinedFilter(),
                    new ReachFilter(),
                    new ApiKindsFilter());

    /** Empty when the cluster fits as far as this rule goes. */
    Optional<Rejection> rejection(Question question);
}
