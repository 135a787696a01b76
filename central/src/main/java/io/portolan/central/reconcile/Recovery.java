package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.dr.FailoverView;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.placement.fleet.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;

/**
 * The role of a single writer when the database was restored: it may have been given to another in
 * a decision that was lost, and only agents know of that.
 *
 * <p>Unsettled is whatever still has an epoch of before the restore. What runs goes on, and central
 * decides nothing anew. Who says that it is active in a later epoch than central knows of, and in
 * the latest that anybody tells, has the role: that was decided, and is only taken down again. When
 * every cluster has been heard and nobody knows better than central, the assignment gets an epoch
 * that is greater than all that were lost, and is settled. Where agents know of a later epoch and
 * none says that it is active in it, the role is parked: everybody has to show that nothing runs
 * there, and only a failover gives it to somebody.
 */
public final class Recovery {
    static final String CONDITION = "RoleKnown";

    /** Between two looks at who has been heard meanwhile. */
    static final Duration AGAIN = Duration.ofSeconds(2);

    private static final String PARKED = "Parked";

    private static final String NOBODY =
            "central's database was restored, and no cluster says that it has the active role by the"
                    + " latest decision that any of them knows: nobody has it until a failover gives"
                    + " it to one";

    private Recovery() {}

    /** For the planner, whose failover need not wait for clusters that never come back. */
    public static FailoverView.Restored restored(View view) {
        return new FailoverView.Restored(view.image().firstEpoch(), untold(view));
    }

    static boolean unsettled(FleetImage image, Assignment assignment) {
        return assignment.isBefore(image.firstEpoch());
    }

    /**
     * Whether its first decision may be among those that were lost: it was there before the
     * restore, and is assigned nothing.
     */
    private static boolean unplaced(FleetImage image, Assignment was) {
        Optional<Instant> made =
                image.application(was.application()).flatMap(a -> a.value().metadata().createdAt());
        return was.epoch() == 0
                && image.restored()
                        .filter(r -> made.filter(m -> !m.isAfter(r.at())).isPresent())
                        .isPresent();
    }

    /** Whether nothing is decided of it until every cluster has been heard. */
    static boolean awaitsAll(View view, Assignment was) {
        return unplaced(view.image(), was) && !untold(view).isEmpty();
    }

    /**
     * Nobody has the role since a restore, and nobody gets it but by a failover. It begins under
     * the last epoch that counts as one of before; from then on the condition is what tells it.
     */
    static boolean parked(FleetImage image, Assignment assignment) {
        return assignment.active().isEmpty()
                && assignment.epoch() > 0
                && (assignment.epoch() == image.firstEpoch() - 1
                        || image.applicationStatus(assignment.application())
                                .flatMap(s -> Condition.find(s.value().conditions(), CONDITION))
                                .filter(c -> c.reason().equals(PARKED))
                                .isPresent());
    }

    /** Clusters that have joined and have not been heard since the restore. */
    private static List<Uid> untold(View view) {
        return view.image()
                .restored()
                .map(Store.Restored::at)
                .map(
                        at ->
                                view.image().candidates().stream()
                                        .map(Candidate::uid)
                                        .filter(c -> !told(view, c, at))
                                        .toList())
                .orElse(List.of());
    }

    private static boolean told(View view, Uid cluster, Instant restored) {
        Store.Silence silence = view.silences().get(cluster);
        return silence == null || silence.lastHeard().isAfter(restored);
    }

    /** What is assigned to a single writer by all that is known. */
    static Assignment of(View view, Assignment was, long generation) {
        FleetImage image = view.image();
        boolean unplaced = unplaced(image, was);
        if (!(unsettled(image, was) || unplaced) || parked(image, was)) {
            return was;
        }
        Map<Uid, WorkStatus> ahead = told(image, was, epoch -> epoch > was.epoch());
        long newest = ahead.values().stream().mapToLong(WorkStatus::epoch).max().orElse(0);
        List<Uid> active =
                ahead.values().stream()
                        .filter(s -> s.epoch() == newest && s.role() == Role.ACTIVE)
                        .map(WorkStatus::cluster)
                        .toList();
        TreeMap<Uid, Member> members = new TreeMap<>();
        was.members().forEach(m -> members.put(m.cluster(), m));
        // More than one had it as one of many writers.
        if (active.size() == 1) {
            members.replaceAll((_, m) -> m.role() == Role.ACTIVE ? m.with(Role.QUARANTINED) : m);
            give(members, active.getFirst(), Role.ACTIVE, generation);
            return with(was, newest, members);
        }
        boolean operated = image.operationOn(was.application()).isPresent();
        if (!untold(view).isEmpty() || (operated && was.active().isEmpty())) {
            return was;
        }
        if (unplaced && ahead.isEmpty()) {
            return was;
        }
        // Also who runs it by an order of the same epoch, as one of many writers.
        told(image, was, epoch -> epoch >= was.epoch()).values().stream()
                .filter(s -> s.role() == Role.ACTIVE || s.epoch() > was.epoch())
                .map(WorkStatus::cluster)
                .filter(c -> !was.active().contains(c))
                .forEach(c -> give(members, c, Role.QUARANTINED, generation));
        if (!ahead.isEmpty() || was.active().isEmpty()) {
            members.replaceAll((_, m) -> m.with(Role.QUARANTINED));
            return with(was, image.firstEpoch() - 1, members);
        }
        return with(was, image.firstEpoch(), members);
    }

    /** Of many writers no role can be lost; one that is to get a single one gets it from there. */
    static Assignment ofMany(FleetImage image, Assignment was) {
        return new Assignment(was.application(), image.firstEpoch(), was.members(), was.decision());
    }

    private static Map<Uid, WorkStatus> told(
            FleetImage image, Assignment was, LongPredicate epochs) {
        Map<Uid, WorkStatus> out = new TreeMap<>();
        image.reports(was.application())
                .forEach(
                        (cluster, report) -> {
                            if (image.cluster(cluster).isPresent()
                                    && epochs.test(report.value().epoch())) {
                                out.put(cluster, report.value());
                            }
                        });
        return out;
    }

    private static void give(
            TreeMap<Uid, Member> members, Uid cluster, Role role, long generation) {
        members.merge(
                cluster,
                new Member(cluster, role, generation, false, true),
                (m, _) -> m.with(role));
    }

    private static Assignment with(Assignment was, long epoch, TreeMap<Uid, Member> members) {
        return new Assignment(
                was.application(), epoch, List.copyOf(members.values()), was.decision());
    }

    /** With what was decided go its event, and that nobody has told anything else meanwhile. */
    static void decided(View view, Assignment former, Assignment next, Outcome.Draft out) {
        FleetImage image = view.image();
        if (!unsettled(image, former) && !unplaced(image, former)) {
            return;
        }
        Uid application = next.application();
        for (Uid cluster : image.clusters()) {
            Held<WorkStatus> report = image.reports(application).get(cluster);
            out.require(
                    report == null
                            ? Precondition.absent(new Row.Key.OfWorkStatus(cluster, application))
                            : report.unchanged());
        }
        told(image, former, next, view.now()).ifPresent(out::event);
    }

    /** For whom the role waits, and what frees it. */
    static Optional<Condition> condition(
            View view, Resource<ApplicationSpec> application, Assignment assignment) {
        FleetImage image = view.image();
        if (!unsettled(image, assignment)
                && !parked(image, assignment)
                && !awaitsAll(view, assignment)) {
            return Optional.empty();
        }
        String app = application.metadata().name() + " --tenant " + application.metadata().tenant();
        if (parked(image, assignment)) {
            return Optional.of(
                    new Condition(
                            CONDITION,
                            Truth.FALSE,
                            PARKED,
                            NOBODY + "; type: portolan failover " + app + " --to CLUSTER",
                            view.now()));
        }
        String silent =
                untold(view).stream()
                        .map(image::clusterName)
                        .sorted()
                        .collect(Collectors.joining(", "));
        return Optional.of(
                new Condition(
                        CONDITION,
                        Truth.FALSE,
                        "DatabaseRestored",
                        "central's database was restored, and the role may have been given to"
                                + " another cluster in a decision that was lost: what runs goes on,"
                                + " and nothing moves until every cluster has been heard"
                                + (silent.isEmpty()
                                        ? ""
                                        : "; waits for "
                                                + silent
                                                + ". To move it without that, type: portolan"
                                                + " failover "
                                                + app
                                                + " --to CLUSTER, and attest when it asks for"
                                                + " that; a cluster that is gone for good is"
                                                + " retired by: portolan cluster forget NAME"
                                                + " --reason WHY"),
                        view.now()));
    }

    /** Tells of a role that was taken up again, or is parked. */
    private static Optional<EventRecord> told(
            FleetImage image, Assignment former, Assignment next, Instant now) {
        boolean parks = next.epoch() == image.firstEpoch() - 1 && next.epoch() > former.epoch();
        if (!parks && next.active().equals(former.active())) {
            return Optional.empty();
        }
        String active =
                next.active().stream().map(image::clusterName).collect(Collectors.joining(", "));
        return Optional.of(
                new EventRecord(
                        next.application(),
                        now,
                        Severity.WARNING,
                        "RoleRecovered",
                        active.isEmpty()
                                ? NOBODY
                                : active
                                        + " has the active role since epoch "
                                        + next.epoch()
                                        + ", of which the restored database knew nothing: it keeps"
                                        + " it",
                        "central"));
    }
}
