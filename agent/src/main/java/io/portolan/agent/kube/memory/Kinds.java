package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kinds that the cluster serves: its own and those of established definitions. */
final class Kinds {
    private final ObjectTable table;

    Kinds(ObjectTable table) {
        this.table = table;
    }

    Optional<ApiKind> find(TypeRef type) {
        return all().stream()
                .filter(
                        k ->
                                k.apiVersion().equals(type.apiVersion())
                                        && k.kind().equals(type.kind()))
                .findFirst();
    }

    List<ApiKind> all() {
        List<ApiKind> kinds = new ArrayList<>(Builtin.KINDS);
        for (KubeObject crd : table.all("apiextensions.k8s.io", "CustomResourceDefinition")) {
            if (Conditions.isTrue(crd, "Established")) {
                for (Map<String, Object> version : Trees.maps(crd.at("spec", "versions"))) {
                    if (Boolean.TRUE.equals(version.get("served"))) {
                        kinds.add(
                                new ApiKind(
                                        crd.at("spec", "group") + "/" + version.get("name"),
                                        Trees.text(crd.map("spec", "names"), "kind"),
                                        Trees.text(crd.map("spec", "names"), "plural"),
                                        "Namespaced".equals(crd.at("spec", "scope"))));
                    }
                }
            }
        }
        return kinds;
    }

    /** Why the object cannot be where it says it is; empty when it can. */
    static String misplaced(ApiKind kind, ObjectRef ref) {
        if (kind.namespaced() && ref.namespace().isEmpty()) {
            return kind.kind() + " lives in a namespace: metadata.namespace is missing";
        }
        return kind.namespaced() || ref.namespace().isEmpty()
                ? ""
                : kind.kind()
                        + " is cluster-scoped on this cluster: it cannot be in namespace "
                        + ref.namespace();
    }
}
