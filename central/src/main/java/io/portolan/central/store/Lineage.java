package io.portolan.central.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database that a store was opened on, and the generation that it had then. Whoever finds
 * another one ends the store: nothing that was remembered of the former is true of it.
 */
final class Lineage implements Guard {
    private static final Logger LOG = LoggerFactory.getLogger(Lineage.class);

    /** This is not the database that the store was opened on. */
    static final class Refused extends SQLException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message, "08004");
        }
    }

    private final Origin origin;
    private final long generation;
    private final Optional<Store.Restored> restored;
    private final Runnable ended;
    private final AtomicBoolean over = new AtomicBoolean();

    /**
     * @param ended told once, on any thread, when the database turns out to be another
     */
    Lineage(Origin origin, long generation, Optional<Store.Restored> restored, Runnable ended) {
        this.origin = origin;
        this.generation = generation;
        this.restored = restored;
        this.ended = ended;
    }

    long generation() {
        return generation;
    }

    Optional<Store.Restored> restored() {
        return restored;
    }

    /** A session stays with the server that it was opened on, so once is enough. */
    @Override
    public void admit(Connection session) throws SQLException {
        Origin found = Origin.read(session);
        if (found.formerOf(origin)) {
            // Not followed back: what the newer one has told would be lost.
            throw new Refused(
                    "the database is a former primary on timeline %s, this node serves %s: keep the former one stopped"
                            .formatted(found.timeline(), origin.timeline()));
        }
        if (!found.equals(origin)) {
            end("the database is %s and was %s".formatted(found.text(), origin.text()));
            standing();
        }
    }

    @Override
    public void standing() throws SQLException {
        if (over.get()) {
            throw new Refused("the database was restored or promoted: this node begins anew");
        }
    }

    @Override
    public void found(long now, String timeline) throws SQLException {
        if (now != generation || !timeline.equals(origin.timeline())) {
            end(
                    "the database is of generation %d, timeline %s, and was of %d, %s"
                            .formatted(now, timeline, generation, origin.timeline()));
            standing();
        }
    }

    private void end(String why) {
        if (over.compareAndSet(false, true)) {
            LOG.warn("everything remembered is dropped: {}", why);
            ended.run();
        }
    }
}
