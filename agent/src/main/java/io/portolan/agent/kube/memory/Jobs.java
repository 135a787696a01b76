package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pods that end. */
final class Jobs {
    private Jobs() {}

    static void reconcile(World world, KubeObject job) {
        boolean over = Conditions.isTrue(job, "Complete") || Conditions.isTrue(job, "Failed");
        if (PodStates.leaving(job) || over) {
            return;
        }
        List<KubeObject> pods = world.podsOf(job);
        int succeeded = count(pods, "Succeeded");
        int failed = count(pods, "Failed");
        int active = (int) pods.stream().filter(PodStates::counts).count();
        int wanted = Trees.number(job.map("spec"), "completions", 1);
        boolean lost = failed > Trees.number(job.map("spec"), "backoffLimit", 6);
        boolean suspended = Boolean.TRUE.equals(job.at("spec", "suspend"));
        int parallel =
                Math.min(Trees.number(job.map("spec"), "parallelism", 1), wanted - succeeded);
        for (int i = active; i < parallel && !lost && !suspended; i++) {
            var _ =
                    world.pod(
                            job,
                            job.name() + "-" + world.identity().suffix(),
                            Map.of("batch.kubernetes.io/job-name", job.name()));
            active++;
        }
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("conditions", Trees.maps(job.at("status", "conditions")));
        status.put("startTime", job.map("status").getOrDefault("startTime", world.time()));
        status.put("active", active);
        status.put("succeeded", succeeded);
        status.put("failed", failed);
        if (succeeded >= wanted) {
            status.put("completionTime", world.time());
            Conditions.set(
                    status,
                    "Complete",
                    true,
                    "CompletionsReached",
                    "Reached expected number of succeeded pods",
                    world.time());
        } else if (lost) {
            Conditions.set(
                    status,
                    "Failed",
                    true,
                    "BackoffLimitExceeded",
                    "Job has reached the specified backoff limit",
                    world.time());
        }
        world.status(job, status);
    }

    private static int count(List<KubeObject> pods, String phase) {
        return (int) pods.stream().filter(p -> phase.equals(p.at("status", "phase"))).count();
    }
}
