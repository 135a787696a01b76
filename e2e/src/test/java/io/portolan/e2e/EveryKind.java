package io.portolan.e2e;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One object of each kind that an agent may hold by the base role of its install manifest. */
final class EveryKind {
    private EveryKind() {}

    /** Where objects of this kind are found. */
    static String resource(JsonObject object) {
        String kind = object.get("kind").getAsString().toLowerCase(Locale.ROOT);
        String plural =
                kind.endsWith("s")
                        ? kind + "es"
                        : kind.endsWith("y")
                                ? kind.substring(0, kind.length() - 1) + "ies"
                                : kind + "s";
        return object.get("apiVersion").getAsString() + "/" + plural;
    }

    /** One object of each kind that the base role names, all called {@code one}. */
    static String[] objects(String round) {
        String template =
                "{\"metadata\": {\"labels\": {\"app\": \"KIND\"}}, \"spec\": {POLICY\"containers\":"
                        + " [{\"name\": \"c\", \"image\": \"example/app:1\"}]}}";
        String selector = "\"selector\": {\"matchLabels\": {\"app\": \"KIND\"}}, ";
        String pods = selector + "\"template\": " + template.replace("POLICY", "");
        String once = template.replace("POLICY", "\"restartPolicy\": \"Never\", ");
        List<String> out = new ArrayList<>();
        out.add(object("v1", "ConfigMap", round, "\"data\": {\"a\": \"b\"}"));
        out.add(object("v1", "ServiceAccount", round, "\"automountServiceAccountToken\": false"));
        out.add(object("v1", "Service", round, "\"spec\": {\"ports\": [{\"port\": 80}]}"));
        out.add(
                object(
                        "v1",
                        "PersistentVolumeClaim",
                        round,
                        "\"spec\": {\"accessModes\": [\"ReadWriteOnce\"], \"resources\":"
                                + " {\"requests\": {\"storage\": \"1Gi\"}}}"));
        out.add(
                object(
                        "v1",
                        "Pod",
                        round,
                        "\"spec\": {\"containers\": [{\"name\": \"c\", \"image\":"
                                + " \"example/app:1\"}]}"));
        for (String kind : List.of("DaemonSet", "Deployment", "ReplicaSet")) {
            out.add(
                    object(
                            "apps/v1",
                            kind,
                            round,
                            "\"spec\": {" + pods.replace("KIND", kind) + "}"));
        }
        out.add(
                object(
                        "apps/v1",
                        "StatefulSet",
                        round,
                        "\"spec\": {\"serviceName\": \"one\", "
                                + pods.replace("KIND", "StatefulSet")
                                + "}"));
        String job = "\"spec\": {\"template\": " + once.replace("KIND", "Job") + "}";
        out.add(object("batch/v1", "Job", round, job));
        out.add(
                object(
                        "batch/v1",
                        "CronJob",
                        round,
                        "\"spec\": {\"schedule\": \"0 0 1 1 *\", \"jobTemplate\": {" + job + "}}"));
        out.add(
                object(
                        "autoscaling/v2",
                        "HorizontalPodAutoscaler",
                        round,
                        "\"spec\": {\"maxReplicas\": 2, \"scaleTargetRef\": {\"apiVersion\":"
                                + " \"apps/v1\", \"kind\": \"ReplicaSet\", \"name\": \"none\"}}"));
        out.add(
                object(
                        "networking.k8s.io/v1",
                        "Ingress",
                        round,
                        "\"spec\": {\"defaultBackend\": {\"service\": {\"name\": \"one\", \"port\":"
                                + " {\"number\": 80}}}}"));
        out.add(
                object(
                        "networking.k8s.io/v1",
                        "NetworkPolicy",
                        round,
                        "\"spec\": {\"podSelector\": {}}"));
        out.add(
                object(
                        "policy/v1",
                        "PodDisruptionBudget",
                        round,
                        "\"spec\": {\"maxUnavailable\": 1, \"selector\": {\"matchLabels\": {\"app\":"
                                + " \"Deployment\"}}}"));
        return out.toArray(String[]::new);
    }

    private static String object(String apiVersion, String kind, String round, String rest) {
        return "{\"apiVersion\": \"%s\", \"kind\": \"%s\", \"metadata\": {\"name\": \"one\","
                        .formatted(apiVersion, kind)
                + " \"annotations\": {\"round\": \""
                + round
                + "\"}}, "
                + rest
                + "}";
    }
}
