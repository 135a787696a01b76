package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Since when this leader has known, of each cluster where an application fences itself, that it
 * does not have the active role. A grant that was given before is counted from before then, so the
 * wait for the last one begins here: anew under each leader, for nobody else's clock is to be
 * trusted. Immutable.
 */
record Revocations(PMap<Row.Key.OfWork, Known> known) {
    static final Revocations NONE = new Revocations(HashTreePMap.empty());

    /**
     * @param epoch of the work: with another one the role may have been given and taken in between
     * @param since on the leader's steady clock
     */
    record Known(long epoch, Instant since) {}

    /** What an image tells to who begins to lead. */
    static Revocations of(FleetImage image, Instant led) {
        Map<Row.Key.OfWork, Known> out = new HashMap<>();
        for (Uid application : image.applications()) {
            image.works(application)
                    .forEach(
                            (cluster, held) -> {
                                if (revoked(held.value())) {
                                    out.put(
                                            new Row.Key.OfWork(cluster, application),
                                            new Known(held.value().epoch(), led));
                                }
                            });
        }
        return new Revocations(HashTreePMap.from(out));
    }

    /** After a change that this image holds already. */
    Revocations after(Change change, FleetImage image, Instant now) {
        PMap<Row.Key.OfWork, Known> next = known;
        for (Change.Entry entry : change.entries()) {
            if (entry.key() instanceof Row.Key.OfWork key) {
                Optional<Work> work =
                        Optional.ofNullable(image.works(key.application()).get(key.cluster()))
                                .map(Held::value)
                                .filter(Revocations::revoked);
                Known former = known.get(key);
                if (work.isEmpty()) {
                    next = next.minus(key);
                } else if (former == null || former.epoch() != work.get().epoch()) {
                    next = next.plus(key, new Known(work.get().epoch(), now));
                }
            }
        }
        return next == known ? this : new Revocations(next);
    }

    private static boolean revoked(Work work) {
        return work.selfFence().isPresent() && work.grant().isEmpty();
    }

    Optional<Instant> since(Uid application, Uid cluster) {
        return Optional.ofNullable(known.get(new Row.Key.OfWork(cluster, application)))
                .map(Known::since);
    }
}
