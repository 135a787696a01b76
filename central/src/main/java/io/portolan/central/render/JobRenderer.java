package io.portolan.central.render;

import io.portolan.dr.HookCall.Envelope;
import io.portolan.dr.JobOrder;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.dr.HookJob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A hook's Job, in the namespace of its tenant. It carries the uid of its own step and no
 * application's label, so that neither a stop's proof nor a Service takes its pod for the
 * application's.
 */
public final class JobRenderer {
    /** The one container of its pod. */
    private static final String CONTAINER = "hook";

    private JobRenderer() {}

    /**
     * @param step its uid as a work
     */
    public static Rendered render(JobOrder order, Uid step) {
        Map<String, Object> labels = labels(order, step);
        Map<String, Object> pod = new LinkedHashMap<>();
        pod.put("restartPolicy", "Never");
        order.job().serviceAccount().ifPresent(a -> pod.put("serviceAccountName", a));
        pod.put("automountServiceAccountToken", order.job().serviceAccount().isPresent());
        pod.put("containers", List.of(container(order)));
        pod.put("securityContext", Map.of("seccompProfile", Map.of("type", "RuntimeDefault")));
        Map<String, Object> spec = new LinkedHashMap<>();
        // Another attempt is the operation's to decide.
        spec.put("backoffLimit", 0);
        spec.put("activeDeadlineSeconds", Math.max(1, order.timeout().toSeconds()));
        spec.put("template", Map.of("metadata", Map.of("labels", labels), "spec", pod));
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("apiVersion", "batch/v1");
        job.put("kind", "Job");
        job.put(
                "metadata",
                ComponentRenderer.ordered(
                        "name",
                        order.where().name(),
                        "namespace",
                        order.about().tenant(),
                        "labels",
                        labels));
        job.put("spec", spec);
        return Rendered.of(List.of(new KubeObject(job)), List.of());
    }

    private static Map<String, Object> labels(JobOrder order, Uid step) {
        Map<String, Object> out = new TreeMap<>();
        out.put(Labels.MANAGED, "true");
        out.put(Labels.TENANT, order.about().tenant());
        out.put(Labels.APPLICATION_UID, step.value());
        out.put(Labels.OPERATION, order.about().operation());
        out.put(Labels.HOOK, order.point().toString());
        return out;
    }

    private static Map<String, Object> container(JobOrder order) {
        HookJob job = order.job();
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", CONTAINER);
        out.put("image", job.image());
        if (!job.command().isEmpty()) {
            out.put("command", job.command());
        }
        if (!job.args().isEmpty()) {
            out.put("args", job.args());
        }
        out.put(
                "env",
                variables(order).entrySet().stream()
                        .map(
                                e ->
                                        ComponentRenderer.ordered(
                                                "name", e.getKey(), "value", e.getValue()))
                        .toList());
        // What it says is in the pod's status, without a right to logs.
        out.put("terminationMessagePolicy", "FallbackToLogsOnError");
        out.put(
                "securityContext",
                ComponentRenderer.ordered(
                        "allowPrivilegeEscalation",
                        false,
                        "capabilities",
                        Map.of("drop", List.of("NET_RAW"))));
        return out;
    }

    /** What the body of a call says. */
    private static Map<String, String> variables(JobOrder order) {
        Envelope about = order.about();
        Map<String, String> out = new TreeMap<>(order.job().env());
        out.put(HookJob.OURS + "TENANT", about.tenant());
        out.put(HookJob.OURS + "APPLICATION", about.application());
        out.put(HookJob.OURS + "OPERATION", about.operation());
        out.put(HookJob.OURS + "OPERATION_UID", about.operationUid().value());
        out.put(HookJob.OURS + "POINT", about.point().toString());
        out.put(HookJob.OURS + "PLANNED", Boolean.toString(about.planned()));
        out.put(HookJob.OURS + "EPOCH", Long.toString(about.epoch()));
        out.put(HookJob.OURS + "FROM", String.join(",", about.from()));
        out.put(HookJob.OURS + "TO", about.to());
        out.put(ComponentRenderer.CLUSTER_VARIABLE, order.where().clusterName());
        out.put(HookJob.OURS + "ATTEMPT", Integer.toString(order.attempt()));
        out.put(HookJob.OURS + "IDEMPOTENCY_KEY", order.key());
        return out;
    }
}
