package io.portolan.e2e.harness.kubelet;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A pod's containers on this machine. Owned by the kubelet's worker. */
final class PodRun {
    private static final Duration RESTART = Duration.ofSeconds(1);

    /** Starts a container; the number is how often it was started before. */
    interface Starter {
        ContainerRun start(JsonObject container, int restarts);
    }

    private final JsonObject pod;
    private final Starter starter;
    private final List<ContainerRun> containers = new ArrayList<>();
    private final Instant startedAt = ContainerRun.now();
    private boolean leaving;
    private Optional<JsonObject> told = Optional.empty();

    private PodRun(JsonObject pod, Starter starter) {
        this.pod = pod;
        this.starter = starter;
    }

    static PodRun start(JsonObject pod, Starter starter) {
        PodRun run = new PodRun(pod, starter);
        for (JsonElement container : containers(pod, "containers")) {
            run.containers.add(starter.start(container.getAsJsonObject(), 0));
        }
        return run;
    }

    private static JsonArray containers(JsonObject pod, String list) {
        JsonObject spec = pod.getAsJsonObject("spec");
        return spec.has(list) ? spec.getAsJsonArray(list) : new JsonArray();
    }

    /** What ended by itself runs again where the pod's restart policy says so. */
    void restartEnded() {
        String policy = pod.getAsJsonObject("spec").get("restartPolicy").getAsString();
        for (int i = 0; i < containers.size() && !leaving; i++) {
            ContainerRun run = containers.get(i);
            boolean again =
                    run.ended()
                            && (policy.equals("Always")
                                    || (policy.equals("OnFailure") && run.exitCode() != 0));
            if (again && run.endedAt().orElseThrow().plus(RESTART).isBefore(Instant.now())) {
                containers.set(
                        i,
                        starter.start(
                                containers(pod, "containers").get(i).getAsJsonObject(),
                                run.restarts() + 1));
            }
        }
    }

    void terminate(Duration grace, Gate gate) {
        leaving = true;
        containers.forEach(c -> c.terminate(grace, gate));
    }

    void kill() {
        leaving = true;
        containers.forEach(ContainerRun::kill);
    }

    void pause() {
        containers.forEach(ContainerRun::pause);
    }

    void resume() {
        containers.forEach(ContainerRun::resume);
    }

    boolean ended() {
        return containers.stream().allMatch(ContainerRun::ended);
    }

    /** Its status, where that was not told yet. */
    Optional<JsonObject> news() {
        JsonObject status = status();
        return told.filter(status::equals).isPresent() ? Optional.empty() : Optional.of(status);
    }

    void told(JsonObject status) {
        told = Optional.of(status);
    }

    private JsonObject status() {
        JsonArray statuses = new JsonArray();
        containers.forEach(c -> statuses.add(c.status()));
        boolean over =
                ended()
                        && (leaving
                                || !pod.getAsJsonObject("spec")
                                        .get("restartPolicy")
                                        .getAsString()
                                        .equals("Always"));
        boolean well =
                containers.stream().filter(ContainerRun::ended).allMatch(c -> c.exitCode() == 0);
        String phase = over ? (well ? "Succeeded" : "Failed") : "Running";
        return Statuses.pod(
                phase,
                !leaving && containers.stream().noneMatch(ContainerRun::ended),
                startedAt,
                statuses);
    }
}
