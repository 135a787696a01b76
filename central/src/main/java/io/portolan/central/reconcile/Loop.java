package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.store.Change;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs a {@link LoopCore} against a store. One thread owns the core; others, one for each blocking
 * thing, read the changes, ask for the silences and commit, and tell it what came of that.
 */
public final class Loop implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Loop.class.getName());
    private static final Duration CHANGE_WAIT = Duration.ofSeconds(1);
    private static final Duration SILENCE_POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int CHANGES_AT_ONCE = 500;

    /** What reaches the owner. */
    private sealed interface Mail {
        record Told(Optional<Leading> by, Event event) implements Mail {}

        record Start(Leading leading, Event.Led led) implements Mail {}

        record Stop(Term term) implements Mail {}
    }

    /** One time of leading; its threads end with it. Identity tells two apart. */
    private static final class Leading {
        private final Term term;
        private volatile boolean over;

        Leading(Term term) {
            this.term = term;
        }
    }

    private final Store store;
    private final Steady clock;
    private final Hooks hooks;
    private final Supplier<Optional<String>> trouble;
    private final Consumer<Failover> ended;
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
    private final LongAdder rowsRead = new LongAdder();

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
        this.trouble = trouble;
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
     */
    public static Loop start(
            Store store,
            InstantSource clock,
            Thresholds thresholds,
            Rebalancer rebalancer,
            Reconciler<Key.OfOperation> operations,
            Hooks hooks,
            Supplier<Optional<String>> trouble) {
        return start(store, clock, thresholds, rebalancer, operations, hooks, trouble, _ -> {});
    }

    /**
     * As the other.
     *
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
        leading.ifPresent(former -> former.over = true);
        Leading now = new Leading(term);
        leading = Optional.of(now);
        Thread.ofVirtual().name("changes").start(() -> read(now));
    }

    /** This node leads no more: what is under way is fenced by the store. Returns at once. */
    public synchronized void deposed(Term term) {
        leading.filter(l -> l.term.equals(term))
                .ifPresent(
                        l -> {
                            l.over = true;
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
        return rowsRead.sum();
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            leading.ifPresent(l -> l.over = true);
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
                LOG.log(Level.ERROR, "the reconcile loop goes on after a bug", e);
            }
        }
    }

    private void open(Mail letter) {
        switch (letter) {
            case Mail.Start(Leading by, Event.Led led) -> {
                if (!by.over) {
                    serving = Optional.of(by);
                    clock.begin();
                    step(led);
                }
            }
            case Mail.Stop(Term term) -> {
                if (serving.filter(l -> l.term.equals(term)).isPresent()) {
                    serving = Optional.empty();
                    timer = Optional.empty();
                    step(new Event.Deposed());
                }
            }
            case Mail.Told(var by, Event event) -> {
                if (serving.isPresent() && !serving.get().over && serving.equals(by)) {
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
            LOG.log(Level.ERROR, "a commit ended without an answer", e);
            result = new CommitResult.Unknown(String.valueOf(e.getMessage()));
        }
        switch (result) {
            case CommitResult.Committed _ -> {
                commits.increment();
                commit.writes().forEach(this::told);
            }
            case CommitResult.Conflict _ -> conflicts.increment();
            case CommitResult.Fenced(String why) -> LOG.log(level(by), "fenced: {0}", why);
            case CommitResult.Unknown(String why) ->
                    LOG.log(Level.WARNING, "a commit is in doubt: {0}", why);
            case CommitResult.Unavailable(String why) ->
                    LOG.log(Level.WARNING, "the store is not available: {0}", why);
            case CommitResult.Replayed _, CommitResult.KeyReused _, CommitResult.OutOfOrder _ -> {}
        }
        post(new Mail.Told(by, new Event.Committed(commit.id(), result)));
    }

    private void act(Optional<Leading> by, Effect.Act act) {
        HookAnswer answer;
        try {
            answer = hooks.call(act.call());
        } catch (RuntimeException e) {
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

    /** Reads the snapshot, then every change after it, for one time of leading. */
    private void read(Leading by) {
        long after = begin(by);
        Thread.ofVirtual().name("silences").start(() -> listen(by));
        while (!by.over) {
            try {
                store.awaitChange(after, CHANGE_WAIT);
                List<Change> changes = store.changes(after, CHANGES_AT_ONCE);
                if (!changes.isEmpty()) {
                    post(new Mail.Told(Optional.of(by), new Event.Changed(after, changes)));
                    after = changes.getLast().revision();
                }
            } catch (Store.CompactedException e) {
                LOG.log(Level.WARNING, "the change log ends before this image: reading anew", e);
                after = begin(by);
            } catch (RuntimeException e) {
                // Any: a leader that renews its lease and hears no news would be worse than none.
                complain(by, "cannot read changes", e);
                pause(by);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private long begin(Leading by) {
        while (!by.over) {
            try {
                Store.Snapshot snapshot = store.snapshot();
                rowsRead.add(snapshot.rows().size());
                post(new Mail.Start(by, new Event.Led(by.term, snapshot, store.silences())));
                return snapshot.revision();
            } catch (RuntimeException e) {
                complain(by, "cannot read the fleet", e);
                pause(by);
            }
        }
        return 0;
    }

    private void listen(Leading by) {
        while (!by.over) {
            pause(SILENCE_POLL);
            if (by.over) {
                return;
            }
            try {
                post(
                        new Mail.Told(
                                Optional.of(by), new Event.Heard(store.silences(), trouble.get())));
            } catch (RuntimeException e) {
                complain(by, "cannot ask for silences", e);
            }
        }
    }

    /** Who leads no more may ask a store that was closed already. */
    private static void complain(Leading by, String what, RuntimeException e) {
        LOG.log(level(Optional.of(by)), what, e);
    }

    private static Level level(Optional<Leading> by) {
        return by.filter(l -> !l.over).isPresent() ? Level.WARNING : Level.DEBUG;
    }

    private static void pause(Leading by) {
        if (!by.over) {
            pause(PAUSE);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
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
