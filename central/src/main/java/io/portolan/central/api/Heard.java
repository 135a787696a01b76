package io.portolan.central.api;

import io.portolan.central.store.Store;
import io.portolan.central.store.Store.Silence;
import io.portolan.model.Resource;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.cluster.ClusterStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * When clusters were last heard, as of now. A cluster's status is written when its reach changes
 * only, because a write for each heartbeat would wake every watcher; so its time is read beside it.
 */
public final class Heard {
    /** How old an answer may be. Many readers ask the store once. */
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final Store store;

    /** Both guarded by this. */
    private Map<Uid, Silence> silences = Map.of();

    private long readAt = System.nanoTime() - FRESH.toNanos();

    public Heard(Store store) {
        this.store = store;
    }

    /** The status as it is shown: a cluster's with the newest time, others as they are. */
    Optional<Status> on(Resource<?> resource, Optional<Status> status) {
        if (status.isPresent() && status.get() instanceof ClusterStatus cluster) {
            Silence silence = silences().get(resource.uid());
            if (silence != null) {
                return Optional.of(
                        new ClusterStatus(
                                cluster.reach(),
                                Optional.of(silence.lastHeard()),
                                cluster.observation(),
                                cluster.conditions(),
                                cluster.tainted()));
            }
        }
        return status;
    }

    private synchronized Map<Uid, Silence> silences() {
        long now = System.nanoTime();
        if (now - readAt >= FRESH.toNanos()) {
            silences = store.silences();
            readAt = now;
        }
        return silences;
    }
}
