package io.portolan.dev;

import io.portolan.agent.Agent;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.memory.MemoryCluster;
import java.net.URI;
import java.nio.file.Path;
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

    void startAgent() {
        if (agent == null) {
            agent = Agent.start(central, joinToken, state, kube);
        }
    }

    /** The cluster goes silent: what runs there goes on running, and nobody tells. */
    void stopAgent() {
        Agent running = agent;
        agent = null;
        if (running != null) {
            running.close();
        }
    }

    /** In memory: nothing runs any more. Of a real cluster only its agent can be taken away. */
    void powerOff() {
        if (kube instanceof MemoryCluster memory) {
            memory.down(true);
        }
    }

    /** Comes back as it was: its pods start again before anybody can tell them not to. */
    void powerOn() {
        if (kube instanceof MemoryCluster memory) {
            memory.down(false);
        }
    }

    /** Pods of the application that run here now, seen without Portolan. */
    int runningPods(String application) {
        AtomicInteger running = new AtomicInteger();
        Listed listed =
                kube.list(
                        new TypeRef("v1", "Pod"),
                        "",
                        pod -> {
                            if (application.equals(
                                            pod.map("metadata", "labels")
                                                    .get("portolan.io/application"))
                                    && "Running".equals(pod.at("status", "phase"))) {
                                running.incrementAndGet();
                            }
                        });
        if (!(listed instanceof Listed.Ok)) {
            throw new IllegalStateException("cannot list the pods of " + name + ": " + listed);
        }
        return running.get();
    }

    @Override
    public void close() {
        stopAgent();
        kube.close();
    }
}
