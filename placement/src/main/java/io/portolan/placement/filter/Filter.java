package io.portolan.placement.filter;

import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.Facet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One rule. Its answer depends on what it was made from and on one facet of the cluster alone.
 *
 * @param <F> what it looks at
 */
public interface Filter<F> {
    Facet<F> facet();

    /** What it asks for, in a few words. */
    String rule();

    /** Empty when a cluster that shows this fits as far as this rule goes. */
    Optional<Rejection> rejection(F shown);

    /** What this rule says of a cluster. */
    default Optional<Rejection> on(Candidate cluster) {
        return rejection(facet().of(cluster));
    }

    /**
     * All rules. What no change of the application could heal comes first, so that the reason shown
     * is the one that must go first.
     */
    static List<Filter<?>> of(Asked asked) {
        List<Filter<?>> out = new ArrayList<>();
        out.add(new DeletingFilter());
        if (!asked.dataResidency().isEmpty()) {
            out.add(new DataResidencyFilter(asked.dataResidency()));
        }
        out.addAll(RequirementFilter.ofTenant(asked.tenantClusters()));
        out.addAll(RequirementFilter.ofPolicy(asked.policy().where()));
        asked.policy().groups().ifPresent(g -> out.add(new GroupFilter(g.order())));
        out.add(new TaintFilter(asked.policy().tolerations(), asked.now()));
        out.add(new CordonFilter());
        out.add(new JoinedFilter());
        out.add(new ReachFilter());
        out.add(new ApiKindsFilter(asked.apiKinds()));
        out.addAll(AffinityFilter.of(asked.policy().affinity(), asked.neighbours()));
        return out;
    }
}
