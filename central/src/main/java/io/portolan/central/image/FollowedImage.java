package io.portolan.central.image;

import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import java.lang.ref.SoftReference;
import java.util.List;
import java.util.Optional;

/**
 * The fleet as it is when it is asked for, on any node. The first ask reads all of it; a later one
 * reads what changed since. Between two asks it is kept while there is memory to spare. Safe for
 * use by many threads, one at a time.
 */
public final class FollowedImage {
    private static final int CHANGES_AT_ONCE = 500;

    private final Store store;
    private SoftReference<FleetImage> last = new SoftReference<>(null);

    public FollowedImage(Store store) {
        this.store = store;
    }

    /**
     * @throws Store.StoreException when the store does not answer
     */
    public synchronized FleetImage now() {
        FleetImage image =
                Optional.ofNullable(last.get())
                        .flatMap(this::followed)
                        .orElseGet(() -> FleetImage.of(store.snapshot()));
        last = new SoftReference<>(image);
        return image;
    }

    /** Empty where the change log ends before it. */
    private Optional<FleetImage> followed(FleetImage image) {
        FleetImage next = image;
        try {
            List<Change> changes = store.changes(next.revision(), CHANGES_AT_ONCE);
            while (!changes.isEmpty()) {
                for (Change change : changes) {
                    next = next.replay(change);
                }
                changes = store.changes(next.revision(), CHANGES_AT_ONCE);
            }
            return Optional.of(next);
        } catch (Store.CompactedException _) {
            return Optional.empty();
        }
    }
}
