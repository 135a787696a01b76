package io.portolan.e2e.harness.kubelet;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What a kubelet writes, as Kubernetes wants it. */
final class Statuses {
    private static final int SIGKILLED = 137;

    /** Of Kubernetes' MicroTime: six digits, no more and no less. */
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private Statuses() {}

    /** A pod's status. */
    static JsonObject pod(String phase, boolean ready, Instant startedAt, JsonArray containers) {
        JsonObject status =
                JsonParser.parseString(
                                """
                                {"phase": "%1$s", "hostIP": "%2$s", "podIP": "%2$s", "podIPs": [{"ip": "%2$s"}],
                                 "startTime": "%3$s",
                                 "conditions": [{"type": "PodScheduled", "status": "True"},
                                   {"type": "Initialized", "status": "True"},
                                   {"type": "Ready", "status": "%4$s"}, {"type": "ContainersReady", "status": "%4$s"}]}
                                """
                                        .formatted(
                                                phase,
                                                Kubelet.ADDRESS,
                                                startedAt,
                                                ready ? "True" : "False"))
                        .getAsJsonObject();
        status.add("containerStatuses", containers);
        return status;
    }

    /** Of a pod of which nothing is known but that it does not run here any more. */
    static JsonObject lost(JsonObject pod, Instant now) {
        JsonArray all = new JsonArray();
        for (JsonElement container : pod.getAsJsonObject("spec").getAsJsonArray("containers")) {
            JsonObject state = new JsonObject();
            state.add("terminated", terminated(SIGKILLED, now, now));
            JsonObject status = new JsonObject();
            status.add("name", container.getAsJsonObject().get("name"));
            status.add("image", container.getAsJsonObject().get("image"));
            status.addProperty("imageID", "");
            status.addProperty("ready", false);
            status.addProperty("restartCount", 0);
            status.add("state", state);
            all.add(status);
        }
        return pod("Failed", false, now, all);
    }

    /** The state of a container that has ended. */
    static JsonObject terminated(int code, Instant from, Instant to) {
        JsonObject out = new JsonObject();
        out.addProperty("exitCode", code);
        out.addProperty("reason", code == 0 ? "Completed" : "Error");
        out.addProperty("startedAt", from.toString());
        out.addProperty("finishedAt", to.toString());
        return out;
    }

    /** A node under this boot id. */
    static String node(String name, String region, boolean cordoned, String bootId, Instant now) {
        return """
        {"apiVersion": "v1", "kind": "Node",
         "metadata": {"name": "%1$s", "labels": {"%2$s": "", "kubernetes.io/hostname": "%1$s",
           "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
           "topology.kubernetes.io/region": "%3$s", "topology.kubernetes.io/zone": "%3$sa"}},
         "spec": {"unschedulable": %4$s}, "status": %5$s}
        """
                .formatted(name, Machine.LABEL, region, cordoned, nodeStatus(bootId, now));
    }

    static String nodeStatus(String bootId, Instant now) {
        return """
        {"capacity": {"cpu": "8", "memory": "32Gi", "pods": "500", "ephemeral-storage": "100Gi"},
         "allocatable": {"cpu": "8", "memory": "32Gi", "pods": "500", "ephemeral-storage": "100Gi"},
         "addresses": [{"type": "InternalIP", "address": "%1$s"}],
         "nodeInfo": {"bootID": "%2$s", "machineID": "", "systemUUID": "", "kernelVersion": "", "osImage": "",
           "containerRuntimeVersion": "", "kubeletVersion": "", "kubeProxyVersion": "", "operatingSystem": "linux",
           "architecture": "amd64"},
         "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady",
           "lastHeartbeatTime": "%3$s", "lastTransitionTime": "%3$s"}]}
        """
                .formatted(Kubelet.ADDRESS, bootId, now);
    }

    static boolean ready(JsonObject node) {
        JsonObject status = node.getAsJsonObject("status");
        return status.has("conditions")
                && status.getAsJsonArray("conditions").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .anyMatch(
                                c ->
                                        c.get("type").getAsString().equals("Ready")
                                                && c.get("status").getAsString().equals("True"));
    }

    static String lease(String node, Instant now) {
        return """
        {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
         "metadata": {"name": "%1$s", "namespace": "kube-node-lease"},
         "spec": {"holderIdentity": "%1$s", "leaseDurationSeconds": 40, "renewTime": "%2$s"}}
        """
                .formatted(node, MICROS.format(now));
    }
}
