package io.portolan.central.leader;

import io.portolan.central.store.Bid;
import io.portolan.central.store.Election;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process' wish to lead, without threads or sleep. {@link #campaign} talks to the store and may
 * be slow; {@link #watch} never does, so that a silent store cannot hide that the lease has ended.
 *
 * <p>The lease is counted from before the request was sent, and a tenth is given away for clocks
 * that run at different speeds: so it ends here before the store lets another lead. A process that
 * was frozen learns too late; then the term in its commits is what protects.
 *
 * <p>Nobody takes the lead from a process that prolongs its lease, whatever the members say: their
 * choice may follow at once when the lease is over or its holder was killed, all others a little
 * later. So two that hear each other in one direction only do not take turns.
 */
public final class Candidacy {
    private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);

    /** How long the lease must be over before one leads who was not chosen. */
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CHOSEN_LOOK = Duration.ofMillis(200);
    private static final Duration SOONEST = Duration.ofMillis(20);

    private final Store store;
    private final Membership members;
    private final String holder;
    private final Supplier<String> termIds;
    private final LongSupplier nanos;
    private final Duration lease;
    private final Listener listener;

    /**
     * Guards what follows and is held while the listener is told, which keeps its calls in order.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private Optional<Term> term = Optional.empty();
    private long deadline;
    private boolean resigned;

    /** Learns of terms. Must return soon: nothing is renewed or ended meanwhile. */
    public interface Listener {
        void led(Term term);

        /** Told exactly once for each term that it led. */
        void deposed(Term term);
    }

    /**
     * @param holder names this process; another life of it must have another name
     * @param termIds never the same twice
     * @param nanos a clock that only goes forward, as {@link System#nanoTime}
     */
    public Candidacy(
            Store store,
            Membership members,
            String holder,
            Supplier<String> termIds,
            LongSupplier nanos,
            Duration lease,
            Listener listener) {
        this.store = store;
        this.members = members;
        this.holder = holder;
        this.termIds = termIds;
        this.nanos = nanos;
        this.lease = lease;
        this.listener = listener;
    }

    /** The present term, if this process leads. */
    public Optional<Term> term() {
        lock.lock();
        try {
            return term;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Tries to lead, or prolongs the lease.
     *
     * @return when to come again
     */
    public Duration campaign() {
        Optional<Term> present = term();
        long sent = nanos.getAsLong();
        Duration next = LOOK;
        try {
            if (present.isPresent()) {
                renewed(present.get(), sent, store.renew(present.get(), lease));
            } else if (!resigned()) {
                next = bid(sent);
            }
            members.able(true);
        } catch (Store.StoreException e) {
            LOG.warn("cannot {}: {}", present.isPresent() ? "stay leader" : "lead", e.getMessage());
            members.able(false);
        }
        watch();
        if (term().isEmpty()) {
            return next;
        }
        return stillFresh() ? lease.dividedBy(3) : lease.dividedBy(10);
    }

    /**
     * @return when to bid again
     */
    private Duration bid(long sent) {
        boolean chosen = members.chosen();
        Bid bid = new Bid(chosen ? Duration.ZERO : PATIENCE, true);
        return switch (store.lead(holder, termIds.get(), lease, bid)) {
            case Election.Won(Term won) -> {
                led(won, sent);
                yield LOOK;
            }
            case Election.Lost(Duration left) -> {
                Duration look = chosen ? CHOSEN_LOOK : LOOK;
                Duration soon = left.compareTo(SOONEST) > 0 ? left : SOONEST;
                yield soon.compareTo(look) < 0 ? soon : look;
            }
        };
    }

    private boolean resigned() {
        lock.lock();
        try {
            return resigned;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the last renewal went well; after one that did not, it is tried again sooner. */
    private boolean stillFresh() {
        lock.lock();
        try {
            return deadline - nanos.getAsLong() > lease.toNanos() / 2;
        } finally {
            lock.unlock();
        }
    }

    private void led(Term led, long sent) {
        lock.lock();
        try {
            long until = until(sent);
            if (!resigned && until - nanos.getAsLong() > 0) {
                term = Optional.of(led);
                deadline = until;
                LOG.info("leads in {}", led);
                listener.led(led);
                return;
            }
        } finally {
            lock.unlock();
        }
        store.release(led);
    }

    private void renewed(Term renewed, long sent, boolean granted) {
        lock.lock();
        try {
            if (!term.equals(Optional.of(renewed))) {
                return;
            }
            if (granted) {
                deadline = until(sent);
            } else {
                depose(renewed, "another term has begun");
            }
        } finally {
            lock.unlock();
        }
    }

    private long until(long sent) {
        return sent + lease.toNanos() / 10 * 9;
    }

    /**
     * Ends the term when its lease is over. Never waits for the store.
     *
     * @return when to look again
     */
    public Duration watch() {
        lock.lock();
        try {
            if (term.isEmpty()) {
                return LOOK;
            }
            long left = deadline - nanos.getAsLong();
            if (left > 0) {
                return Duration.ofNanos(left);
            }
            depose(term.get(), "the store did not prolong the lease in time");
            return LOOK;
        } finally {
            lock.unlock();
        }
    }

    private void depose(Term ended, String why) {
        LOG.warn("leads no more in {}: {}", ended, why);
        end(ended);
    }

    private void end(Term ended) {
        term = Optional.empty();
        listener.deposed(ended);
    }

    /** Leads no more, for good, and lets another lead at once. */
    public void resign() {
        Optional<Term> ended;
        lock.lock();
        try {
            resigned = true;
            ended = term;
            ended.ifPresent(
                    t -> {
                        LOG.info("resigned in {}", t);
                        end(t);
                    });
        } finally {
            lock.unlock();
        }
        try {
            ended.ifPresent(store::release);
        } catch (Store.StoreException e) {
            LOG.warn("others must wait for the end of the lease: {}", e.getMessage());
        }
    }
}
