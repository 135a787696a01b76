package io.portolan.central.reconcile;

import io.portolan.central.image.Commitment;
import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.image.Ledger;
import io.portolan.central.store.Store.Silence;
import io.portolan.dr.HookAnswer;
import io.portolan.model.Uid;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;

/**
 * All that a reconciler may know.
 *
 * @param silences how long each cluster that ever spoke has been silent, on PostgreSQL's clock;
 *     heartbeats enter no change log, so this is beside the image
 * @param heard when the silences were told
 * @param led since when this node leads
 * @param expected what was decided since and the image does not hold yet, by application: of this
 *     batch, of a commit under way, or of one that is not replayed yet
 * @param ledger the fleet's room with that
 * @param answers of hooks, that are not stored yet
 * @param revocations what this leader knows of roles that were taken
 * @param trouble what tells that the network of this node itself is ill
 * @param cause what happened that it looks, for people; nothing is decided by it
 */
public record View(
        FleetImage image,
        Map<Uid, Silence> silences,
        Instant heard,
        Instant led,
        Instant now,
        TreePMap<Uid, Commitment> expected,
        Ledger ledger,
        List<HookAnswer> answers,
        Revocations revocations,
        Optional<String> trouble,
        Optional<String> cause) {
    /** Of a moment, for who only asks and does nothing by itself. */
    public View(FleetImage image, Map<Uid, Silence> silences, Instant now) {
        this(
                image,
                silences,
                now,
                now,
                now,
                TreePMap.empty(),
                image.ledger(),
                List.of(),
                Revocations.NONE,
                Optional.empty(),
                Optional.empty());
    }

    View because(Optional<String> known) {
        return new View(
                image,
                silences,
                heard,
                led,
                now,
                expected,
                ledger,
                answers,
                revocations,
                trouble,
                known);
    }

    /**
     * Since when it is known that a cluster where an application fences itself does not have the
     * active role; on the clock of {@link #now}.
     */
    public Optional<Instant> revoked(Uid application, Uid cluster) {
        return revocations.since(application, cluster);
    }

    /** Where an application is, or will be. */
    public Optional<Assignment> assignment(Uid application) {
        return Optional.ofNullable(expected.get(application))
                .map(Commitment::assignment)
                .or(() -> image.assignment(application).map(Held::value));
    }
}
