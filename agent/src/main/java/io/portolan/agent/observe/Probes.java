package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.model.app.KubeObject;
import java.util.List;
import java.util.Optional;

/** Says which probe keeps a running container from serving, and what it asks. */
final class Probes {
    private Probes() {}

    /**
     * @param started whether its startup probe, if any, has passed
     */
    static Optional<String> failing(Optional<KubeObject> container, boolean started) {
        String kind = started ? "readinessProbe" : "startupProbe";
        return container
                .filter(c -> c.at(kind) != null)
                .map(
                        c ->
                                "its "
                                        + (started ? "readiness" : "startup")
                                        + " probe does not pass"
                                        + asked(new KubeObject(c.map(kind))));
    }

    private static String asked(KubeObject probe) {
        if (probe.at("httpGet") != null) {
            return ": GET " + text(probe, "httpGet", "path") + port(probe, "httpGet");
        }
        if (probe.at("tcpSocket") != null) {
            return ": connect" + port(probe, "tcpSocket");
        }
        if (probe.at("grpc") != null) {
            return ": gRPC health" + port(probe, "grpc");
        }
        return probe.at("exec", "command") instanceof List<?> command
                ? ": " + String.join(" ", command.stream().map(String::valueOf).toList())
                : "";
    }

    private static String port(KubeObject probe, String how) {
        Object port = probe.at(how, "port");
        return port == null ? "" : " on port " + port;
    }
}
