package io.portolan.central.api;

import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;

/** Refuses at the door what could never be rendered. The rules belong to rendering. */
public interface ApplicationCheck {
    void check(
            ApplicationSpec spec,
            TenantSpec tenant,
            boolean singleWriter,
            ResourceKey application,
            Check at);
}
