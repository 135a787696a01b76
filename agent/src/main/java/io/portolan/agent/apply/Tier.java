package io.portolan.agent.apply;

import io.portolan.model.app.ObjectRef;
import java.util.Set;

/** What must exist before what. Removal goes the other way round. */
public enum Tier {
    /** Namespaces and kinds. */
    FOUNDATION,
    /** What workloads read, mount and run as. */
    CONFIGURATION,
    WORKLOAD,
    /** What acts on workloads or on every later request: autoscalers, webhooks, ingresses. */
    AROUND,
    /** Objects of kinds that an operator, perhaps of the same application, looks after. */
    CUSTOM;

    private static final Set<String> BUILT_IN_GROUPS =
            Set.of(
                    "",
                    "apps",
                    "batch",
                    "autoscaling",
                    "policy",
                    "rbac.authorization.k8s.io",
                    "networking.k8s.io",
                    "storage.k8s.io",
                    "apiextensions.k8s.io",
                    "admissionregistration.k8s.io",
                    "apiregistration.k8s.io",
                    "scheduling.k8s.io",
                    "coordination.k8s.io",
                    "node.k8s.io",
                    "discovery.k8s.io",
                    "certificates.k8s.io",
                    "flowcontrol.apiserver.k8s.io",
                    "resource.k8s.io",
                    "events.k8s.io");

    public static Tier of(ObjectRef ref) {
        if (!BUILT_IN_GROUPS.contains(ref.group())) {
            return CUSTOM;
        }
        return switch (ref.kind()) {
            case "Namespace", "CustomResourceDefinition", "PriorityClass", "StorageClass" ->
                    FOUNDATION;
            case "Deployment",
                    "StatefulSet",
                    "ReplicaSet",
                    "DaemonSet",
                    "ReplicationController",
                    "Pod",
                    "Job",
                    "CronJob" ->
                    WORKLOAD;
            case "HorizontalPodAutoscaler",
                    "MutatingWebhookConfiguration",
                    "ValidatingWebhookConfiguration",
                    "APIService",
                    "Ingress" ->
                    AROUND;
            case String _ -> CONFIGURATION;
        };
    }
}
