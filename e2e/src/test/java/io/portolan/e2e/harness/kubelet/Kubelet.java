package io.portolan.e2e.harness.kubelet;

import com.google.gson.JsonObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1DeleteOptions;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Preconditions;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watchable;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.options.ListOptions;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Live;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What a kubelet does from one boot of its machine to the end of it: it hears which pods are bound
 * to its node, starts and ends them, and tells the API server. When that is away, what runs runs
 * on. One thread hears, one works and owns the pods' runs, one shows that the node lives.
 */
final class Kubelet {
    static final String ADDRESS = "127.0.0.1";

    private static final Duration AGAIN = Duration.ofMillis(200);
    private static final Duration BEAT = Duration.ofSeconds(1);

    /** Of a pod that is gone from the API: nobody told another grace. */
    private static final Duration FORCED = Duration.ofSeconds(1);

    private final Machine machine;
    private final String bootId;
    private final Gate gate;
    private final ApiClient client;
    private final Live live;
    private final DynamicKubernetesApi pods;

    /** The pods of the API, by uid, as they were last heard of. */
    private final Map<String, JsonObject> heard = new ConcurrentHashMap<>();

    private final Map<String, PodRun> runs = new ConcurrentHashMap<>();
    private final Semaphore news = new Semaphore(0);
    private volatile boolean listed;
    private volatile boolean halted;

    Kubelet(Machine machine, String bootId, Gate gate, ApiClient client) {
        this.machine = machine;
        this.bootId = bootId;
        this.gate = gate;
        this.client = client;
        this.live = new Live(client);
        this.pods = new DynamicKubernetesApi("", "v1", "pods", client);
    }

    void start() {
        thread("hears", this::hear);
        thread("works", this::work);
        thread("beats", this::beat);
    }

    private interface Turn {
        void take() throws InterruptedException;
    }

    /** Until it is halted; what fails, the API server being away, is done again. */
    private void thread(String what, Turn turn) {
        Thread.ofVirtual()
                .name("kubelet " + machine.name() + " " + what)
                .start(
                        () -> {
                            try {
                                while (!halted) {
                                    pass();
                                    try {
                                        turn.take();
                                    } catch (HarnessException e) {
                                        throw e;
                                    } catch (RuntimeException _) {
                                        TimeUnit.NANOSECONDS.sleep(AGAIN.toNanos());
                                    }
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /** Waits while the machine stands still; nothing goes on where its power went off meanwhile. */
    private void pass() throws InterruptedException {
        gate.pass();
        if (halted) {
            throw new InterruptedException("the power is off");
        }
    }

    private void hear() throws InterruptedException {
        ListOptions options = new ListOptions();
        options.setFieldSelector("spec.nodeName=" + machine.name());
        var answer = pods.list(options);
        if (!answer.isSuccess()) {
            throw new IllegalStateException("no list: " + answer.getHttpStatusCode());
        }
        Set<String> there = new HashSet<>();
        for (DynamicKubernetesObject pod : answer.getObject().getItems()) {
            there.add(pod.getMetadata().getUid());
            heard.put(pod.getMetadata().getUid(), pod.getRaw());
        }
        heard.keySet().retainAll(there);
        listed = true;
        news.release();
        options.setResourceVersion(answer.getObject().getMetadata().getResourceVersion());
        try (Watchable<DynamicKubernetesObject> watch = pods.watch(options)) {
            while (!halted && watch.hasNext()) {
                var event = watch.next();
                pass();
                String uid = event.object.getMetadata().getUid();
                switch (event.type) {
                    case "ADDED", "MODIFIED" -> heard.put(uid, event.object.getRaw());
                    case "DELETED" -> heard.remove(uid);
                    default -> throw new IllegalStateException(event.type);
                }
                news.release();
            }
        } catch (ApiException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void work() throws InterruptedException {
        news.tryAcquire(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        news.drainPermits();
        pass();
        if (!listed) {
            return;
        }
        Set<String> all = new HashSet<>(heard.keySet());
        all.addAll(runs.keySet());
        try {
            for (String uid : all) {
                settle(
                        uid,
                        Optional.ofNullable(heard.get(uid)),
                        Optional.ofNullable(runs.get(uid)));
            }
        } finally {
            if (halted) {
                // What was started while the power went off.
                runs.values().forEach(PodRun::kill);
            }
        }
    }

    private void settle(String uid, Optional<JsonObject> pod, Optional<PodRun> run)
            throws InterruptedException {
        if (pod.isEmpty()) {
            run.ifPresent(r -> r.terminate(FORCED, gate));
            if (run.filter(PodRun::ended).isPresent()) {
                runs.remove(uid);
            }
        } else if (leaving(pod.get())) {
            if (run.isEmpty()) {
                tell(pod.get(), Statuses.lost(pod.get(), ContainerRun.now()));
                remove(pod.get());
                return;
            }
            run.get().terminate(grace(pod.get()), gate);
            // Asked before it is told: what is removed was told to have ended.
            boolean ended = run.get().ended();
            tell(pod.get(), run.get());
            if (ended) {
                remove(pod.get());
            }
        } else if (run.isPresent()) {
            run.get().restartEnded();
            tell(pod.get(), run.get());
        } else if (!over(pod.get())) {
            PodRun started = machine.run(pod.get(), news::release);
            runs.put(uid, started);
            tell(pod.get(), started);
        }
    }

    private void tell(JsonObject pod, PodRun run) throws InterruptedException {
        Optional<JsonObject> status = run.news();
        if (status.isPresent()) {
            tell(pod, status.get());
            run.told(status.get());
        }
    }

    private void tell(JsonObject pod, JsonObject status) throws InterruptedException {
        JsonObject metadata = new JsonObject();
        metadata.addProperty("uid", text(pod, "uid"));
        JsonObject patch = new JsonObject();
        patch.add("metadata", metadata);
        patch.add("status", status);
        ask(
                () ->
                        PatchUtils.patch(
                                V1Pod.class,
                                () ->
                                        new CoreV1Api(client)
                                                .patchNamespacedPodStatus(
                                                        text(pod, "name"),
                                                        text(pod, "namespace"),
                                                        new V1Patch(patch.toString()))
                                                .buildCall(null),
                                V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
                                client));
    }

    private void remove(JsonObject pod) throws InterruptedException {
        ask(
                () ->
                        new CoreV1Api(client)
                                .deleteNamespacedPod(text(pod, "name"), text(pod, "namespace"))
                                .body(
                                        new V1DeleteOptions()
                                                .gracePeriodSeconds(0L)
                                                .preconditions(
                                                        new V1Preconditions()
                                                                .uid(text(pod, "uid"))))
                                .execute());
    }

    private interface Question {
        Object ask() throws ApiException;
    }

    /** A pod that is gone or another one by now wants no answer. */
    private void ask(Question question) throws InterruptedException {
        pass();
        try {
            question.ask();
        } catch (ApiException e) {
            if (e.getCode() != 404 && e.getCode() != 409 && e.getCode() != 422) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void beat() throws InterruptedException {
        Optional<JsonObject> node = live.get("v1/nodes", "", machine.name());
        if (node.isEmpty()) {
            live.create(
                    "v1/nodes",
                    Statuses.node(
                            machine.name(),
                            machine.cluster().spec().region(),
                            machine.spare(),
                            bootId,
                            ContainerRun.now()));
        } else if (!shown(node.get())) {
            pass();
            live.status(
                    "v1/nodes",
                    "",
                    machine.name(),
                    Statuses.nodeStatus(bootId, ContainerRun.now()));
        }
        pass();
        live.applyByForce(
                "coordination.k8s.io/v1/leases",
                "kubelet",
                Statuses.lease(machine.name(), Instant.now()));
        TimeUnit.NANOSECONDS.sleep(BEAT.toNanos());
    }

    /** Whether the API server knows the node as it is: ready, since this boot. */
    private boolean shown(JsonObject node) {
        JsonObject status = node.getAsJsonObject("status");
        return status.getAsJsonObject("nodeInfo").get("bootID").getAsString().equals(bootId)
                && Statuses.ready(node);
    }

    private static boolean leaving(JsonObject pod) {
        return pod.getAsJsonObject("metadata").has("deletionTimestamp");
    }

    private static boolean over(JsonObject pod) {
        String phase = pod.getAsJsonObject("status").get("phase").getAsString();
        return phase.equals("Succeeded") || phase.equals("Failed");
    }

    private static Duration grace(JsonObject pod) {
        return Duration.ofSeconds(
                pod.getAsJsonObject("metadata").get("deletionGracePeriodSeconds").getAsLong());
    }

    private static String text(JsonObject pod, String key) {
        return pod.getAsJsonObject("metadata").get(key).getAsString();
    }

    void pauseProcesses() {
        runs.values().forEach(PodRun::pause);
    }

    void resumeProcesses() {
        runs.values().forEach(PodRun::resume);
    }

    /** The machine's power is off: nothing of this boot happens any more. */
    void halt() {
        halted = true;
        runs.values().forEach(PodRun::kill);
        gate.open();
    }
}
