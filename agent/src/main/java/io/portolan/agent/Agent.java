package io.portolan.agent;

import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.grant.GrantDesk;
import io.portolan.agent.grant.GrantDoor;
import io.portolan.agent.grant.GrantDoor.Serving;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.link.CentralLink;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.Credentials;
import io.portolan.agent.state.DesiredState;
import io.portolan.agent.state.StateException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A running agent. Also runs inside another process, as in developer mode. */
public final class Agent implements AutoCloseable {
    private final DesiredState state;
    private final CentralLink link;
    private final GrantDesk desk;
    private final Optional<GrantDoor> door;
    private final AgentLoop loop;
    private final CompletableFuture<Void> ended;

    private Agent(
            Config config,
            DesiredState state,
            Credentials credentials,
            KubeApi kube,
            Optional<GrantDoor> door,
            Consumer<Credential> welcomed) {
        this.state = state;
        this.door = door;
        this.link = new CentralLink(config.central());
        this.desk = new GrantDesk(link::grants);
        RandomGenerator random = RandomGenerator.getDefault();
        Backoff toCentral = new Backoff(random, Duration.ofMillis(500), Duration.ofSeconds(15));
        Backoff toCluster = new Backoff(random, Duration.ofMillis(100), Duration.ofSeconds(15));
        this.loop =
                new AgentLoop(
                        AgentSettings.of(version()).with(config.guarding()),
                        state,
                        kube,
                        new LinkEffects(
                                link,
                                desk,
                                credentials,
                                config,
                                toCentral,
                                who -> {
                                    Serving serving = new Serving(who.cluster(), desk);
                                    door.ifPresent(d -> d.serve(Optional.of(serving)));
                                    welcomed.accept(who);
                                }),
                        toCluster,
                        Clock.systemUTC());
        this.ended = loop.start();
    }

    /** Starts an agent of a cluster that the caller opened, and closes after the agent. */
    public static Agent start(URI central, String joinToken, Path stateDir, KubeApi kube) {
        return start(List.of(central), joinToken, stateDir, kube);
    }

    /** The same with several addresses of central. */
    public static Agent start(List<URI> central, String joinToken, Path stateDir, KubeApi kube) {
        return start(
                new Config(central, joinToken, stateDir, Optional.empty()),
                kube,
                Optional.empty(),
                _ -> {});
    }

    /**
     * @param door that this agent serves from its first welcome until it closes
     * @param welcomed told at each welcome who the agent is
     * @throws StateException when the state cannot be opened
     * @throws IllegalArgumentException when there is neither a credential nor a token to get one
     */
    static Agent start(
            Config config, KubeApi kube, Optional<GrantDoor> door, Consumer<Credential> welcomed) {
        DesiredState state = DesiredState.open(config.stateDir());
        try {
            Credentials credentials =
                    config.credentialSecret().isPresent()
                            ? new SecretCredentials(kube, config.credentialSecret().get())
                            : state;
            if (credentials.credential().isEmpty() && config.joinToken().isEmpty()) {
                throw new IllegalArgumentException(
                        "this agent has not joined yet: give --join-token-file or --join-token");
            }
            return new Agent(config, state, credentials, kube, door, welcomed);
        } catch (IllegalArgumentException | StateException e) {
            state.close();
            throw e;
        }
    }

    /** Whether an agent with this state has a credential already. */
    public static boolean joined(Path stateDir) {
        try (DesiredState state = DesiredState.open(stateDir)) {
            return state.credential().isPresent();
        }
    }

    /** Whether the loop takes its turns; it does so at least once a minute. */
    boolean alive() {
        return !ended.isDone() && loop.alive();
    }

    /** Ends when the loop cannot go on. */
    CompletableFuture<Void> ended() {
        return ended;
    }

    @Override
    public void close() {
        door.ifPresent(d -> d.serve(Optional.empty()));
        loop.close();
        desk.close();
        link.close();
        state.close();
    }

    private static String version() {
        String version = Agent.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
