package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.ApiKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The kinds that every cluster serves. */
final class Builtin {
    private static final Set<String> GROUPS = Set.of("", "apps", "batch", "autoscaling", "policy");

    static final List<ApiKind> KINDS = kinds();

    private Builtin() {}

    /** Whether the group is Kubernetes' own, so that its lists have keys. */
    static boolean group(String group) {
        return GROUPS.contains(group) || group.endsWith(".k8s.io");
    }

    private static List<ApiKind> kinds() {
        List<ApiKind> kinds = new ArrayList<>();
        add(
                kinds,
                true,
                "v1",
                "Pod Service ConfigMap Secret ServiceAccount PersistentVolumeClaim Event"
                        + " ResourceQuota LimitRange ReplicationController PodTemplate");
        kinds.add(new ApiKind("v1", "Endpoints", "endpoints", true));
        add(kinds, false, "v1", "Namespace Node PersistentVolume");
        add(
                kinds,
                true,
                "apps/v1",
                "Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision");
        add(kinds, true, "batch/v1", "Job CronJob");
        add(kinds, true, "autoscaling/v1", "HorizontalPodAutoscaler");
        add(kinds, true, "autoscaling/v2", "HorizontalPodAutoscaler");
        add(kinds, true, "policy/v1", "PodDisruptionBudget");
        add(kinds, true, "networking.k8s.io/v1", "Ingress NetworkPolicy");
        add(kinds, false, "networking.k8s.io/v1", "IngressClass");
        add(kinds, true, "rbac.authorization.k8s.io/v1", "Role RoleBinding");
        add(kinds, false, "rbac.authorization.k8s.io/v1", "ClusterRole ClusterRoleBinding");
        add(kinds, false, "apiextensions.k8s.io/v1", "CustomResourceDefinition");
        add(kinds, false, "apiregistration.k8s.io/v1", "APIService");
        add(kinds, false, "storage.k8s.io/v1", "StorageClass");
        add(kinds, false, "scheduling.k8s.io/v1", "PriorityClass");
        add(kinds, true, "coordination.k8s.io/v1", "Lease");
        add(kinds, true, "discovery.k8s.io/v1", "EndpointSlice");
        add(
                kinds,
                false,
                "admissionregistration.k8s.io/v1",
                "ValidatingWebhookConfiguration MutatingWebhookConfiguration");
        return List.copyOf(kinds);
    }

    private static void add(
            List<ApiKind> kinds, boolean namespaced, String apiVersion, String names) {
        for (String kind : names.split(" ")) {
            kinds.add(new ApiKind(apiVersion, kind, plural(kind), namespaced));
        }
    }

    private static String plural(String kind) {
        String lower = kind.toLowerCase(Locale.ROOT);
        if (lower.endsWith("y")) {
            return lower.substring(0, lower.length() - 1) + "ies";
        }
        return lower.endsWith("s") ? lower + "es" : lower + "s";
    }
}
