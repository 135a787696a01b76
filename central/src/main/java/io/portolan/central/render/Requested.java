package io.portolan.central.render;

import io.portolan.model.Quantity;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.PodRequest;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Requests.Workload;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an application's pods request, read from its spec.
 *
 * <p>A workload whose replicas are stated counts with each replica. One that states none, because
 * an autoscaler does, counts once: what more there is, agents report. A daemon set counts on each
 * node of a cluster; a job with the pods that run at once, as long as the application is there; a
 * cron job with one run of its job. Kinds that Kubernetes does not bring count nothing.
 */
public final class Requested {
    private static final int MOST_AT_ONCE = 1_000_000;

    private Requested() {}

    public static Requests of(ApplicationSpec spec) {
        Map<String, Integer> replicas = Replicas.of(spec);
        Map<String, Workload> workloads = new TreeMap<>();
        Amount fixed = Amount.NONE;
        Amount perNode = Amount.NONE;
        for (Component component : spec.components()) {
            switch (component.source()) {
                case Component.Container c ->
                        workloads.put(component.name(), new Workload(c.replicas(), each(c)));
                case Component.Manifests m -> {
                    for (KubeObject object : m.objects()) {
                        String key = Replicas.key(component.name(), object);
                        Amount each = each(object);
                        if (replicas.containsKey(key)) {
                            workloads.put(key, new Workload(replicas.get(key), each));
                        } else if (object.kind().equals("DaemonSet")) {
                            perNode = perNode.plus(each).bounded();
                        } else {
                            fixed = fixed.plus(each.times(atOnce(object))).bounded();
                        }
                    }
                }
            }
        }
        return new Requests(workloads, fixed, perNode);
    }

    private static Amount each(Component.Container container) {
        return container
                .resources()
                .map(
                        r ->
                                Amount.asked(
                                        quantity(r.cpu()).map(Quantity::millis).orElse(0L),
                                        quantity(r.memory()).map(Quantity::bytes).orElse(0L)))
                .orElse(Amount.NONE);
    }

    private static Optional<Quantity> quantity(Optional<Quantity> stated) {
        return stated.filter(q -> Quantity.valid(q.text()));
    }

    private static Amount each(KubeObject object) {
        PodRequest one =
                switch (object.group() + "/" + object.kind()) {
                    case "/Pod" -> PodRequest.of(object.map("spec"));
                    case "apps/Deployment",
                            "apps/StatefulSet",
                            "apps/ReplicaSet",
                            "apps/DaemonSet",
                            "batch/Job" ->
                            PodRequest.of(object.map("spec", "template", "spec"));
                    case "batch/CronJob" ->
                            PodRequest.of(
                                    object.map("spec", "jobTemplate", "spec", "template", "spec"));
                    default -> PodRequest.NONE;
                };
        return Amount.asked(one.millis(), one.bytes());
    }

    private static long atOnce(KubeObject object) {
        return switch (object.kind()) {
            case "Job" -> atOnce(object.map("spec"));
            case "CronJob" -> atOnce(object.map("spec", "jobTemplate", "spec"));
            default -> 1;
        };
    }

    private static long atOnce(Map<String, Object> job) {
        return Math.min(number(job, "parallelism"), number(job, "completions", MOST_AT_ONCE));
    }

    private static long number(Map<String, Object> map, String key) {
        return number(map, key, 1);
    }

    private static long number(Map<String, Object> map, String key, long otherwise) {
        return map.get(key) instanceof Number n
                ? Math.clamp(n.longValue(), 0, MOST_AT_ONCE)
                : otherwise;
    }
}
