package io.portolan.central.store;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The newest transactions that this process committed or read, so that its watchers need not ask
 * the database for what it knows. As revisions have no gaps, what follows a revision without a gap
 * is all there is. Safe for use by many threads.
 */
final class RecentChanges {
    private static final int MOST_ROWS = 8_192;

    private final TreeMap<Long, Change> kept = new TreeMap<>();
    private int rows;

    synchronized void add(List<Change> changes) {
        for (Change change : changes) {
            if (kept.putIfAbsent(change.revision(), change) == null) {
                rows += change.entries().size();
            }
        }
        while (rows > MOST_ROWS) {
            forgetFirst();
        }
    }

    private void forgetFirst() {
        rows -= kept.pollFirstEntry().getValue().entries().size();
    }

    /** The transactions right after a revision; empty when the next one is not known here. */
    synchronized List<Change> after(long revision, int atMost) {
        List<Change> out = new ArrayList<>();
        long next = revision + 1;
        for (Change change : kept.tailMap(next).values()) {
            if (change.revision() != next || out.size() == atMost) {
                break;
            }
            out.add(change);
            next++;
        }
        return out;
    }

    /** History begins after this revision. */
    synchronized void begin(long horizon) {
        while (!kept.isEmpty() && kept.firstKey() <= horizon) {
            forgetFirst();
        }
    }
}
