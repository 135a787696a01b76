package io.portolan.central.api;

import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.dr.DrPolicySpec;

/** Refuses at the door what could never be rendered. The rules belong to rendering. */
public interface ApplicationCheck {
    void check(
            ApplicationSpec spec,
            TenantSpec tenant,
            DrPolicySpec recovery,
            ResourceKey application,
            Check at);
}
