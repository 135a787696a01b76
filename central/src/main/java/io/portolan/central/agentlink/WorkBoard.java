package io.portolan.central.agentlink;

import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The works of the clusters whose agents speak with this node. A parked poll costs no query: the
 * one follower of the change log wakes it.
 */
public final class WorkBoard implements ChangeFollower.Listener {
    private static final Duration FORGOTTEN = Duration.ofMinutes(5);

    private final Store store;
    private final Map<Uid, WorkFeed> feeds = new ConcurrentHashMap<>();

    private final LongAdder rowsRead = new LongAdder();
    private volatile boolean ended;

    public WorkBoard(Store store) {
        this.store = store;
    }

    /** The feed of a cluster, read from the store when this node has none. */
    WorkFeed feed(Uid cluster) {
        WorkFeed feed = feeds.computeIfAbsent(cluster, _ -> new WorkFeed());
        if (!feed.loaded()) {
            // In the map before it is read: no change falls between the reading and the following.
            feed.load(read(cluster));
        }
        return feed;
    }

    /** What the store says at this moment, past anything that this node has yet to hear. */
    WorkFeed.View fresh(Uid cluster) {
        return WorkFeed.View.of(read(cluster));
    }

    private Store.WorkSnapshot read(Uid cluster) {
        Store.WorkSnapshot snapshot = store.works(cluster);
        rowsRead.add(snapshot.works().size());
        return snapshot;
    }

    /** Works that were read from the store. */
    public long rowsRead() {
        return rowsRead.sum();
    }

    @Override
    public void changed(Change change) {
        Map<Uid, List<Change.Entry>> touched = new HashMap<>();
        for (Change.Entry entry : change.entries()) {
            if (entry.key() instanceof Row.Key.OfWork key) {
                touched.computeIfAbsent(key.cluster(), _ -> new ArrayList<>()).add(entry);
            }
        }
        touched.forEach(
                (cluster, entries) -> {
                    WorkFeed feed = feeds.get(cluster);
                    if (feed != null) {
                        // All of a transaction at once: a cursor in its middle would lose the rest.
                        feed.changed(change.revision(), entries);
                    }
                });
    }

    @Override
    public void missed() {
        List<WorkFeed> stale = List.copyOf(feeds.values());
        feeds.clear();
        stale.forEach(WorkFeed::end);
    }

    /** Reads a feed anew, for an agent that may know more than this node. */
    WorkFeed reload(Uid cluster) {
        WorkFeed feed = feeds.computeIfAbsent(cluster, _ -> new WorkFeed());
        feed.load(read(cluster));
        return feed;
    }

    /** Forgets clusters whose agents ask elsewhere by now. */
    public void forget() {
        long now = System.nanoTime();
        feeds.values().removeIf(feed -> feed.unaskedFor(FORGOTTEN, now));
    }

    /** Wakes every parked poll, and parks none any more: the node shuts down. */
    public void end() {
        ended = true;
        feeds.values().forEach(WorkFeed::end);
    }

    boolean ended() {
        return ended;
    }

    int clusters() {
        return feeds.size();
    }
}
