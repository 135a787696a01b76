package io.portolan.dev;

import io.portolan.agent.Agent;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.memory.MemoryCluster;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A cluster of the developer's fleet with its agent, which can be taken away and brought back. */
final class DevCluster implements AutoCloseable {
    private final String name;
    private final String region;
    private final KubeApi kube;
    private final URI central;
    private final String joinToken;
    private final Path state;
    private @Nullable Agent agent;
    private boolean retired;

    DevCluster(
            String name, String region, KubeApi kube, URI central, String joinToken, Path state) {
        this.name = name;
        this.region = region;
        this.kube = kube;
        this.central = central;
        this.joinToken = joinToken;
        this.state = state;
    }

    String name() {
        return name;
    }

    String region() {
        return region;
    }

    synchronized void startAgent() {
        if (agent == null && !retired) {
            agent = Agent.start(central, joinToken, state, kube);
        }
    }

    /** The cluster goes silent: what runs there goes on running, and nobody tells. */
    synchronized void stopAgent() {
        Agent running = agent;
        agent = null;
        if (running != null) {
            running.close();
        }
    }

    /** Stops the agent for good. */
    synchronized void retire() {
        retired = true;
        stopAgent();
    }

    /** Whether its power can be taken; of a real cluster only its agent can be. */
    boolean inMemory() {
        return kube instanceof MemoryCluster;
    }

    /** Nothing runs any more, and nothing answers. */
    void powerOff() {
        memory().down(true);
    }

    /** Comes back as it was: its pods start again before anybody can tell them not to. */
    void powerOn() {
        memory().down(false);
    }

    private MemoryCluster memory() {
        if (kube instanceof MemoryCluster memory) {
            return memory;
        }
        throw new IllegalStateException(name + " is real: nobody here has its power switch");
    }

    /** What tells this cluster from all others; absent while it does not say. */
    Optional<String> identity() {
        return kube.get(ref("kube-system")) instanceof Found.Ok(KubeObject live)
                ? Optional.of(live.uid())
                : Optional.empty();
    }

    boolean hasNamespace(String namespace) {
        return find(namespace).isPresent();
    }

    /** Asks for it; what is in it goes first. */
    void deleteNamespace(String namespace) {
        Optional<KubeObject> live = find(namespace);
        if (live.isPresent()
                && kube.delete(ref(namespace), live.get().uid())
                        instanceof Deleted.Refused(int _, String _, String message)) {
            throw new DevException(
                    name + " does not delete the namespace " + namespace + ": " + message);
        }
    }

    private Optional<KubeObject> find(String namespace) {
        return switch (kube.get(ref(namespace))) {
            case Found.Ok(KubeObject live) -> Optional.of(live);
            case Found.Absent _, Found.UnknownKind _ -> Optional.empty();
            case Found.Refused(int _, String _, String message) ->
                    throw new DevException(name + " shows no namespaces: " + message);
            case Found.Retry(String message, Duration _) ->
                    throw new DevException(name + " does not answer: " + message);
        };
    }

    private static ObjectRef ref(String namespace) {
        return new ObjectRef("v1", "Namespace", "", namespace);
    }

    /** Pods of the application that run here now, seen without Portolan. */
    int runningPods(String namespace, String application) {
        AtomicInteger running = new AtomicInteger();
        Listed listed =
                kube.list(
                        new TypeRef("v1", "Pod"),
                        "",
                        pod -> {
                            if (pod.namespace().equals(namespace)
                                    && application.equals(
                                            pod.map("metadata", "labels")
                                                    .get("portolan.io/application"))
                                    && "Running".equals(pod.at("status", "phase"))) {
                                running.incrementAndGet();
                            }
                        });
        if (!(listed instanceof Listed.Ok)) {
            throw new DevException("cannot list the pods of " + name + ": " + listed);
        }
        return running.get();
    }

    @Override
    public void close() {
        stopAgent();
        kube.close();
    }
}
