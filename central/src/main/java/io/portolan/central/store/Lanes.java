package io.portolan.central.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The pools of one store. Heartbeats, tokens and leadership have sessions of their own, so that
 * bulk work cannot make a leader lose its lease or a cluster look silent.
 *
 * @param bulk few at once, and rarely any
 * @param commits one for each lane of commits, and one to move the horizon: no reader keeps them
 *     waiting
 */
record Lanes(Lane reads, Lane bulk, Lane quick, Lane leading, Lane commits)
        implements AutoCloseable {
    private static final int BULK = 2;
    private static final int QUICK = 2;
    private static final int LEADING = 1;
    private static final int COMMITS = 3;

    /**
     * @throws RuntimeException when the database does not answer; nothing stays open then
     */
    static Lanes open(DatabaseSettings settings, Guard guard) {
        List<Lane> made = new ArrayList<>();
        try {
            made.add(Lane.open(settings, SessionSort.READ, settings.readConnections(), guard));
            made.add(Lane.open(settings, SessionSort.BULK, BULK, guard));
            made.add(Lane.open(settings, SessionSort.QUICK, QUICK, guard));
            made.add(Lane.open(settings, SessionSort.LEADER, LEADING, guard));
            made.add(Lane.open(settings, SessionSort.COMMIT, COMMITS, guard));
            return new Lanes(made.get(0), made.get(1), made.get(2), made.get(3), made.get(4));
        } catch (RuntimeException e) {
            made.forEach(Lane::close);
            throw e;
        }
    }

    @Override
    public void close() {
        List.of(commits, leading, quick, bulk, reads).forEach(Lane::close);
    }
}
