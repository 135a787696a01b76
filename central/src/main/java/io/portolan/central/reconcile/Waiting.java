package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.render.Requested;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.CapacityRule;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.filter.Kin;
import io.portolan.placement.filter.RoomRule;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Room;
import io.portolan.placement.fleet.Use;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/** Who waits for room, and in which order they are looked at. */
final class Waiting {
    private Waiting() {}

    /**
     * The applications that found too little and that something fits of into a cluster now that did
     * not fit before, of the highest priority first. One whose room has only shrunk wakes nobody,
     * nor does room that is too small for all of them.
     */
    static List<Uid> forRoom(FleetImage image, Cell before, Cell after) {
        if (!grew(before, after)) {
            return List.of();
        }
        List<Uid> out = new ArrayList<>();
        for (Uid application : image.unsatisfied()) {
            if (lacksRoom(image, application)
                    && image.application(application)
                            .filter(a -> helps(image, a, before, after))
                            .isPresent()) {
                out.add(application);
            }
        }
        out.sort(Comparator.comparingInt(a -> -image.ledger().priority(a)));
        return out;
    }

    /**
     * By its own decision: no cluster had room, or a part found none, or a better group is full.
     */
    private static boolean lacksRoom(FleetImage image, Uid application) {
        return image.assignment(application)
                .map(a -> a.value().decision())
                .filter(
                        d ->
                                d.mayReturn()
                                        || d.counts().containsKey(Reason.CAPACITY)
                                        || d.fates().stream()
                                                .anyMatch(f -> !f.replicas().isEmpty()))
                .isPresent();
    }

    private static boolean grew(Cell before, Cell after) {
        if (before.allocatable().isEmpty() || after.allocatable().isEmpty()) {
            return !before.allocatable().equals(after.allocatable());
        }
        Amount was = before.free().orElse(Amount.NONE);
        Amount is = after.free().orElse(Amount.NONE);
        return is.millis() > was.millis() || is.bytes() > was.bytes();
    }

    private static boolean helps(
            FleetImage image,
            Held<Resource<ApplicationSpec>> application,
            Cell before,
            Cell after) {
        return switch (Policies.of(image, application.value())) {
            case Policies.Found found -> {
                CapacityRule rule = found.placement().capacity().orElse(CapacityRule.USUAL);
                yield pieces(found, Requested.of(application.value().spec())).stream()
                        .anyMatch(
                                piece -> !takes(piece, rule, before) && takes(piece, rule, after));
            }
            case Policies.Missing _, Policies.Unfenceable _ -> false;
        };
    }

    /** What one more of would help: what a newcomer needs, or a replica of what is divided. */
    private static List<Use> pieces(Policies.Found policies, Requests requests) {
        boolean divides = !policies.disasterRecovery().standsBy();
        List<Use> out = new ArrayList<>();
        out.add(RoomRule.least(policies.placement(), requests, divides));
        if (divides && policies.placement().dividing().isPresent()) {
            requests.workloads().values().forEach(w -> out.add(new Use(w.each(), Amount.NONE)));
        }
        return out;
    }

    private static boolean takes(Use piece, CapacityRule rule, Cell cell) {
        return new RoomRule(
                        Room.of(new Cell[] {cell}), piece, rule, OptionalInt.empty(), Kin.NOBODY)
                .takes(0);
    }

    /** Operations and clusters as they stand, then applications of the highest priority first. */
    static List<Key> inTurn(FleetImage image, List<Key> ready) {
        if (!image.ledger().ranked()) {
            return ready;
        }
        List<Key> out = new ArrayList<>(ready);
        out.sort(
                Comparator.comparingInt(
                        key ->
                                key instanceof Key.OfApplication(Uid application)
                                        ? -image.ledger().priority(application)
                                        : Integer.MIN_VALUE));
        return out;
    }
}
