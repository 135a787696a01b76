package io.portolan.central.feed;

import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * Names of clusters by uid, as this node last learned them. May be behind; a miss asks the store
 * once. Safe for use by many threads.
 */
public final class ClusterDirectory implements ChangeFollower.Listener {
    private static final int PAGE = 1_000;
    private static final int GRAVES = 10_000;

    /**
     * What is asked of a cluster here.
     *
     * @param deleting its resource is being deleted, its agent still has to clean up
     */
    public record Entry(Uid uid, String name, String region, boolean deleting) {}

    private record Known(Entry entry, long revision) {}

    private final Store store;
    private final LongAdder rowsRead = new LongAdder();

    /** All guarded by this. */
    private final Map<Uid, Known> byUid = new HashMap<>();

    private final Map<String, Uid> byName = new HashMap<>();

    /**
     * Names of the clusters whose end was heard of last, and when it was: who read them before that
     * may bring them only now.
     */
    private final Map<String, Long> ends =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                    return size() > GRAVES;
                }
            };

    /** A uid that was gone once never comes back. */
    private final Set<Uid> gone = new HashSet<>();

    public ClusterDirectory(Store store) {
        this.store = store;
    }

    public Optional<Entry> find(Uid uid) {
        Optional<Entry> known = known(uid);
        if (known.isPresent() || isGone(uid)) {
            return known;
        }
        load();
        known = known(uid);
        if (known.isEmpty()) {
            bury(uid);
        }
        return known;
    }

    private synchronized boolean isGone(Uid uid) {
        return gone.contains(uid);
    }

    private synchronized void bury(Uid uid) {
        if (gone.size() >= GRAVES) {
            gone.clear();
        }
        gone.add(uid);
    }

    /** The name, or the uid where the cluster is gone. */
    public String name(Uid uid) {
        return known(uid).map(Entry::name).orElse(uid.value());
    }

    private synchronized Optional<Entry> known(Uid uid) {
        return Optional.ofNullable(byUid.get(uid)).map(Known::entry);
    }

    /** Reads all clusters. */
    public void load() {
        Optional<ResourceKey> after = Optional.empty();
        do {
            Store.Page page = store.list(Kind.CLUSTER, "", Selector.EVERYTHING, after, PAGE);
            rowsRead.add(page.items().size());
            page.items().forEach(i -> put(i.resource().row().resource(), i.resource().revision()));
            after = page.next();
        } while (after.isPresent());
    }

    /** Clusters that were read from the store. */
    public long rowsRead() {
        return rowsRead.sum();
    }

    private synchronized void put(Resource<?> resource, long revision) {
        if (!(resource.spec() instanceof ClusterSpec spec)) {
            return;
        }
        Uid uid = resource.uid();
        Known known = byUid.get(uid);
        String name = resource.metadata().name();
        if ((known != null && known.revision >= revision)
                || ends.getOrDefault(name, 0L) > revision) {
            return;
        }
        Entry entry =
                new Entry(uid, name, spec.location().region(), resource.metadata().deleting());
        byUid.put(uid, new Known(entry, revision));
        byName.put(name, uid);
    }

    private synchronized void remove(String name, long revision) {
        ends.merge(name, revision, Math::max);
        Uid uid = byName.get(name);
        Known known = uid == null ? null : byUid.get(uid);
        if (uid != null && known != null && known.revision < revision) {
            byUid.remove(uid);
            byName.remove(name);
        }
    }

    @Override
    public void changed(Change change) {
        for (Change.Entry entry : change.entries()) {
            if (entry.key() instanceof Row.Key.OfResource key
                    && key.resource().kind() == Kind.CLUSTER) {
                if (entry.row().isEmpty()) {
                    remove(key.resource().name(), change.revision());
                } else if (entry.row().get() instanceof Row.ResourceRow row) {
                    put(row.resource(), change.revision());
                }
            }
        }
    }

    @Override
    public void missed() {
        synchronized (this) {
            byUid.clear();
            byName.clear();
        }
        load();
    }
}
