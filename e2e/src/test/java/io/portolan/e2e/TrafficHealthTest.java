package io.portolan.e2e;

import io.portolan.e2e.harness.Fleet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The table of docs/concepts/ownership-and-health.md for the kinds whose controllers are not part
 * of Kubernetes: what a test writes in their place is what those controllers document.
 */
@ExtendWith(Fleet.Extension.class)
class TrafficHealthTest {
    /** Each application brings its kind: central knows it at once. */
    private static final String GATEWAY_CLASSES =
            definition("GatewayClass", "gatewayclasses", "Cluster");

    private static final String GATEWAYS = definition("Gateway", "gateways", "Namespaced");
    private static final String ROUTES = definition("HTTPRoute", "httproutes", "Namespaced");
    private static final String THINGS =
            definition("Thing", "things", "Namespaced")
                    .replace("gateway.networking.k8s.io", "judged.example.com");

    @Test
    void loadBalancerWaitsForItsAddressAndAnIngressDoesNot(Fleet fleet) {
        try (Judged service = Judged.namespaced(fleet, "v1/services", "Service");
                Judged ingress =
                        Judged.namespaced(fleet, "networking.k8s.io/v1/ingresses", "Ingress")) {
            service.put(
                            """
                            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "one"},
                             "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}
                            """)
                    .told("Progressing", "NoAddress", "the load balancer has no address yet")
                    .application("Progressing")
                    .status("{\"loadBalancer\": {\"ingress\": [{\"ip\": \"192.0.2.1\"}]}}")
                    .healthy();
            ingress.put(
                            """
                            {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "one"},
                             "spec": {"defaultBackend": {"service": {"name": "one", "port": {"number": 80}}}}}
                            """)
                    .healthy();
        }
    }

    @Test
    void serviceOfAnApiThatIsNotThereIsDegradedInKubernetesWords(Fleet fleet) {
        try (Judged service =
                Judged.clusterScoped(
                        fleet, "apiregistration.k8s.io/v1/apiservices", "APIService")) {
            // Its name is its group and version, so it cannot be called "one".
            service.named("v1.judged.example.com")
                    .put(
                            apiService(
                                    "\"service\": {\"name\": \"none\", \"namespace\": \"judged\"}, "))
                    .told(
                            "Degraded",
                            "ServiceNotFound",
                            "service/none in \"judged\" is not present")
                    .application("Degraded")
                    .put(apiService(""))
                    .healthy();
        }
    }

    @Test
    void gatewayAndItsRouteAreAsTheirControllerSays(Fleet fleet) {
        gatewayClass(fleet);
        gateway(fleet);
        route(fleet);
    }

    private static void gatewayClass(Fleet fleet) {
        try (Judged gatewayClass =
                Judged.clusterScoped(
                        fleet, "gateway.networking.k8s.io/v1/gatewayclasses", "GatewayClass")) {
            gatewayClass
                    .put(
                            GATEWAY_CLASSES,
                            gatewayApi("GatewayClass", "\"controllerName\": \"example.com/test\""))
                    .told("Progressing", "Pending", "no controller has taken the class yet")
                    .status(conditions(condition("Accepted", "False", "InvalidParameters", 1)))
                    .told("Failed", "InvalidParameters", "words of InvalidParameters")
                    .status(conditions(condition("Accepted", "True", "Accepted", 1)))
                    .healthy();
        }
    }

    private static void gateway(Fleet fleet) {
        String accepted = condition("Accepted", "True", "Accepted", 1);
        String programmed = condition("Programmed", "True", "Programmed", 1);
        try (Judged gateway =
                Judged.namespaced(fleet, "gateway.networking.k8s.io/v1/gateways", "Gateway")) {
            gateway.put(GATEWAYS, gatewayApi("Gateway", "\"gatewayClassName\": \"one\""))
                    .told("Progressing", "Pending", "no controller has taken the gateway yet")
                    .status(conditions(condition("Accepted", "False", "UnsupportedAddress", 1)))
                    .told("Failed", "UnsupportedAddress", "words of UnsupportedAddress")
                    .status(
                            conditions(
                                    accepted
                                            + ", "
                                            + condition(
                                                    "Programmed",
                                                    "False",
                                                    "AddressNotAssigned",
                                                    1)))
                    .told("Progressing", "AddressNotAssigned", "words of AddressNotAssigned")
                    .status(
                            conditions(
                                    accepted
                                            + ", "
                                            + condition("Programmed", "False", "NoResources", 1)))
                    .told("Degraded", "NoResources", "words of NoResources")
                    .status(
                            "{\"conditions\": ["
                                    + accepted
                                    + ", "
                                    + programmed
                                    + "], \"listeners\": [{\"name\": \"https\", \"conditions\": ["
                                    + condition("ResolvedRefs", "False", "InvalidCertificateRef", 1)
                                    + "]}]}")
                    .told(
                            "Degraded",
                            "InvalidCertificateRef",
                            "listener https: words of InvalidCertificateRef")
                    .status(
                            "{\"conditions\": ["
                                    + accepted
                                    + ", "
                                    + programmed
                                    + "], \"listeners\": []}")
                    .healthy()
                    // What was said of the former spec is not believed of the new one.
                    .put(GATEWAYS, gatewayApi("Gateway", "\"gatewayClassName\": \"other\""))
                    .told("Progressing", "Pending", "no controller has taken the gateway yet")
                    .status(
                            conditions(
                                    condition("Accepted", "True", "Accepted", 2)
                                            + ", "
                                            + condition("Programmed", "True", "Programmed", 2)))
                    .healthy();
        }
    }

    private static void route(Fleet fleet) {
        String taken = parent("inner", condition("Accepted", "True", "Accepted", 1));
        try (Judged route =
                Judged.namespaced(fleet, "gateway.networking.k8s.io/v1/httproutes", "HTTPRoute")) {
            route.put(ROUTES, gatewayApi("HTTPRoute", "\"parentRefs\": [{\"name\": \"inner\"}]"))
                    .told("Progressing", "NoParent", "no gateway has taken the route yet")
                    .status(
                            parents(
                                    parent(
                                            "inner",
                                            condition(
                                                    "Accepted",
                                                    "False",
                                                    "NotAllowedByListeners",
                                                    1))))
                    .told(
                            "Failed",
                            "NotAllowedByListeners",
                            "inner: words of NotAllowedByListeners")
                    .status(
                            parents(
                                    taken,
                                    parent(
                                            "outer",
                                            condition("Accepted", "False", "NoMatchingParent", 1))))
                    .told("Degraded", "NoMatchingParent", "outer: words of NoMatchingParent")
                    .status(
                            parents(
                                    parent(
                                            "inner",
                                            condition("Accepted", "True", "Accepted", 1)
                                                    + ", "
                                                    + condition(
                                                            "ResolvedRefs",
                                                            "False",
                                                            "BackendNotFound",
                                                            1))))
                    .told("Degraded", "BackendNotFound", "inner: words of BackendNotFound")
                    .status(parents(taken))
                    .healthy();
        }
    }

    @Test
    void kindOfOthersIsAsItsConditionsSay(Fleet fleet) {
        try (Judged thing = Judged.namespaced(fleet, "judged.example.com/v1/things", "Thing")) {
            thing.put(THINGS, thing(1))
                    .healthy()
                    .status(conditions(condition("Ready", "False", "ProvisioningFailed", 1)))
                    .told("Degraded", "ProvisioningFailed", "words of ProvisioningFailed")
                    .status(conditions(condition("Ready", "False", "Provisioning", 1)))
                    .told("Progressing", "Provisioning", "words of Provisioning")
                    .status(conditions(condition("Reconciling", "True", "NewSize", 1)))
                    .told("Progressing", "NewSize", "words of NewSize")
                    .status(conditions(condition("Stalled", "True", "NoQuota", 1)))
                    .told("Failed", "NoQuota", "words of NoQuota")
                    .status(
                            "{\"observedGeneration\": 1, \"conditions\": ["
                                    + condition("Ready", "True", "Ready", 1)
                                    + "]}")
                    .healthy()
                    .put(THINGS, thing(2))
                    .told("Progressing", "NotObserved", "its controller has not seen it yet")
                    .status("{\"observedGeneration\": 2}")
                    .healthy();
        }
    }

    /** As small as the API server takes it; names of its own group need a word on approval. */
    private static String definition(String kind, String plural, String scope) {
        return """
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
         "metadata": {"name": "PLURAL.gateway.networking.k8s.io",
          "annotations": {"api-approved.kubernetes.io": "unapproved, of a test"}},
         "spec": {"group": "gateway.networking.k8s.io", "scope": "SCOPE",
          "names": {"kind": "KIND", "plural": "PLURAL", "singular": "SINGULAR"},
          "versions": [{"name": "v1", "served": true, "storage": true, "subresources": {"status": {}},
           "schema": {"openAPIV3Schema": {"type": "object", "properties": {
            "spec": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            "status": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}}}]}}
        """
                .replace("PLURAL", plural)
                .replace("SINGULAR", kind.toLowerCase(java.util.Locale.ROOT))
                .replace("KIND", kind)
                .replace("SCOPE", scope);
    }

    private static String gatewayApi(String kind, String spec) {
        return """
        {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "%s", "metadata": {"name": "one"}, "spec": {%s}}
        """
                .formatted(kind, spec);
    }

    private static String thing(int size) {
        return """
        {"apiVersion": "judged.example.com/v1", "kind": "Thing", "metadata": {"name": "one"}, "spec": {"size": %d}}
        """
                .formatted(size);
    }

    private static String apiService(String service) {
        return """
        {"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1.judged.example.com"},
         "spec": {%s "group": "judged.example.com", "version": "v1", "groupPriorityMinimum": 100, "versionPriority": 100}}
        """
                .formatted(service);
    }

    private static String conditions(String conditions) {
        return "{\"conditions\": [" + conditions + "]}";
    }

    private static String parents(String... parents) {
        return "{\"parents\": [" + String.join(", ", parents) + "]}";
    }

    private static String parent(String name, String conditions) {
        return "{\"parentRef\": {\"name\": \"%s\"}, \"controllerName\": \"example.com/test\", \"conditions\": [%s]}"
                .formatted(name, conditions);
    }

    private static String condition(String type, String truth, String reason, int generation) {
        return "{\"type\": \"%s\", \"status\": \"%s\", \"reason\": \"%s\", \"message\": \"words of %s\", \"observedGeneration\": %d}"
                .formatted(type, truth, reason, reason, generation);
    }
}
