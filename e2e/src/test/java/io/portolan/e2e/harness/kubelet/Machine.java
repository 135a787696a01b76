package io.portolan.e2e.harness.kubelet;

import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiClient;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.TcpProxy;
import io.portolan.e2e.harness.Workspace;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node of a cluster, played: the kubelet and the processes of the pods that are bound to it. A
 * container whose command begins with a path of {@code programs} is a process of that program; any
 * other counts as running and is none.
 */
public final class Machine implements AutoCloseable {
    /** Marks the nodes that are machines of the harness. */
    static final String LABEL = "portolan-test/machine";

    private static final Duration START = Duration.ofSeconds(60);

    private final KubeCluster cluster;
    private final String name;
    private final boolean spare;
    private final Map<String, Path> programs;
    private final TcpProxy toKubernetes;
    private final ApiClient client;
    private final Path folder;
    private final Queue<Record> records = new ConcurrentLinkedQueue<>();
    private final AtomicInteger starts = new AtomicInteger();
    private Gate gate = new Gate();
    private Optional<Kubelet> kubelet = Optional.empty();

    /** A process' log and whose it is. */
    private record Record(String namespace, String pod, Path log) {}

    private Machine(KubeCluster cluster, String name, boolean spare, Map<String, Path> programs) {
        this.spare = spare;
        this.cluster = cluster;
        this.name = name;
        this.programs = Map.copyOf(programs);
        this.toKubernetes = TcpProxy.to(cluster.apiServer().port());
        this.client = cluster.clientThrough(toKubernetes);
        this.folder = Workspace.scratch(name);
    }

    /**
     * Adds a machine to a cluster, and returns when pods may come to it.
     *
     * @param programs by the path that containers' commands name
     */
    public static Machine start(KubeCluster cluster, String name, Map<String, Path> programs) {
        Machine machine = new Machine(cluster, name, false, programs);
        machine.powerOn();
        machine.awaitReady();
        return machine;
    }

    /**
     * Adds a machine that takes no pods. With it a cluster whose other machine falls silent has not
     * lost all, for which Kubernetes would blame itself and evict nobody.
     */
    static Machine spare(KubeCluster cluster, String name) {
        Machine machine = new Machine(cluster, name, true, Map.of());
        machine.powerOn();
        Await.until(name + " to be ready", START, () -> Statuses.ready(machine.node()));
        return machine;
    }

    public String name() {
        return name;
    }

    boolean spare() {
        return spare;
    }

    KubeCluster cluster() {
        return cluster;
    }

    /** The wire over which the kubelet reaches its API server. */
    public TcpProxy toKubernetes() {
        return toKubernetes;
    }

    /** Waits until the cluster sends pods to it. */
    public void awaitReady() {
        Await.until(
                name + " to take pods",
                START,
                () -> Statuses.ready(node()) && !node().getAsJsonObject("spec").has("taints"));
    }

    /** Waits until the cluster holds it for lost. */
    public void awaitNotReady() {
        Await.until(name + " to be given up", START, () -> !Statuses.ready(node()));
    }

    private JsonObject node() {
        return cluster.live().get("v1/nodes", "", name).orElseThrow();
    }

    /** Everything on it stands still, as in a virtual machine that is paused. */
    public synchronized void freeze() {
        gate.shut();
        kubelet.ifPresent(Kubelet::pauseProcesses);
    }

    /** The kubelet alone stands still: what runs runs on, and nobody is told. */
    public synchronized void freezeKubelet() {
        gate.shut();
    }

    /** Everything goes on as if nothing had been. */
    public synchronized void thaw() {
        kubelet.ifPresent(Kubelet::resumeProcesses);
        gate.open();
    }

    /** SIGKILL to everything on it. */
    public synchronized void powerOff() {
        kubelet.ifPresent(Kubelet::halt);
        kubelet = Optional.empty();
    }

    /** Starts it under another boot id: the kubelet starts what the API server says. */
    public synchronized void powerOn() {
        powerOff();
        gate = new Gate();
        Kubelet next = new Kubelet(this, UUID.randomUUID().toString(), gate, client);
        kubelet = Optional.of(next);
        next.start();
    }

    /** Starts a pod's containers here. */
    PodRun run(JsonObject pod, Runnable ended) {
        JsonObject metadata = pod.getAsJsonObject("metadata");
        String podName = metadata.get("name").getAsString();
        return PodRun.start(
                pod,
                (container, restarts) -> {
                    Path log =
                            folder.resolve(
                                    "%03d-%s.log".formatted(starts.incrementAndGet(), podName));
                    records.add(new Record(metadata.get("namespace").getAsString(), podName, log));
                    return ContainerRun.start(container, pod, programs, log, restarts, ended);
                });
    }

    /** What writers of pods in a namespace, whose names begin so, did here since it was made. */
    public List<Activity> activity(String namespace, String pods) {
        return records.stream()
                .filter(r -> r.namespace.equals(namespace) && r.pod.startsWith(pods))
                .flatMap(r -> Activity.read(cluster.name(), r.pod, r.log).stream())
                .toList();
    }

    @Override
    public void close() {
        powerOff();
        toKubernetes.close();
        client.getHttpClient().dispatcher().executorService().shutdown();
        client.getHttpClient().connectionPool().evictAll();
    }
}
