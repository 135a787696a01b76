package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Footprint;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.Heir;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell;
import io.portolan.placement.fleet.Use;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an application's status says of where it is placed. */
final class Placing {
    static final String PLACED = "Placed";
    static final String RELOCATION = "RelocationProposed";

    private Placing() {}

    static Condition missing(String reason, String what, Instant now) {
        return new Condition(
                PLACED,
                Truth.FALSE,
                reason,
                what + " does not exist: nothing is decided until it does",
                now);
    }

    static Condition unfenceable(String why, Instant now) {
        return new Condition(
                PLACED,
                Truth.FALSE,
                "Unfenceable",
                "its policy asks for a single writer: "
                        + why
                        + "; nothing is decided while that is so",
                now);
    }

    static List<Condition> conditions(
            FleetImage image,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            boolean singleWriter,
            Instant now) {
        List<Condition> out = new ArrayList<>();
        boolean nowhere = assignment.active().isEmpty();
        boolean operated = image.operationOn(application.uid()).isPresent();
        Rivals rivals = Rivals.of(image, application, assignment);
        if (application.spec().paused()) {
            out.add(new Condition("Paused", Truth.TRUE, "Asked", paused(application), now));
        }
        if (singleWriter && nowhere && assignment.epoch() > 0 && !operated) {
            out.add(new Condition(PLACED, Truth.FALSE, "NoActive", nobody(rivals), now));
        } else if (nowhere && !operated) {
            out.add(placed(Truth.FALSE, "NoClusterFits", assignment, now));
        } else if (!assignment.decision().satisfied()) {
            out.add(placed(Truth.FALSE, unsatisfied(assignment.decision()), assignment, now));
        } else {
            out.add(placed(Truth.TRUE, "Placed", assignment, now));
        }
        assignment.decision().fates().stream()
                .filter(f -> f.reason() == Reason.PREEMPTED)
                .findFirst()
                .map(
                        f ->
                                new Condition(
                                        "Preempted",
                                        Truth.TRUE,
                                        "GaveWay",
                                        f.name() + ": " + f.detail(),
                                        now))
                .ifPresent(out::add);
        reservation(image, application, now).ifPresent(out::add);
        Released.awaited(image, application, assignment, now).ifPresent(out::add);
        if (singleWriter && !operated) {
            rivals.fenced(now).ifPresent(out::add);
            relocation(image, application, assignment, now).ifPresent(out::add);
        }
        return out;
    }

    /** No number of it moves with the room, so that the status is not written for that. */
    private static Optional<Condition> reservation(
            FleetImage image, Resource<ApplicationSpec> application, Instant now) {
        return image.ledger()
                .footprint(application.uid())
                .flatMap(Footprint::reserved)
                .filter(r -> lacks(image.ledger().cell(r.cluster()), r.use()))
                .map(
                        r ->
                                new Condition(
                                        "ReservationLacking",
                                        Truth.TRUE,
                                        "NoRoom",
                                        image.clusterName(r.cluster())
                                                + " has not all the room that is reserved there"
                                                + " for failovers; this one needs "
                                                + r.use()
                                                        .on(
                                                                image.ledger()
                                                                        .cell(r.cluster())
                                                                        .nodes())
                                                + "; type: portolan why app "
                                                + application.metadata().name()
                                                + " --tenant "
                                                + application.metadata().tenant()
                                                + " --cluster "
                                                + image.clusterName(r.cluster()),
                                        now));
    }

    private static boolean lacks(Cell cell, Use use) {
        Amount needs = use.on(cell.nodes());
        return cell.free()
                .filter(
                        f ->
                                (needs.millis() > 0 && f.millis() < 0)
                                        || (needs.bytes() > 0 && f.bytes() < 0))
                .isPresent();
    }

    private static String unsatisfied(PlacementDecision decision) {
        return decision.fates().stream().anyMatch(f -> f.chosen() && f.reason() == Reason.STANDBY)
                ? "StandbysNotApart"
                : "TooFewClusters";
    }

    private static String paused(Resource<ApplicationSpec> application) {
        return "nothing of it is changed in any cluster until: portolan resume application "
                + application.metadata().tenant()
                + "/"
                + application.metadata().name();
    }

    private static String nobody(Rivals rivals) {
        return "no cluster has the active role, and none may get it without proof"
                + rivals.waitedFor().map("; waits for "::concat).orElse("");
    }

    private static Condition placed(
            Truth truth, String reason, Assignment assignment, Instant now) {
        return new Condition(PLACED, truth, reason, assignment.decision().summary(), now);
    }

    /**
     * What an operator types: a relocation, which never waits for somebody's word, where the
     * cluster that it leaves is heard, else a failover.
     */
    static String typed(FleetImage image, Resource<ApplicationSpec> application, Uid from, Uid to) {
        return (image.reach(from) == Reach.READY ? "portolan relocate " : "portolan failover ")
                + application.metadata().name()
                + " --tenant "
                + application.metadata().tenant()
                + " --to "
                + image.clusterName(to);
    }

    /** Nothing moves by itself: an operator types the command. */
    private static Optional<Condition> relocation(
            FleetImage image,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Instant now) {
        List<Uid> chosen = assignment.decision().chosen();
        return assignment.active().stream()
                .filter(active -> !chosen.contains(active))
                .findFirst()
                .map(
                        active -> {
                            String why =
                                    assignment.decision().fates().stream()
                                            .filter(f -> f.cluster().equals(active))
                                            .map(Fate::detail)
                                            .findFirst()
                                            .orElse("it does not fit any more");
                            String next =
                                    Heir.first(application.uid(), assignment.decision(), _ -> true)
                                            .map(
                                                    to ->
                                                            "type: "
                                                                    + typed(
                                                                            image,
                                                                            application,
                                                                            active,
                                                                            to))
                                            .orElse("no other cluster fits either");
                            return new Condition(
                                    RELOCATION,
                                    Truth.TRUE,
                                    "DoesNotFit",
                                    image.clusterName(active) + ": " + why + "; " + next,
                                    now);
                        });
    }
}
