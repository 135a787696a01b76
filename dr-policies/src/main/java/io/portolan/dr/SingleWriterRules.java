package io.portolan.dr;

import io.portolan.model.Check;
import io.portolan.model.app.KubeObject;
import java.util.List;
import java.util.Set;

/**
 * Which objects a single writer may consist of. Fence F2 is a list without pods after replicas went
 * to zero; a kind that has no such stop could run on, or start again, behind the proof (DESIGN.md
 * section 7). What is not known to be harmless is refused.
 */
public final class SingleWriterRules {
    /** Scaled to zero they end all of their pods and start none. */
    private static final Set<String> STOPPABLE =
            Set.of("Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps");

    /** They start no container. */
    private static final Set<String> RUN_NOTHING =
            Set.of(
                    "ConfigMap",
                    "Endpoints",
                    "LimitRange",
                    "Namespace",
                    "PersistentVolume",
                    "PersistentVolumeClaim",
                    "PodTemplate",
                    "ResourceQuota",
                    "Secret",
                    "Service",
                    "ServiceAccount",
                    "ClusterRole.rbac.authorization.k8s.io",
                    "ClusterRoleBinding.rbac.authorization.k8s.io",
                    "CustomResourceDefinition.apiextensions.k8s.io",
                    "EndpointSlice.discovery.k8s.io",
                    "Ingress.networking.k8s.io",
                    "IngressClass.networking.k8s.io",
                    "Lease.coordination.k8s.io",
                    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
                    "NetworkPolicy.networking.k8s.io",
                    "PodDisruptionBudget.policy",
                    "PriorityClass.scheduling.k8s.io",
                    "Role.rbac.authorization.k8s.io",
                    "RoleBinding.rbac.authorization.k8s.io",
                    "RuntimeClass.node.k8s.io",
                    "StorageClass.storage.k8s.io",
                    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
                    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
                    "ValidatingWebhookConfiguration.admissionregistration.k8s.io");

    private SingleWriterRules() {}

    /**
     * @param at where the list of objects stands in the document
     */
    public static void check(List<KubeObject> objects, Check at) {
        for (int i = 0; i < objects.size(); i++) {
            KubeObject object = objects.get(i);
            String kind =
                    object.group().isEmpty() ? object.kind() : object.kind() + "." + object.group();
            at.at(i)
                    .at("kind")
                    .require(
                            STOPPABLE.contains(kind) || RUN_NOTHING.contains(kind),
                            kind
                                    + " has no defined stop, so a single writer cannot be fenced with"
                                    + " it: use Deployment, StatefulSet or ReplicaSet, or writers:"
                                    + " many");
        }
    }
}
