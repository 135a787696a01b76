package io.portolan.agent.core;

import io.portolan.agent.direct.DirectAgent;
import io.portolan.agent.direct.MemoryState;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Ending;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One agent, its cluster and its central, on one thread and one clock. */
final class Scene {
    static final Uid CLUSTER = new Uid("cluster-1");

    final MemoryCluster cluster;
    final FakeCentral central = new FakeCentral();
    MemoryState disk = new MemoryState();
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    DirectAgent agent;

    Scene() {
        this(1);
    }

    Scene(long seed) {
        cluster =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults()
                                .withSeed(seed)
                                .withPods(Duration.ofSeconds(1), Duration.ofSeconds(1)),
                        now);
        cluster.node("node-1", "8", "32Gi");
        cluster.settle(now);
        agent = start();
    }

    DirectAgent start() {
        return new DirectAgent(AgentSettings.of("test"), disk, cluster, central);
    }

    void restart() {
        agent.die();
        agent = start();
    }

    /** As a pod that moves to another node. */
    void loseDisk() {
        agent.die();
        disk = new MemoryState();
        agent = start();
    }

    /** Lets this much time go by in small steps; everything that can be done is done. */
    void pass(Duration time) {
        Instant end = now.plus(time);
        while (!now.isAfter(end)) {
            agent.run(now);
            cluster.tick(now);
            cluster.deliver();
            agent.run(now);
            now = now.plusMillis(50);
        }
    }

    void settle() {
        pass(Duration.ofSeconds(6));
    }

    boolean exists(ObjectRef ref) {
        return cluster.get(ref) instanceof Found.Ok;
    }

    KubeObject live(ObjectRef ref) {
        return cluster.get(ref) instanceof Found.Ok(var live) ? live : fail("not there: " + ref);
    }

    private static KubeObject fail(String message) {
        throw new AssertionError(message);
    }

    // ---- what central wants

    void want(String app, Role role, long epoch, long sequence, KubeObject... objects) {
        put(app, role, epoch, sequence, true, false, objects);
    }

    void put(
            String app,
            Role role,
            long epoch,
            long sequence,
            boolean singleWriter,
            boolean adopt,
            KubeObject... objects) {
        Content content = new Content(List.of(objects));
        central.put(
                work(
                        app,
                        role,
                        epoch,
                        sequence,
                        Optional.of(FakeCentral.digest(content)),
                        singleWriter,
                        adopt),
                content);
    }

    void tombstone(String app, long epoch, long sequence) {
        central.put(work(app, Role.ACTIVE, epoch, sequence, Optional.empty(), false, false), null);
    }

    /** Central says how it ends; what it was told last stays the rest of the word. */
    void end(String app, Ending how, long sequence) {
        Work last = central.works.get(new Uid(app));
        Role role = how == Ending.KEEP ? last.role() : Role.STANDBY;
        central.put(last.ended(how, role, last.epoch()).withSequence(sequence), null);
    }

    static Work work(
            String app,
            Role role,
            long epoch,
            long sequence,
            Optional<Digest> content,
            boolean singleWriter,
            boolean adopt) {
        return new Work(
                new Uid(app),
                "shop",
                app,
                CLUSTER,
                role,
                1,
                epoch,
                sequence,
                content,
                singleWriter,
                adopt);
    }

    // ---- objects

    /** As {@code kubectl edit} does it: these fields are another hand's from then on. */
    void edit(ObjectRef ref, Map<String, Object> fields) {
        Map<String, Object> json = new LinkedHashMap<>(fields);
        json.put("apiVersion", ref.apiVersion());
        json.put("kind", ref.kind());
        json.put("metadata", Map.of("name", ref.name()));
        cluster.patchAs("kubectl-edit", ref, new KubeObject(json), null);
    }

    static ObjectRef ref(String apiVersion, String kind, String name) {
        return new ObjectRef(apiVersion, kind, "shop", name);
    }

    static ObjectRef deploymentRef(String name) {
        return ref("apps/v1", "Deployment", name);
    }

    static KubeObject deployment(String app, String name, int replicas, String image) {
        Map<String, Object> labels = Map.of("app", name);
        Map<String, Object> podLabels = new LinkedHashMap<>(labels);
        podLabels.put(Labels.APPLICATION_UID, app);
        return object("apps/v1", "Deployment", app, name)
                .with(
                        Map.of(
                                "replicas",
                                replicas,
                                "selector",
                                Map.of("matchLabels", labels),
                                "template",
                                Map.of(
                                        "metadata",
                                        Map.of("labels", podLabels),
                                        "spec",
                                        Map.of(
                                                "containers",
                                                List.of(Map.of("name", "main", "image", image))))),
                        "spec");
    }

    static KubeObject configMap(String app, String name, String value) {
        return object("v1", "ConfigMap", app, name).with(Map.of("key", value), "data");
    }

    static KubeObject object(String apiVersion, String kind, String app, String name) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", apiVersion);
        json.put("kind", kind);
        json.put(
                "metadata",
                Map.of(
                        "name",
                        name,
                        "namespace",
                        "shop",
                        "labels",
                        Map.of(Labels.MANAGED, "true", Labels.APPLICATION_UID, app)));
        return new KubeObject(json);
    }
}
