package io.portolan.model.app;

import io.portolan.model.Check;
import java.util.Set;

/**
 * How objects of a kind that Portolan has no rule for are judged: expressions in CEL over {@code
 * self}, the live object. {@code failed} is asked first, then {@code healthy}; what is neither is
 * progressing.
 *
 * @param healthy true when the object is as it should be
 * @param failed true when it will not get well by itself; empty for never
 * @param message a string that says why it is not healthy; empty for none
 */
public record HealthRule(
        String apiVersion, String kind, String healthy, String failed, String message) {
    /** Characters of one expression. */
    public static final int LONGEST = 2_048;

    /** Kinds that are judged by rules of their own, as {@code group/Kind}. */
    public static final Set<String> JUDGED =
            Set.of(
                    "apps/Deployment",
                    "apps/StatefulSet",
                    "apps/DaemonSet",
                    "apps/ReplicaSet",
                    "/ReplicationController",
                    "batch/Job",
                    "batch/CronJob",
                    "/Pod",
                    "/PersistentVolumeClaim",
                    "/Service",
                    "networking.k8s.io/Ingress",
                    "gateway.networking.k8s.io/GatewayClass",
                    "gateway.networking.k8s.io/Gateway",
                    "gateway.networking.k8s.io/HTTPRoute",
                    "gateway.networking.k8s.io/GRPCRoute",
                    "gateway.networking.k8s.io/TLSRoute",
                    "gateway.networking.k8s.io/TCPRoute",
                    "gateway.networking.k8s.io/UDPRoute",
                    "autoscaling/HorizontalPodAutoscaler",
                    "policy/PodDisruptionBudget",
                    "apiextensions.k8s.io/CustomResourceDefinition",
                    "apiregistration.k8s.io/APIService");

    /** Whether the object is one that this rule judges. */
    public boolean judges(ObjectRef object) {
        return kind.equals(object.kind()) && apiVersion.equals(object.apiVersion());
    }

    /** What can be said without a compiler; the expressions themselves are central's to compile. */
    public void check(Check at) {
        at.at("apiVersion")
                .require(
                        apiVersion.matches("([a-z0-9.-]+/)?v[a-z0-9]+"),
                        "must be a version such as example.com/v1");
        at.at("kind")
                .require(kind.matches("[A-Z][A-Za-z0-9]{0,62}"), "must be a kind such as Database");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        at.at("kind")
                .require(
                        !JUDGED.contains(group + "/" + kind),
                        "Portolan judges " + kind + " by a rule of its own");
        at.at("healthy").require(!healthy.isBlank(), "must be given");
        length(at.at("healthy"), healthy);
        length(at.at("failed"), failed);
        length(at.at("message"), message);
    }

    private static void length(Check at, String expression) {
        at.require(
                expression.length() <= LONGEST,
                "at most " + LONGEST + " characters, are " + expression.length());
    }
}
