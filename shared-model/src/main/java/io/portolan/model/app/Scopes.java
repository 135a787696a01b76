package io.portolan.model.app;

import java.util.HashSet;
import java.util.Set;

/**
 * Which kinds live outside namespaces: those built into Kubernetes, and those that the application
 * itself defines. Of a kind that is defined elsewhere nothing is known here; the agent, which asks
 * the cluster, refuses a namespace on it.
 */
public record Scopes(Set<String> outsideNamespaces) {
    /** Kubernetes 1.36, all groups, as {@code Kind.group}. */
    private static final Set<String> BUILTIN =
            Set.of(
                    "Namespace",
                    "Node",
                    "PersistentVolume",
                    "ComponentStatus",
                    "ClusterRole.rbac.authorization.k8s.io",
                    "ClusterRoleBinding.rbac.authorization.k8s.io",
                    "CustomResourceDefinition.apiextensions.k8s.io",
                    "APIService.apiregistration.k8s.io",
                    "MutatingWebhookConfiguration.admissionregistration.k8s.io",
                    "ValidatingWebhookConfiguration.admissionregistration.k8s.io",
                    "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
                    "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
                    "MutatingAdmissionPolicy.admissionregistration.k8s.io",
                    "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
                    "PriorityClass.scheduling.k8s.io",
                    "StorageClass.storage.k8s.io",
                    "CSIDriver.storage.k8s.io",
                    "CSINode.storage.k8s.io",
                    "VolumeAttachment.storage.k8s.io",
                    "VolumeAttributesClass.storage.k8s.io",
                    "IngressClass.networking.k8s.io",
                    "IPAddress.networking.k8s.io",
                    "ServiceCIDR.networking.k8s.io",
                    "RuntimeClass.node.k8s.io",
                    "CertificateSigningRequest.certificates.k8s.io",
                    "ClusterTrustBundle.certificates.k8s.io",
                    "FlowSchema.flowcontrol.apiserver.k8s.io",
                    "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
                    "DeviceClass.resource.k8s.io",
                    "ResourceSlice.resource.k8s.io",
                    "TokenReview.authentication.k8s.io",
                    "SelfSubjectReview.authentication.k8s.io",
                    "SubjectAccessReview.authorization.k8s.io",
                    "SelfSubjectAccessReview.authorization.k8s.io",
                    "SelfSubjectRulesReview.authorization.k8s.io",
                    "StorageVersion.internal.apiserver.k8s.io");

    public Scopes {
        outsideNamespaces = Set.copyOf(outsideNamespaces);
    }

    public static Scopes of(ApplicationSpec spec) {
        Set<String> kinds = new HashSet<>(BUILTIN);
        for (Component component : spec.components()) {
            if (component.source() instanceof Component.Manifests manifests) {
                manifests.objects().forEach(object -> define(object, kinds));
            }
        }
        return new Scopes(kinds);
    }

    /** {@code Deployment.apps}, {@code Service}. */
    public static String title(KubeObject object) {
        return object.group().isEmpty() ? object.kind() : object.kind() + "." + object.group();
    }

    public boolean clusterScoped(KubeObject object) {
        return outsideNamespaces.contains(title(object));
    }

    /** Kinds that the application's own definitions bring into a cluster. */
    public static Set<String> defined(ApplicationSpec spec) {
        Set<String> out = new HashSet<>();
        for (Component component : spec.components()) {
            if (component.source() instanceof Component.Manifests manifests) {
                manifests.objects().stream()
                        .filter(Scopes::definition)
                        .forEach(d -> out.add(definedKind(d)));
            }
        }
        return out;
    }

    private static void define(KubeObject object, Set<String> kinds) {
        if (definition(object) && "Cluster".equals(object.at("spec", "scope"))) {
            kinds.add(definedKind(object));
        }
    }

    private static boolean definition(KubeObject object) {
        return title(object).equals("CustomResourceDefinition.apiextensions.k8s.io");
    }

    private static String definedKind(KubeObject definition) {
        return definition.at("spec", "names", "kind") + "." + definition.at("spec", "group");
    }
}
