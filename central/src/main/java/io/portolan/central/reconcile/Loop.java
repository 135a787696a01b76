package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.central.store.Write;
import io.portolan.dr.HookAnswer;
import io.portolan.model.Steady;
import io.portolan.model.operation.Failover;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs a {@link LoopCore} against a store. One thread owns the core; others, one for each blocking
 * thing, follow the store ({@link Following}), commit and call hooks, and tell it what came of
 * that.
 */
public final class Loop implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Loop.class.getName());

    /** What reaches the owner. */
    private sealed interface Mail {
        record Told(Optional<Leading> by, Event event) implements Mail {}

        record Start(Leading by, Event.Led led) implements Mail {}

        record Stop(Term term) implements Mail {}
    }

    private final Store store;
    private final Steady clock;
    private final Hooks hooks;
    private final Consumer<Failover> ended;
    private final Following following;
    private final LoopCore core;
    private final BlockingQueue<Mail> mail = new ArrayBlockingQueue<>(1_024);
    private final LongAdder commits = new LongAdder();
    private final LongAdder conflicts = new LongAdder();
    private final Thread owner;
    private volatile Optional<Leading> leading = Optional.empty();
    private volatile boolean closed;
    private volatile int depth;
    private volatile long reconciled;
    private volatile long undecided;
    private volatile int unsatisfied;
    private volatile FleetImage image = FleetImage.EMPTY;

    // The owner's alone.
    private Optional<Leading> serving = Optional.empty();
    private Optional<Effect.Timer> timer = Optional.empty();

    private Loop(
            Store store,
            InstantSource clock,
            Hooks hooks,
            Supplier<Optional<String>> trouble,
            Consumer<Failover> ended,
            LoopCore core) {
        this.store = store;
        this.following =
                new Following(
                        store,
                        trouble,
                        (by, led) -> post(new Mail.Start(by, led)),
                        (by, event) -> post(new Mail.Told(Optional.of(by), event)));
        this.clock = new Steady(clock, System::nanoTime);
        this.hooks = hooks;
        this.ended = ended;
        this.core = core;
        this.owner = Thread.ofPlatform().name("reconcile").daemon().unstarted(this::run);
    }

    /**
     * Starts it; it decides nothing until {@link #led}.
     *
     * @param rebalancer what moves applications to something better
     * @param operations what takes live operations further
     * @param hooks what they ask outside of central
     * @param trouble what tells that the network of this node itself is ill; asked each second
     * @param ended told of each operation that this node brought to its end; must not block
     */
    public static Loop start(
            Store store,
            InstantSource clock,
            Thresholds thresholds,
            Rebalancer rebalancer,
            Reconciler<Key.OfOperation> operations,
            Hooks hooks,
            Supplier<Optional<String>> trouble,
            Consumer<Failover> ended) {
        Loop loop =
                new Loop(
                        store,
                        clock,
                        hooks,
                        trouble,
                        ended,
                        new LoopCore(
                                new ApplicationReconciler(thresholds, rebalancer),
                                new ClusterReconciler(thresholds),
                                operations));
        loop.owner.start();
        return loop;
    }

    /** This node leads from now on. Returns at once. */
    public synchronized void led(Term term) {
        leading.ifPresent(Leading::end);
        Leading now = new Leading(term);
        leading = Optional.of(now);
        following.start(now);
    }

    /** This node leads no more: what is under way is fenced by the store. Returns at once. */
    public synchronized void deposed(Term term) {
        leading.filter(l -> l.term().equals(term))
                .ifPresent(
                        l -> {
                            l.end();
                            leading = Optional.empty();
                            post(new Mail.Stop(term));
                        });
    }

    /** Keys that wait to be looked at. */
    public int depth() {
        return depth;
    }

    /** Commits that stand. */
    public long commits() {
        return commits.sum();
    }

    /** Commits that met somebody else's write. */
    public long conflicts() {
        return conflicts.sum();
    }

    /** How many times something was looked at. */
    public long reconciled() {
        return reconciled;
    }

    /** Decisions that this node left open because the search for a spread met its bound. */
    public long undecided() {
        return undecided;
    }

    /**
     * Applications that found fewer clusters than they ask for, or would go back to better ones.
     */
    public int unsatisfied() {
        return unsatisfied;
    }

    /** Of the image that is decided from; 0 while this node does not lead or has none yet. */
    public long revision() {
        return image.revision();
    }

    /** What is decided from; empty while this node does not lead or has none yet. */
    public Optional<FleetImage> image() {
        return Optional.of(image).filter(i -> i.revision() > 0);
    }

    /** Rows that were read from the store to build images. */
    public long rowsRead() {
        return following.rowsRead();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            leading.ifPresent(Leading::end);
            leading = Optional.empty();
        }
        owner.interrupt();
        try {
            owner.join(Duration.ofSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                Optional<Mail> next =
                        Optional.ofNullable(mail.poll(patience(), TimeUnit.NANOSECONDS));
                next.ifPresent(this::open);
                fireTimer();
                depth = core.depth();
                reconciled = core.reconciled();
                undecided = core.undecided();
                unsatisfied = core.image().unsatisfied().size();
                image = core.image();
            } catch (InterruptedException _) {
                // Only close interrupts the owner.
                return;
            } catch (RuntimeException e) {
                // Any: a leader that decides nothing would be worse.
                LOG.log(Level.ERROR, "the reconcile loop goes on after a bug", e);
            }
        }
    }

    private void open(Mail letter) {
        switch (letter) {
            case Mail.Start(Leading by, Event.Led led) -> {
                if (!by.over()) {
                    serving = Optional.of(by);
                    clock.begin();
                    step(led);
                }
            }
            case Mail.Stop(Term term) -> {
                if (serving.filter(l -> l.term().equals(term)).isPresent()) {
                    serving = Optional.empty();
                    timer = Optional.empty();
                    step(new Event.Deposed());
                }
            }
            case Mail.Told(var by, Event event) -> {
                if (serving.isPresent() && !serving.get().over() && serving.equals(by)) {
                    step(event);
                }
            }
        }
    }

    private void step(Event event) {
        for (Effect effect : core.step(event, clock.instant())) {
            switch (effect) {
                case Effect.Commit commit -> {
                    Optional<Leading> by = serving;
                    Thread.ofVirtual().name("commit").start(() -> commit(by, commit));
                }
                case Effect.Timer set -> timer = Optional.of(set);
                case Effect.Act act -> {
                    Optional<Leading> by = serving;
                    Thread.ofVirtual().name("hook").start(() -> act(by, act));
                }
                case Effect.Complain(Key key, Throwable cause) ->
                        LOG.log(Level.ERROR, "cannot decide " + key, cause);
            }
        }
    }

    private void fireTimer() {
        Optional<Effect.Timer> due = timer.filter(t -> !t.at().isAfter(clock.instant()));
        if (due.isPresent()) {
            timer = Optional.empty();
            step(new Event.TimerFired(due.get().id()));
        }
    }

    private long patience() {
        Duration most = Duration.ofSeconds(1);
        Duration until = timer.map(t -> Duration.between(clock.instant(), t.at())).orElse(most);
        return Math.max(0, (until.compareTo(most) < 0 ? until : most).toNanos());
    }

    private void commit(Optional<Leading> by, Effect.Commit commit) {
        CommitResult result;
        try {
            result = store.commit(commit.authority(), commit.preconditions(), commit.writes());
        } catch (RuntimeException e) {
            // Any: the core waits for an answer, and nobody knows what became of it.
            LOG.log(Level.ERROR, "a commit ended without an answer", e);
            result = new CommitResult.Unknown(String.valueOf(e.getMessage()));
        }
        switch (result) {
            case CommitResult.Committed _ -> commits.increment();
            case CommitResult.Conflict _ -> conflicts.increment();
            case CommitResult.Fenced(String why) -> LOG.log(Leading.level(by), "fenced: {0}", why);
            case CommitResult.Unknown(String why) ->
                    LOG.log(Level.WARNING, "a commit is in doubt: {0}", why);
            case CommitResult.Unavailable(String why) ->
                    LOG.log(Level.WARNING, "the store is not available: {0}", why);
            case CommitResult.Replayed _, CommitResult.KeyReused _, CommitResult.OutOfOrder _ -> {}
        }
        post(new Mail.Told(by, new Event.Committed(commit.id(), result)));
        if (result instanceof CommitResult.Committed) {
            commit.writes().forEach(this::told);
        }
    }

    private void act(Optional<Leading> by, Effect.Act act) {
        HookAnswer answer;
        try {
            answer = hooks.call(act.call());
        } catch (RuntimeException e) {
            // Any: one that is not answered is never asked again.
            LOG.log(Level.ERROR, "a hook ended without an answer", e);
            answer = HookAnswer.of(act.call(), false, String.valueOf(e.getMessage()));
        }
        post(new Mail.Told(by, new Event.Acted(act.id(), answer)));
    }

    private void told(Write write) {
        if (write instanceof Write.Put(Row.OperationRow(Failover operation))
                && operation.state().ended()) {
            ended.accept(operation);
        }
    }

    private void post(Mail letter) {
        try {
            boolean taken = false;
            while (!closed && !taken) {
                taken = mail.offer(letter, 100, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
