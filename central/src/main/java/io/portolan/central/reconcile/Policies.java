package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.render.ApplicationRules;
import io.portolan.central.store.Precondition;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An application's policies, looked up. */
public sealed interface Policies {
    /**
     * @param seen the rows that were looked up
     */
    record Found(
            TenantSpec tenant,
            PlacementPolicySpec placement,
            DrPolicySpec disasterRecovery,
            List<Precondition> seen)
            implements Policies {}

    /**
     * @param what as {@code PlacementPolicy shop/eu}
     */
    record Missing(String reason, String what) implements Policies {}

    /** A single writer with objects that have no defined stop: it may run, but not be placed. */
    record Unfenceable(Found found, String why) implements Policies {}

    static Policies of(FleetImage image, Resource<ApplicationSpec> application) {
        String tenantName = application.metadata().tenant();
        ApplicationSpec spec = application.spec();
        List<Precondition> seen = new ArrayList<>();
        Optional<Held<Resource<TenantSpec>>> tenant = image.tenant(tenantName);
        if (tenant.isEmpty()) {
            return new Missing("TenantMissing", ResourceKey.tenant(tenantName).toString());
        }
        PlacementPolicySpec placement = PlacementPolicySpec.ANYWHERE;
        if (spec.placement().isPresent()) {
            switch (spec.placement().get()) {
                case PolicyRef.Inline<PlacementPolicySpec>(var inline) -> placement = inline;
                case PolicyRef.Named<PlacementPolicySpec>(String name) -> {
                    var found = image.placementPolicy(tenantName, name);
                    if (found.isEmpty()) {
                        return missing("PlacementPolicy", tenantName, name);
                    }
                    seen.add(found.get().unchanged());
                    placement = found.get().value().spec();
                }
            }
        }
        DrPolicySpec recovery = DrPolicySpec.STATELESS;
        if (spec.disasterRecovery().isPresent()) {
            switch (spec.disasterRecovery().get()) {
                case PolicyRef.Inline<DrPolicySpec>(var inline) -> recovery = inline;
                case PolicyRef.Named<DrPolicySpec>(String name) -> {
                    var found = image.drPolicy(tenantName, name);
                    if (found.isEmpty()) {
                        return missing("DrPolicy", tenantName, name);
                    }
                    seen.add(found.get().unchanged());
                    recovery = found.get().value().spec();
                }
            }
        }
        Found found =
                new Found(tenant.get().value().spec(), placement, recovery, List.copyOf(seen));
        Optional<String> unfenceable =
                recovery.singleWriter()
                        ? ApplicationRules.unfenceable(spec, recovery)
                        : Optional.empty();
        return unfenceable.isPresent() ? new Unfenceable(found, unfenceable.get()) : found;
    }

    private static Missing missing(String kind, String tenant, String name) {
        return new Missing("PolicyMissing", kind + " " + tenant + "/" + name);
    }
}
