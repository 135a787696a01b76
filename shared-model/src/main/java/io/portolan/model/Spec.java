package io.portolan.model;

import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;

/** What a user declares. Each declarative kind has one case. */
public sealed interface Spec
        permits TenantSpec, ClusterSpec, ApplicationSpec, PlacementPolicySpec, DrPolicySpec {
    Kind kind();

    /** Reports everything that is wrong with the values themselves, with the field's path. */
    void check(Check at);
}
