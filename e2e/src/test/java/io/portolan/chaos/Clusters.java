package io.portolan.chaos;

import io.portolan.agent.Agent;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.chaos.Note.Effect;
import io.portolan.chaos.Note.Runs;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.TcpProxy;
import io.portolan.e2e.harness.Workspace;
import io.portolan.model.app.KubeObject;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Clusters in memory with real agents in this process. What happens in a cluster is noted by a
 * watch of its own, past the agent.
 */
final class Clusters implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration POD = Duration.ofMillis(200);
    private static final String APPLICATION = "portolan.io/application";

    private record Member(MemoryCluster cluster, Agent agent, TcpProxy wire) {}

    private final List<Member> members = new ArrayList<>();
    private final List<Central> nodes;
    private final Recorder recorder;

    private Clusters(List<Central> nodes, Recorder recorder) {
        this.nodes = nodes;
        this.recorder = recorder;
    }

    /** Declares and joins {@code c0} and so on. */
    static Clusters join(int count, List<Central> nodes, Recorder recorder) {
        Clusters clusters = new Clusters(nodes, recorder);
        try {
            for (int i = 0; i < count; i++) {
                clusters.add("c" + i, i);
            }
            return clusters;
        } catch (RuntimeException | AssertionError e) {
            clusters.close();
            throw e;
        }
    }

    private void add(String name, int number) {
        var api = nodes.getFirst().api();
        api.put("/api/v1/clusters/" + name, Documents.cluster(name)).expect(200);
        String token =
                api.post("/api/v1/clusters/" + name + "/join-tokens", "{\"validFor\": \"1h\"}")
                        .expect(201)
                        .json()
                        .get("token")
                        .getAsString();
        MemoryCluster cluster =
                new MemoryCluster(
                        MemoryCluster.Settings.defaults().withSeed(number + 1L).withPods(POD, POD),
                        Clock.systemUTC().instant());
        cluster.node("node", "8", "32Gi");
        observe(name, cluster);
        cluster.play(Clock.systemUTC(), TICK);
        Central first = nodes.get(number % nodes.size());
        TcpProxy wire = TcpProxy.to(first.port());
        wire.lead(first.host(), first.port());
        // One agent knows all nodes, the others one address behind which the nodes change.
        List<URI> central =
                number == 0
                        ? nodes.stream().map(n -> URI.create(n.address())).toList()
                        : List.of(URI.create("http://127.0.0.1:" + wire.port()));
        Agent agent = Agent.start(central, token, Workspace.scratch("agent-" + name), cluster);
        members.add(new Member(cluster, agent, wire));
    }

    /** Lets each agent reach another node, as a balancer does that sees one go. */
    void move(Random random) {
        for (Member member : members) {
            Central next = nodes.get(random.nextInt(nodes.size()));
            member.wire().lead(next.host(), next.port());
        }
    }

    private void observe(String name, MemoryCluster cluster) {
        Map<String, String> shown = new HashMap<>();
        watch(
                cluster,
                new TypeRef("v1", "ConfigMap"),
                event -> {
                    KubeObject live = object(event);
                    if (!live.map("metadata", "labels").containsKey(APPLICATION)) {
                        return;
                    }
                    String key = live.namespace() + "/" + live.name();
                    String value =
                            event instanceof WatchEvent.Removed
                                    ? ""
                                    : String.valueOf(live.at("data", "written-by"));
                    if (!value.equals(shown.put(key, value))) {
                        recorder.add(new Effect(name, key, value, recorder.now()));
                    }
                });
        Map<String, Set<String>> pods = new HashMap<>();
        watch(cluster, new TypeRef("v1", "Pod"), event -> pod(name, pods, event));
    }

    private void pod(String cluster, Map<String, Set<String>> pods, WatchEvent event) {
        KubeObject live = object(event);
        Object application = live.map("metadata", "labels").get(APPLICATION);
        if (application == null) {
            return;
        }
        String key = live.namespace() + "/" + application;
        Set<String> running = pods.computeIfAbsent(key, _ -> new HashSet<>());
        boolean before = !running.isEmpty();
        boolean runs =
                event instanceof WatchEvent.Set && "Running".equals(live.at("status", "phase"));
        if (runs) {
            running.add(live.name());
        } else {
            running.remove(live.name());
        }
        if (before != !running.isEmpty()) {
            recorder.add(new Runs(cluster, key, !running.isEmpty(), recorder.now()));
        }
    }

    private static KubeObject object(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Set(KubeObject live) -> live;
            case WatchEvent.Removed(KubeObject last) -> last;
            case WatchEvent.Bookmark _, WatchEvent.Ended _ ->
                    throw new IllegalStateException("not of an object: " + event);
        };
    }

    private static void watch(
            MemoryCluster cluster, TypeRef type, java.util.function.Consumer<WatchEvent> each) {
        if (!(cluster.list(type, "", _ -> {}) instanceof Listed.Ok(String version))) {
            throw new IllegalStateException("a cluster in memory does not list " + type);
        }
        var _ =
                cluster.watch(
                        type,
                        "",
                        version,
                        event -> {
                            if (event instanceof WatchEvent.Set
                                    || event instanceof WatchEvent.Removed) {
                                each.accept(event);
                            }
                        });
    }

    @Override
    public void close() {
        members.forEach(m -> m.agent().close());
        members.forEach(m -> m.cluster().close());
        members.forEach(m -> m.wire().close());
    }
}
