package io.portolan.agent;

import io.portolan.agent.core.AgentCore;
import io.portolan.agent.core.AgentSettings;
import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.state.DesiredState;
import io.portolan.model.Steady;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    private static final Duration FIRST_REST = Duration.ofSeconds(1);

    /** A core that lived so long has not died of what the one before died of. */
    private static final Duration STEADY = Duration.ofMinutes(10);

    private static final Duration STOPPING = Duration.ofSeconds(10);

    private final Supplier<Mind> minds;
    private final DesiredState state;
    private final KubeApi kube;
    private final KubeEffects kubeEffects;
    private final LinkEffects linkEffects;
    private final Backoff backoff;
    private final Steady clock;
    private final BlockingQueue<Letter> mailbox = new ArrayBlockingQueue<>(MAILBOX);
    private final ExecutorService hands = Executors.newVirtualThreadPerTaskExecutor();
    private volatile PersistLane persistLane;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread owner;
    private volatile boolean closed;
    private volatile long lastTurn = System.nanoTime();

    /** Owned by the loop's thread. */
    private final Map<TypeRef, WatchLane> watches = new HashMap<>();

    private Instant wake = Instant.MAX;
    private Mind core;

    /** Counts the cores of this process; answers to an earlier one are for nobody. */
    private volatile int life;

    private Instant born = Instant.MIN;
    private int crashes;

    /** Objects whose news ended a core: it is not told of them again. */
    private final Set<ObjectRef> unbearable = new HashSet<>();

    /** The core as the loop needs it. */
    interface Mind {
        List<Effect> step(Event event, Instant now);
    }

    private record Letter(int life, Event event) {}

    AgentLoop(
            AgentSettings settings,
            DesiredState state,
            KubeApi kube,
            LinkEffects linkEffects,
            Backoff backoff,
            InstantSource clock) {
        this(() -> new AgentCore(settings)::step, state, kube, linkEffects, backoff, clock);
    }

    /**
     * @param minds makes a core for each life
     */
    AgentLoop(
            Supplier<Mind> minds,
            DesiredState state,
            KubeApi kube,
            LinkEffects linkEffects,
            Backoff backoff,
            InstantSource clock) {
        this.minds = minds;
        this.core = minds.get();
        this.state = state;
        this.kube = kube;
        this.kubeEffects = new KubeEffects(kube);
        this.linkEffects = linkEffects;
        this.backoff = backoff;
        this.clock = new Steady(clock, System::nanoTime);
        this.persistLane = persistLane(0);
        this.owner = Thread.ofPlatform().name("agent-loop").unstarted(this::run);
    }

    private PersistLane persistLane(int of) {
        return new PersistLane(
                state,
                id -> post(of, new Event.Persisted(id)),
                broken -> ended.completeExceptionally(broken));
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
        try {
            born = clock.instant();
            step(new Event.Started(state.load()), born);
            while (!Thread.currentThread().isInterrupted()) {
                lastTurn = System.nanoTime();
                Instant before = clock.instant();
                long wait =
                        Math.min(
                                Duration.between(before, wake(before)).toMillis() + 1,
                                IDLE.toMillis());
                Letter letter = mailbox.poll(Math.max(0, wait), TimeUnit.MILLISECONDS);
                Instant now = clock.instant();
                if (!wake.isAfter(now)) {
                    wake = Instant.MAX;
                    step(new Event.TimerDue(), now);
                }
                if (letter != null && letter.life == life) {
                    step(letter.event, now);
                }
            }
            ended.complete(null);
        } catch (InterruptedException e) {
            ended.complete(null);
        } catch (RuntimeException e) {
            // Any: whoever waits for the end has to hear of it.
            ended.completeExceptionally(e);
        }
    }

    private Instant wake(Instant now) {
        return wake.equals(Instant.MAX) ? now.plus(IDLE) : wake;
    }

    private void step(Event event, Instant now) throws InterruptedException {
        Optional<ObjectRef> object = object(event);
        if (object.filter(unbearable::contains).isPresent()) {
            return;
        }
        List<Effect> effects;
        try {
            effects = core.step(event, now);
        } catch (RuntimeException e) {
            // Any: it may have left the core half changed.
            object.ifPresent(unbearable::add);
            reborn(event, e, now);
            return;
        }
        effects.forEach(this::perform);
    }

    private static Optional<ObjectRef> object(Event event) {
        return switch (event) {
            case Event.Live(_, var live) -> Optional.of(live.ref());
            case Event.Removed(_, var last) -> Optional.of(last.ref());
            case Event _ -> Optional.empty();
        };
    }

    /**
     * A core that threw may be in two minds, so another takes over from what is durable, after a
     * pause that grows while cores die young. News of the object that did it are kept from it: a
     * pod that it is not told of still shows in the list that proves a stop.
     */
    private void reborn(Event event, RuntimeException cause, Instant now)
            throws InterruptedException {
        crashes = born.plus(STEADY).isBefore(now) ? 1 : crashes + 1;
        Duration pause = FIRST_REST.multipliedBy(1L << Math.min(crashes - 1, 6));
        LOG.log(
                Level.SEVERE,
                "the core failed on "
                        + event.getClass().getSimpleName()
                        + object(event).map(o -> " of " + o).orElse("")
                        + ": it starts again from what is durable in "
                        + pause,
                cause);
        life++;
        watches.values().forEach(WatchLane::close);
        watches.clear();
        persistLane.close();
        wake = Instant.MAX;
        Thread.sleep(pause);
        mailbox.clear();
        persistLane = persistLane(life);
        core = minds.get();
        born = clock.instant();
        post(life, new Event.Started(state.load()));
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Persist persist -> persistLane.add(persist);
            case Effect.Wake(_, var at) -> wake = at.isBefore(wake) ? at : wake;
            case Effect.StartWatch start ->
                    watches.computeIfAbsent(
                            start.type(), _ -> new WatchLane(kube, start, backoff, poster()));
            case Effect.StopWatch(_, var type) ->
                    Optional.ofNullable(watches.remove(type)).ifPresent(WatchLane::close);
            case Effect.OpenSession _,
                    Effect.Poll _,
                    Effect.Fetch _,
                    Effect.SendReport _,
                    Effect.Beat _,
                    Effect.AskGrants _,
                    Effect.Apply _,
                    Effect.Patch _,
                    Effect.Delete _,
                    Effect.Get _,
                    Effect.ListObjects _,
                    Effect.Discover _,
                    Effect.Measure _ ->
                    outside(effect, poster());
        }
    }

    /** Takes the answers to what this life asks. */
    private Consumer<Event> poster() {
        int of = life;
        return event -> post(of, event);
    }

    private void outside(Effect effect, Consumer<Event> answers) {
        hands.execute(() -> perform(effect, answers));
    }

    private void perform(Effect effect, Consumer<Event> answers) {
        try {
            Optional<Event> event = kubeEffects.perform(effect);
            if (event.isEmpty()) {
                event = linkEffects.perform(effect);
            }
            event.ifPresent(answers);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Any: the core waits until each effect is answered.
            LOG.log(Level.WARNING, "an effect ended badly: " + effect.getClass(), e);
            answers.accept(new Event.Unknown(effect.id()));
        }
    }

    private void post(int of, Event event) {
        try {
            boolean taken = false;
            while (!taken && !closed && of == life) {
                taken = mailbox.offer(new Letter(of, event), 100, TimeUnit.MILLISECONDS);
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
