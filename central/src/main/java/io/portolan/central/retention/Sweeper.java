package io.portolan.central.retention;

import io.portolan.central.store.Old;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets while this node leads: history each minute, the rest each hour. */
public final class Sweeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int BATCH = 1_000;
    private static final int OFTEN_IN_SELDOM = 60;
    private static final Duration PAUSE = Duration.ofMinutes(1);

    /** Longer than a pause and an hour's work, so that no object that has grown is overlooked. */
    private static final Duration LOOKBACK = Duration.ofHours(3);

    /** A new leader does not know what its predecessor left. */
    private static final Duration EVERYTHING = Duration.ofDays(3_650);

    /** Who counts what went. */
    public interface Tally {
        void forgotten(String what, int rows);
    }

    private final Store store;
    private final Retention retention;
    private final Tally tally;
    private final AtomicReference<Optional<Term>> leading = new AtomicReference<>(Optional.empty());
    private final CountDownLatch closing = new CountDownLatch(1);

    public Sweeper(Store store, Retention retention, Tally tally) {
        this.store = store;
        this.retention = retention;
        this.tally = tally;
    }

    /** Begins to forget whenever it leads. */
    public static Sweeper start(Store store, Retention retention, Tally tally) {
        Sweeper sweeper = new Sweeper(store, retention, tally);
        Thread.ofVirtual().name("portolan-sweeper").start(sweeper::run);
        return sweeper;
    }

    public void led(Term term) {
        leading.set(Optional.of(term));
    }

    public void deposed(Term term) {
        leading.updateAndGet(held -> held.filter(t -> !t.equals(term)));
    }

    private void run() {
        Optional<Term> term = Optional.empty();
        Duration since = EVERYTHING;
        int turn = 0;
        try {
            while (!closing.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
                Optional<Term> now = leading.get();
                if (!now.equals(term)) {
                    term = now;
                    since = EVERYTHING;
                    turn = 0;
                }
                if (term.isEmpty()) {
                    continue;
                }
                try {
                    boolean whole = turn++ % OFTEN_IN_SELDOM == 0;
                    if (often(term.get()) && whole) {
                        since = seldom(term.get(), since) ? LOOKBACK : EVERYTHING;
                    }
                } catch (Store.StoreException e) {
                    since = EVERYTHING;
                    LOG.warn("what is old stays for now: {}", e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("nothing is tidied up any more", e);
        }
    }

    /** Forgets the older changes. False when the term is over. */
    public boolean often(Term term) {
        return forget(term, retention.often());
    }

    /** Forgets all else that is too old. False when the term is over. */
    public boolean seldom(Term term, Duration since) {
        return forget(term, retention.seldom(since));
    }

    private boolean forget(Term term, List<Old> all) {
        for (Old old : all) {
            OptionalInt gone;
            do {
                gone = store.forget(term, old, BATCH);
                if (gone.isEmpty()) {
                    return false;
                }
                tally.forgotten(old.what(), gone.getAsInt());
            } while (gone.getAsInt() >= BATCH && closing.getCount() > 0);
        }
        return true;
    }

    @Override
    public void close() {
        closing.countDown();
    }
}
