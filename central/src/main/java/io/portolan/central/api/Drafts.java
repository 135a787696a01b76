package io.portolan.central.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.central.http.Problem;
import io.portolan.central.reconcile.Adopting;
import io.portolan.central.reconcile.Ends;
import io.portolan.central.reconcile.Released;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Spec;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Claims;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.wire.Documents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Turns what a user wrote into a resource that may be stored, or tells everything wrong with it.
 */
final class Drafts {
    private static final int TENANTS = 1_000;

    private final Store store;
    private final ApplicationCheck applications;

    /** As they were last seen. */
    private final Map<String, Store.Described> tenants = new ConcurrentHashMap<>();

    Drafts(Store store, ApplicationCheck applications) {
        this.store = store;
        this.applications = applications;
    }

    /**
     * @param resource valid, with the metadata that a user may set
     * @param read what else the judgement stands on: it must still be so when it is committed
     */
    record Draft(Resource<?> resource, List<Precondition> read) {}

    /**
     * @param former what is there already
     * @param trusting takes it that no rival is there and that the tenant is as it was last seen,
     *     without a look; a commit on these preconditions then meets a conflict when it is not so.
     *     Nothing is refused on trust
     */
    Draft read(JsonNode body, ResourceKey key, Optional<Resource<?>> former, boolean trusting) {
        Check check = Check.root();
        addressed(body, key);
        Optional<Resource<?>> read = Documents.read(body, check);
        read.ifPresent(r -> same(r, key, check));
        List<Precondition> stands = new ArrayList<>();
        read.ifPresent(r -> context(r, key, check, stands, trusting));
        if (read.isEmpty() || !check.problems().isEmpty()) {
            if (trusting) {
                return read(body, key, former, false);
            }
            throw Problem.invalid(check.problems()).refusal();
        }
        if (read.get().spec() instanceof ApplicationSpec spec) {
            unclaimed(spec, key, former.map(Resource::spec), stands, trusting);
        }
        return new Draft(read.get(), stands);
    }

    /**
     * Refuses what another application of the tenant makes already, also one that is being deleted:
     * its successor waits until the objects are gone. Whoever is looked at must still be so, or
     * still be absent, when this is committed.
     */
    private void unclaimed(
            ApplicationSpec spec,
            ResourceKey key,
            Optional<Spec> former,
            List<Precondition> stands,
            boolean trusting) {
        List<Claims.Claim> claims = Claims.of(spec, key, Check.root().at("spec"));
        if (former.isPresent()
                && former.get() instanceof ApplicationSpec before
                && Claims.objects(before, key).equals(Claims.objects(spec, key))) {
            return;
        }
        List<Check.Problem> met = new ArrayList<>();
        for (String name : Claims.rivals(claims, key.name())) {
            ResourceKey rival = ResourceKey.application(key.tenant(), name);
            Optional<Store.Described> there = trusting ? Optional.empty() : store.find(rival);
            stands.add(
                    new Precondition(
                            new Row.Key.OfResource(rival),
                            there.map(t -> t.resource().revision()).orElse(Precondition.ABSENT)));
            there.map(t -> t.resource().row().resource()).ifPresent(r -> meet(claims, key, r, met));
        }
        if (!met.isEmpty()) {
            throw new Problem(409, "Object claimed", met.getFirst().toString(), met, 0).refusal();
        }
    }

    private static void meet(
            List<Claims.Claim> claims,
            ResourceKey key,
            Resource<?> rival,
            List<Check.Problem> met) {
        if (!(rival.spec() instanceof ApplicationSpec theirs)) {
            return;
        }
        for (Claims.Claim claim : Claims.met(claims, key, theirs, rival.key())) {
            claim.at()
                    .problem(
                            "makes "
                                    + claim.object()
                                    + ", which "
                                    + rival.key()
                                    + (rival.metadata().deleting()
                                            ? " still makes until it is gone"
                                            : " makes already"));
            met.add(claim.at().problems().getLast());
        }
    }

    /** A document may leave out what the path says already. */
    private static void addressed(JsonNode body, ResourceKey key) {
        if (body instanceof ObjectNode document) {
            if (!document.has("metadata")) {
                document.putObject("metadata");
            }
            if (document.path("metadata") instanceof ObjectNode metadata) {
                if (!metadata.has("name")) {
                    metadata.put("name", key.name());
                }
                if (key.kind().tenanted() && !metadata.has("tenant")) {
                    metadata.put("tenant", key.tenant());
                }
            }
        }
    }

    private static void same(Resource<?> read, ResourceKey key, Check check) {
        check.at("kind")
                .require(read.kind() == key.kind(), "must be " + key.kind() + ", as in the path");
        Check metadata = check.at("metadata");
        metadata.at("name")
                .require(
                        read.metadata().name().equals(key.name()),
                        "must be " + key.name() + ", as in the path");
        metadata.at("tenant")
                .require(
                        read.metadata().tenant().equals(key.tenant()),
                        "must be " + key.tenant() + ", as in the path");
    }

    private void context(
            Resource<?> resource,
            ResourceKey key,
            Check check,
            List<Precondition> stands,
            boolean trusting) {
        if (!key.kind().tenanted()) {
            return;
        }
        Optional<Store.Described> tenant = tenant(ResourceKey.tenant(key.tenant()), trusting);
        if (tenant.isEmpty() || tenant.get().resource().row().resource().metadata().deleting()) {
            check.at("metadata")
                    .at("tenant")
                    .problem("tenant " + key.tenant() + " does not exist; an operator can make it");
            return;
        }
        stands.add(
                new Precondition(
                        new Row.Key.OfResource(ResourceKey.tenant(key.tenant())),
                        tenant.get().resource().revision()));
        if (key.kind() == Kind.APPLICATION) {
            annotated(resource.metadata(), check.at("metadata").at("annotations"));
        }
        if (resource.spec() instanceof ApplicationSpec spec
                && tenant.get().resource().row().resource().spec() instanceof TenantSpec rules) {
            applications.check(spec, rules, recovery(spec, key.tenant()), key, check.at("spec"));
        }
    }

    /** Annotations that are followed must say what is understood. */
    private static void annotated(Metadata metadata, Check at) {
        List<String> adopt =
                Adopting.meaningless(metadata.annotations().getOrDefault(Adopting.ANNOTATION, ""));
        at.at(Adopting.ANNOTATION)
                .require(
                        adopt.isEmpty(),
                        "must be true, or objects as ConfigMap/settings, Deployment.apps/web; "
                                + String.join(", ", adopt)
                                + " is neither");
        List<String> released = Released.meaningless(metadata);
        at.at(Released.ANNOTATION)
                .require(
                        released.isEmpty(),
                        "must be clusters with the epoch in which they are released, as eu-west@7;"
                                + " not "
                                + String.join(", ", released));
        at.at(Ends.ANNOTATION)
                .require(
                        Ends.read(metadata.annotations().getOrDefault(Ends.ANNOTATION, ""))
                                .isPresent(),
                        "must be " + Ends.KEEP_WORKLOADS + " or " + Ends.DELETE_VOLUMES);
    }

    private Optional<Store.Described> tenant(ResourceKey key, boolean trusting) {
        Store.Described known = trusting ? tenants.get(key.name()) : null;
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Store.Described> found = store.find(key);
        if (tenants.size() >= TENANTS) {
            tenants.clear();
        }
        found.ifPresentOrElse(t -> tenants.put(key.name(), t), () -> tenants.remove(key.name()));
        return found;
    }

    /** A policy that does not exist yet is not waited for: the reconciler judges again with it. */
    private DrPolicySpec recovery(ApplicationSpec spec, String tenant) {
        return spec.disasterRecovery()
                .map(
                        ref ->
                                switch (ref) {
                                    case PolicyRef.Inline<DrPolicySpec> inline -> inline.spec();
                                    case PolicyRef.Named<DrPolicySpec> named ->
                                            named(tenant, named.name());
                                })
                .orElse(DrPolicySpec.STATELESS);
    }

    private DrPolicySpec named(String tenant, String name) {
        return store.find(new ResourceKey(Kind.DR_POLICY, tenant, name))
                .map(d -> d.resource().row().resource().spec())
                .filter(DrPolicySpec.class::isInstance)
                .map(DrPolicySpec.class::cast)
                .orElse(DrPolicySpec.STATELESS);
    }
}
