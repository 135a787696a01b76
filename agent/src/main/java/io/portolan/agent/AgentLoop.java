package io.portolan.agent;

import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.state.DesiredState;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The shell around the core: one thread owns it and takes events from a bounded mailbox; each
 * effect that blocks runs on a virtual thread. A full mailbox holds up those who fill it.
 */
final class AgentLoop implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AgentLoop.class.getName());
    private static final int MAILBOX = 4_096;
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final AgentCore core;
    private final DesiredState state;
    private final KubeApi kube;
    private final KubeEffects kubeEffects;
    private final LinkEffects linkEffects;
    private final Backoff backoff;
    private final Clock clock;
    private final BlockingQueue<Event> mailbox = new ArrayBlockingQueue<>(MAILBOX);
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private final PersistLane persistLane;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread owner;
    private volatile boolean closed;
    private volatile long lastTurn = System.nanoTime();

    /** Owned by the loop's thread. */
    private final Map<TypeRef, WatchLane> watches = new HashMap<>();

    private Instant wake = Instant.MAX;

    AgentLoop(
            AgentSettings settings,
            DesiredState state,
            KubeApi kube,
            LinkEffects linkEffects,
            Backoff backoff,
            Clock clock) {
        this.core = new AgentCore(settings);
        this.state = state;
        this.kube = kube;
        this.kubeEffects = new KubeEffects(kube);
        this.linkEffects = linkEffects;
        this.backoff = backoff;
        this.clock = clock;
        this.persistLane =
                new PersistLane(
                        state,
                        id -> post(new Event.Persisted(id)),
                        broken -> ended.completeExceptionally(broken));
        this.owner = Thread.ofPlatform().name("agent-loop").unstarted(this::run);
    }

    /**
     * Completes when the loop ends; exceptionally when it cannot go on, as with a full disk: an
     * agent that cannot remember must not act.
     */
    CompletableFuture<Void> start() {
        owner.start();
        return ended;
    }

    private void run() {
        Instant last = clock.instant();
        try {
            step(new Event.Started(state.load()), last);
            while (!Thread.currentThread().isInterrupted()) {
                lastTurn = System.nanoTime();
                Instant before = clock.instant();
                long wait =
                        Math.min(
                                Duration.between(before, wake(before)).toMillis() + 1,
                                IDLE.toMillis());
                Event event = mailbox.poll(Math.max(0, wait), TimeUnit.MILLISECONDS);
                // A clock that was set back must not run backwards inside the core.
                Instant now = clock.instant();
                last = now.isBefore(last) ? last : now;
                if (!wake.isAfter(last)) {
                    wake = Instant.MAX;
                    step(new Event.TimerDue(), last);
                }
                if (event != null) {
                    step(event, last);
                }
            }
            ended.complete(null);
        } catch (InterruptedException e) {
            ended.complete(null);
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
        }
    }

    private Instant wake(Instant now) {
        return wake.equals(Instant.MAX) ? now.plus(IDLE) : wake;
    }

    private void step(Event event, Instant now) {
        for (Effect effect : core.step(event, now)) {
            perform(effect);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> persistLane.add(persist);
            case Effect.Wake(_, var at) -> wake = at.isBefore(wake) ? at : wake;
            case Effect.StartWatch start ->
                    watches.computeIfAbsent(
                            start.type(), _ -> new WatchLane(kube, start, backoff, this::post));
            case Effect.StopWatch(_, var type) ->
                    Optional.ofNullable(watches.remove(type)).ifPresent(WatchLane::close);
            case Effect.OpenSession _,
                    Effect.Poll _,
                    Effect.Fetch _,
                    Effect.SendReport _,
                    Effect.Beat _,
                    Effect.Apply _,
                    Effect.Delete _,
                    Effect.Get _,
                    Effect.ListObjects _,
                    Effect.Discover _,
                    Effect.Measure _ ->
                    hands.execute(() -> outside(effect));
        }
    }

    private void outside(Effect effect) {
        try {
            Optional<Event> event = kubeEffects.perform(effect);
            if (event.isEmpty()) {
                event = linkEffects.perform(effect);
            }
            event.ifPresent(this::post);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "an effect ended badly: " + effect.getClass(), e);
            post(new Event.Unknown(effect.id()));
        }
    }

    private void post(Event event) {
        try {
            boolean taken = false;
            while (!taken && !closed) {
                taken = mailbox.offer(event, 100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the owner took a turn lately: one that hangs in a step never comes back. */
    boolean alive() {
        return System.nanoTime() - lastTurn < IDLE.multipliedBy(2).toNanos();
    }

    /** Ends the loop; what was durable goes on at the next start. */
    @Override
    public void close() {
        closed = true;
        owner.interrupt();
        try {
            if (!owner.join(STOPPING)) {
                LOG.warning("the loop does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        hands.shutdownNow();
        watches.values().forEach(WatchLane::close);
        persistLane.close();
    }
}
