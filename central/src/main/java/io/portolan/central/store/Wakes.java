package io.portolan.central.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells waiters that the head moved: at once for this process' commits, by a notification for those
 * of other nodes, by a look at the counter each second when a notification was lost. One notifier
 * sends for all commits, because a notification inside each would make commits wait for each other.
 */
final class Wakes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wakes.class);
    private static final int POLL_MILLIS = 1_000;

    /** An operator may raise the generation of a database that was set back unseen. */
    private static final String LOOK =
            "select c.revision, i.generation, "
                    + Origin.TIMELINE
                    + " from counter c, store_identity i";

    private final DatabaseSettings settings;
    private final Lane lane;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private final Condition unsent = lock.newCondition();
    private final Thread listener;
    private final Thread notifier;
    // Guarded by the lock.
    private long head;
    private long committed;
    private long sent;
    private volatile boolean closed;

    /**
     * @param head as far as is known
     */
    Wakes(DatabaseSettings settings, Lane lane, long head) {
        this.settings = settings;
        this.lane = lane;
        this.head = head;
        this.committed = head;
        this.sent = head;
        this.listener = Thread.ofVirtual().name("portolan-listener").start(this::listen);
        this.notifier = Thread.ofVirtual().name("portolan-notifier").start(this::notifyOthers);
    }

    /** This process has committed. */
    void committed(long revision) {
        lock.lock();
        try {
            if (revision > committed) {
                committed = revision;
                unsent.signalAll();
            }
        } finally {
            lock.unlock();
        }
        seen(revision);
    }

    /** Somebody has committed. */
    void seen(long revision) {
        lock.lock();
        try {
            if (revision > head) {
                head = revision;
                moved.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    void await(long after, Duration atMost) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.NANOSECONDS.convert(atMost);
            while (head <= after && left > 0 && !closed) {
                left = moved.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void notifyOthers() {
        while (!closed) {
            try {
                long revision = nextUnsent();
                if (closed) {
                    return;
                }
                lane.run(
                        connection ->
                                Rows.query(
                                        connection,
                                        "select pg_notify('portolan_change', ?)",
                                        rs -> rs.getObject(1),
                                        Long.toString(revision)));
            } catch (InterruptedException e) {
                return;
            } catch (Store.StoreException e) {
                LOG.debug("a notification was lost; the others find the change by looking", e);
            }
        }
    }

    private long nextUnsent() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (committed <= sent && !closed) {
                unsent.await();
            }
            sent = committed;
            return sent;
        } finally {
            lock.unlock();
        }
    }

    private void listen() {
        while (!closed) {
            try (Connection connection =
                    SessionSort.LISTENER.source(settings, lane.guard()).getConnection()) {
                Rows.execute(connection, "listen portolan_change");
                listen(connection);
            } catch (SQLException | RuntimeException e) {
                // Anybody may send a notification that says nothing.
                if (!closed) {
                    LOG.warn("no notifications from the database: {}", e.getMessage());
                    pause();
                }
            }
        }
    }

    private void listen(Connection connection) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        try (PreparedStatement poll = connection.prepareStatement(LOOK)) {
            while (!closed) {
                PGNotification[] heard = postgres.getNotifications(POLL_MILLIS);
                if (heard == null || heard.length == 0) {
                    try (var rs = poll.executeQuery()) {
                        if (rs.next()) {
                            lane.guard().found(rs.getLong(2), rs.getString(3));
                            seen(rs.getLong(1));
                        }
                    }
                } else {
                    for (PGNotification notification : heard) {
                        seen(Long.parseLong(notification.getParameter()));
                    }
                }
            }
        }
    }

    private void pause() {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
            while (left > 0 && !closed) {
                left = unsent.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Lets all waiters go. The lane may be closed afterwards. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            moved.signalAll();
            unsent.signalAll();
        } finally {
            lock.unlock();
        }
        // The listener's session is its own and may break; the notifier's belongs to the lane.
        listener.interrupt();
        try {
            notifier.join(Duration.ofSeconds(2));
            listener.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
