package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets each controller act once, in an order that never changes. */
final class Controllers {
    private final ObjectTable table;
    private final Writes writes;
    private final Identity identity;
    private final MemoryCluster.Settings settings;
    private final Machines machines;

    Controllers(
            ObjectTable table,
            Writes writes,
            Identity identity,
            MemoryCluster.Settings settings,
            Machines machines) {
        this.table = table;
        this.writes = writes;
        this.identity = identity;
        this.settings = settings;
        this.machines = machines;
    }

    void act(Instant now) {
        World world = new World(table, writes, identity, settings, now);
        definitions(world);
        namespaces(world);
        orphans(world);
        world.apps("Deployment").forEach(d -> new Deployments(world).reconcile(d));
        world.apps("ReplicaSet").forEach(r -> ReplicaSets.reconcile(world, r));
        world.apps("StatefulSet").forEach(s -> StatefulSets.reconcile(world, s));
        world.apps("DaemonSet").forEach(d -> DaemonSets.reconcile(world, d));
        table.all("batch", "Job").forEach(j -> Jobs.reconcile(world, j));
        table.all("", "PersistentVolumeClaim").forEach(c -> bind(world, c));
        table.all("", "Service").forEach(s -> balance(world, s));
        Kubelets.act(world, machines);
    }

    private static void definitions(World world) {
        for (KubeObject crd :
                world.table().all("apiextensions.k8s.io", "CustomResourceDefinition")) {
            Map<String, Object> status = Trees.copy(crd.map("status"));
            boolean free = namesAreFree(world, crd);
            Conditions.set(
                    status,
                    "NamesAccepted",
                    free,
                    free ? "NoConflicts" : "KindConflict",
                    free ? "no conflicts found" : "the kind is already in use",
                    world.time());
            Conditions.set(
                    status,
                    "Established",
                    free,
                    free ? "InitialNamesAccepted" : "NotAccepted",
                    free ? "the initial names have been accepted" : "not all names are accepted",
                    world.time());
            status.putIfAbsent(
                    "storedVersions",
                    Trees.maps(crd.at("spec", "versions")).stream()
                            .filter(v -> Boolean.TRUE.equals(v.get("storage")))
                            .map(v -> v.get("name"))
                            .toList());
            if (!Conditions.isTrue(crd, "Established") && !status.equals(crd.map("status"))) {
                world.status(crd, status);
            }
        }
    }

    private static boolean namesAreFree(World world, KubeObject crd) {
        return world.table().all("apiextensions.k8s.io", "CustomResourceDefinition").stream()
                .filter(other -> !other.name().equals(crd.name()))
                .filter(other -> Conditions.isTrue(other, "Established"))
                .noneMatch(
                        other ->
                                Objects.equals(other.at("spec", "group"), crd.at("spec", "group"))
                                        && Objects.equals(
                                                other.at("spec", "names", "kind"),
                                                crd.at("spec", "names", "kind")));
    }

    private static void namespaces(World world) {
        for (KubeObject namespace : world.table().all("", "Namespace")) {
            if (namespace.at("metadata", "deletionTimestamp") == null) {
                continue;
            }
            List<KubeObject> content =
                    world.table().everything().stream()
                            .filter(o -> o.namespace().equals(namespace.name()))
                            .toList();
            content.forEach(world::delete);
            if (content.isEmpty()) {
                world.table().remove(namespace);
            }
        }
    }

    /** Dependents of objects that are gone, as the garbage collector sees them. */
    private static void orphans(World world) {
        List<KubeObject> all = world.table().everything();
        Set<String> uids = all.stream().map(KubeObject::uid).collect(Collectors.toSet());
        for (KubeObject object : all) {
            List<Map<String, Object>> owners = Trees.maps(object.at("metadata", "ownerReferences"));
            if (!owners.isEmpty()
                    && owners.stream().noneMatch(o -> uids.contains(Trees.text(o, "uid")))) {
                world.delete(object);
            }
        }
    }

    private static void bind(World world, KubeObject claim) {
        if (!"Bound".equals(claim.at("status", "phase"))) {
            Map<String, Object> status = new LinkedHashMap<>();
            status.put("phase", "Bound");
            status.put("capacity", claim.map("spec", "resources", "requests"));
            world.status(claim, status);
        }
    }

    private static void balance(World world, KubeObject service) {
        if ("LoadBalancer".equals(service.at("spec", "type"))
                && service.map("status", "loadBalancer").isEmpty()) {
            world.status(
                    service,
                    Map.of(
                            "loadBalancer",
                            Map.of("ingress", List.of(Map.of("ip", world.identity().address())))));
        }
    }
}
