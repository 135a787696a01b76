package io.portolan.central.render;

import io.portolan.dr.SingleWriterRules;
import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Claims;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Scopes;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an application may not bring, beyond what its spec alone can tell. Checked before a spec is
 * accepted.
 */
public final class ApplicationRules {
    /** Of all objects of an application together, as JSON. Bytes. */
    public static final int SIZE_LIMIT = 8 << 20;

    private ApplicationRules() {}

    /** Of a Service's name, which is a DNS label (RFC 1123). Characters. */
    private static final int NAME_LIMIT = 63;

    /**
     * @param application the tenant's one namespace has the tenant's name
     * @param at stands at the spec
     */
    public static void check(
            ApplicationSpec spec,
            TenantSpec tenant,
            DrPolicySpec recovery,
            ResourceKey application,
            Check at) {
        String tenantName = application.tenant();
        Scopes scopes = Scopes.of(spec);
        Map<ObjectRef, String> seen = new HashMap<>();
        List<KubeObject> all = new ArrayList<>();
        for (int i = 0; i < spec.components().size(); i++) {
            Component component = spec.components().get(i);
            Check here = at.at("components").at(i);
            switch (component.source()) {
                case Component.Container container -> {
                    String name = Claims.objectName(application.name(), component.name());
                    named(name, !container.ports().isEmpty(), here.at("name"));
                    for (KubeObject object : Claims.outline(name, container)) {
                        unique(
                                object,
                                tenantName,
                                scopes,
                                seen,
                                "components[" + i + "].container",
                                here.at("name"));
                    }
                }
                case Component.Manifests manifests -> {
                    Check list = here.at("manifests");
                    for (int j = 0; j < manifests.objects().size(); j++) {
                        KubeObject object = manifests.objects().get(j);
                        object(object, tenant, tenantName, scopes, list.at(j));
                        unique(
                                object,
                                tenantName,
                                scopes,
                                seen,
                                "components[" + i + "].manifests[" + j + "]",
                                list.at(j).at("metadata").at("name"));
                    }
                    if (recovery.singleWriter()) {
                        SingleWriterRules.check(manifests.objects(), list);
                    }
                    all.addAll(manifests.objects());
                }
            }
            if (recovery.grant().isPresent()) {
                Guarded.check(component, here);
            }
        }
        HealthExpressions.check(spec.health(), at.at("health"));
        int size = Codec.lenient().write(new Content(all)).length;
        at.at("components")
                .require(
                        size <= SIZE_LIMIT,
                        "all manifests together must be at most 8 MiB, are " + size + " bytes");
    }

    /**
     * Why an application that was accepted as one with many writers cannot be fenced as one with a
     * single writer. Asked again with each decision, because a policy may be written or changed
     * after the applications that name it.
     */
    public static Optional<String> unfenceable(ApplicationSpec spec, DrPolicySpec recovery) {
        Check check = Check.root();
        for (int i = 0; i < spec.components().size(); i++) {
            if (recovery.grant().isPresent()) {
                Guarded.check(spec.components().get(i), check.at("spec").at("components").at(i));
            }
            if (spec.components().get(i).source() instanceof Component.Manifests manifests) {
                SingleWriterRules.check(
                        manifests.objects(),
                        check.at("spec").at("components").at(i).at("manifests"));
            }
        }
        return check.problems().stream().findFirst().map(Check.Problem::toString);
    }

    private static void named(String name, boolean service, Check at) {
        at.require(
                name.length() <= NAME_LIMIT,
                "makes the name \""
                        + name
                        + "\" of "
                        + name.length()
                        + " characters, at most "
                        + NAME_LIMIT);
        at.require(
                !service || letterFirst(name),
                "makes the name \"" + name + "\" of a Service, which must begin with a letter");
    }

    private static void object(
            KubeObject object, TenantSpec tenant, String tenantName, Scopes scopes, Check at) {
        Check namespace = at.at("metadata").at("namespace");
        String written = object.namespace();
        if (scopes.clusterScoped(object)) {
            String kind = Scopes.title(object);
            at.at("kind")
                    .require(
                            tenant.allows(kind),
                            "tenant "
                                    + tenantName
                                    + " may not bring "
                                    + kind
                                    + ", which lives outside namespaces; an operator allows it by"
                                    + " the tenant's clusterScopedKinds");
            namespace.require(
                    written.isEmpty(), kind + " lives outside namespaces: leave this out");
        } else {
            namespace.require(
                    written.isEmpty() || written.equals(tenantName),
                    "must be "
                            + tenantName
                            + ", the tenant's namespace, or left out, was \""
                            + written
                            + "\"");
        }
        reserved(object.map("metadata", "labels"), at.at("metadata").at("labels"));
        annotated(object.map("metadata", "annotations"), at.at("metadata").at("annotations"));
        Labels.ofPods(object)
                .ifPresent(
                        path -> {
                            Check labels = at;
                            for (String key : path) {
                                labels = labels.at(key);
                            }
                            reserved(object.map(path), labels);
                        });
    }

    /** What the owner may ask of Portolan for one object is written on the object. */
    private static void annotated(Map<String, Object> annotations, Check at) {
        Map<String, Object> others = new HashMap<>(annotations);
        Object recreate = others.remove(Labels.RECREATE);
        at.at(Labels.RECREATE)
                .require(
                        recreate == null || recreate.equals("true") || recreate.equals("false"),
                        "must be \"true\" or \"false\"");
        reserved(others, at);
    }

    private static void reserved(Map<String, Object> keys, Check at) {
        keys.keySet().stream()
                .filter(key -> key.startsWith(Labels.PREFIX))
                .sorted()
                .forEach(key -> at.at(key).problem("is Portolan's to write"));
    }

    /** An object's address must be written once; the API's version is no part of the address. */
    private static void unique(
            KubeObject object,
            String tenantName,
            Scopes scopes,
            Map<ObjectRef, String> seen,
            String where,
            Check at) {
        String namespace =
                object.namespace().isEmpty() && !scopes.clusterScoped(object)
                        ? tenantName
                        : object.namespace();
        ObjectRef ref =
                new ObjectRef(object.group() + "/", object.kind(), namespace, object.name());
        String former = seen.putIfAbsent(ref, where);
        at.require(former == null, ref + " is already made by " + former);
    }

    private static boolean letterFirst(String name) {
        return !name.isEmpty() && name.charAt(0) >= 'a' && name.charAt(0) <= 'z';
    }
}
