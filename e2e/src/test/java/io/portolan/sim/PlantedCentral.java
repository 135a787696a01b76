package io.portolan.sim;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Store.Silence;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.operation.Approval;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Plants a fault into central by what its nodes hear and by what becomes of their commits. */
final class PlantedCentral {
    /** From this silence on nobody would believe that the cluster is heard. */
    private static final Duration SILENT = Duration.ofSeconds(15);

    /** How long news come late that would tell it what it has decided itself. */
    private static final Duration DEAF = Duration.ofSeconds(3);

    private final World world;
    private final MemoryStore store;
    private final Plant plant;
    private final Map<Uid, Instant> fellSilent = new HashMap<>();
    private Instant deafUntil = Instant.MIN;

    PlantedCentral(World world, MemoryStore store, Plant plant) {
        this.world = world;
        this.store = store;
        this.plant = plant;
    }

    Map<Uid, Silence> silences() {
        Map<Uid, Silence> all = store.silences();
        return switch (plant) {
            case BRAKE_OFF -> oneAtMost(all);
            case ATTESTATION_KEPT -> neverHeardAgain(all);
            case Plant _ -> all;
        };
    }

    /** How long a new leader takes itself to have waited for grants. */
    Duration waited() {
        return plant == Plant.WAIT_NOT_ANEW ? SimGuards.GRANT.multipliedBy(2) : Duration.ZERO;
    }

    private static Map<Uid, Silence> oneAtMost(Map<Uid, Silence> all) {
        Optional<Silence> longest = all.values().stream().max(Comparator.comparing(Silence::since));
        Map<Uid, Silence> out = new TreeMap<>();
        all.forEach(
                (c, s) ->
                        out.put(
                                c,
                                longest.equals(Optional.of(s))
                                        ? s
                                        : new Silence(Duration.ZERO, s.lastHeard())));
        return out;
    }

    private Map<Uid, Silence> neverHeardAgain(Map<Uid, Silence> all) {
        Map<Uid, Silence> out = new TreeMap<>();
        all.forEach(
                (c, s) -> {
                    if (s.since().compareTo(SILENT) > 0) {
                        fellSilent.putIfAbsent(c, s.lastHeard());
                    }
                    out.put(c, new Silence(s.since(), fellSilent.getOrDefault(c, s.lastHeard())));
                });
        return out;
    }

    Store.Snapshot heard(Store.Snapshot snapshot) {
        return plant == Plant.RESERVATION_FORGOTTEN
                ? new Store.Snapshot(
                        snapshot.revision(),
                        snapshot.rows().stream()
                                .<Versioned<?>>map(
                                        v -> new Versioned<>(unreserved(v.row()), v.revision()))
                                .toList(),
                        snapshot.restored())
                : snapshot;
    }

    List<Change> heard(List<Change> changes) {
        return plant == Plant.RESERVATION_FORGOTTEN
                ? changes.stream().map(PlantedCentral::unreserved).toList()
                : changes;
    }

    private static Change unreserved(Change change) {
        return new Change(
                change.revision(),
                change.entries().stream()
                        .map(e -> Altered.with(e, "row", e.row().map(PlantedCentral::unreserved)))
                        .toList());
    }

    private static Row unreserved(Row row) {
        if (row instanceof Row.ResourceRow(Resource<?> r)
                && r.spec() instanceof ApplicationSpec spec
                && spec.disasterRecovery().orElseThrow()
                        instanceof PolicyRef.Inline<DrPolicySpec>(DrPolicySpec recovery)) {
            DrPolicySpec without = Altered.with(recovery, "reserve", Optional.of(false));
            return new Row.ResourceRow(
                    new Resource<>(
                            r.metadata(),
                            Altered.with(
                                    spec,
                                    "disasterRecovery",
                                    Optional.of(new PolicyRef.Inline<>(without)))));
        }
        return row;
    }

    /** Whether it takes what was committed for refused, and hears nothing else for a while. */
    boolean forgets(CommitResult result, List<Write> writes) {
        boolean forgets =
                plant == Plant.DECISION_FORGOTTEN
                        && result instanceof CommitResult.Committed
                        && assignments(writes).findAny().isPresent();
        if (forgets) {
            deafUntil = world.instant().plus(DEAF);
        }
        return forgets;
    }

    boolean hears() {
        return !deafUntil.isAfter(world.instant());
    }

    /** What happens before a commit, and instead of it. */
    Optional<CommitResult> instead(List<Write> writes) {
        List<Failover> operations = operations(writes);
        if (plant == Plant.STUCK_OPERATION
                && operations.stream().anyMatch(f -> f.state() == Failover.State.COMPLETED)) {
            return Optional.of(new CommitResult.Conflict("planted"));
        }
        if (plant == Plant.FENCE_SKIPPED) {
            operations.stream()
                    .filter(f -> f.state() == Failover.State.FENCING)
                    .forEach(f -> give(f, f.plan().orElseThrow().target()));
        }
        if (plant == Plant.RESULT_BEFORE_ACT
                && !operations.isEmpty()
                && assignments(writes).findAny().isPresent()
                && world.dice().chance(0.3)) {
            commit(
                    writes.stream()
                            .filter(w -> w instanceof Write.Put(Row.OperationRow _))
                            .toList());
            return Optional.of(new CommitResult.Unknown("crashed"));
        }
        return Optional.empty();
    }

    /** What happens after a commit. */
    void after(List<Write> writes) {
        if (plant == Plant.ABORT_AFTER_COMMIT) {
            operations(writes).stream()
                    .filter(f -> f.state() == Failover.State.ABORTED && f.evidence().isPresent())
                    .filter(f -> f.singleWriter() && !f.plan().orElseThrow().sources().isEmpty())
                    .forEach(f -> give(f, f.plan().orElseThrow().sources().getFirst()));
        }
    }

    List<Write> writes(List<Write> writes) {
        return switch (plant) {
            case COOLDOWN_FORGOTTEN -> statuses(writes);
            case PROOF_NOT_STORED ->
                    operations(writes, f -> Altered.with(f, "evidence", Optional.empty()));
            case APPROVAL_FORGED -> operations(writes, this::forged);
            case NO_DEADLINE -> operations(writes, PlantedCentral::withoutDeadline);
            case RTO_FLATTERED -> operations(writes, PlantedCentral::flattered);
            case EPOCH_KEPT -> keeping(writes);
            case STANDBYS_RUN_ALL -> writes.stream().map(PlantedCentral::runningAll).toList();
            case Plant _ -> writes;
        };
    }

    private static Write runningAll(Write write) {
        return write instanceof Write.Put(Row.WorkRow(Work w)) && w.running() == Running.ONE_EACH
                ? new Write.Put(
                        new Row.WorkRow(Altered.with(w, "standby", Optional.of(StandbyLevel.HOT))))
                : write;
    }

    private static List<Write> statuses(List<Write> writes) {
        List<Write> out = new ArrayList<>();
        for (Write write : writes) {
            out.add(
                    write instanceof Write.Put(Row.StatusRow row)
                                    && row.status() instanceof ApplicationStatus status
                            ? new Write.Put(
                                    new Row.StatusRow(
                                            row.resource(),
                                            row.subject(),
                                            Altered.with(status, "failedOver", Optional.empty())))
                            : write);
        }
        return out;
    }

    private Failover forged(Failover f) {
        return f.state() == Failover.State.APPROVAL
                ? f.approved(new Approval("user:nobody", world.instant(), "", f.kind()))
                : f;
    }

    private static Failover withoutDeadline(Failover f) {
        return Altered.with(
                f,
                "steps",
                f.steps().stream()
                        .map(s -> Altered.with(s, "deadline", Optional.empty()))
                        .toList());
    }

    private static Failover flattered(Failover f) {
        return Altered.with(
                f,
                "report",
                f.report().map(r -> Altered.with(r, "rto", r.rto().map(d -> d.dividedBy(2)))));
    }

    /** The promotion of a single writer under the epoch of the revocation. */
    private List<Write> keeping(List<Write> writes) {
        boolean promotes =
                operations(writes).stream()
                        .anyMatch(f -> f.state() == Failover.State.PROMOTING && f.singleWriter());
        if (!promotes) {
            return writes;
        }
        List<Write> out = new ArrayList<>();
        for (Write write : writes) {
            out.add(
                    switch (write) {
                        case Write.Put(Row.AssignmentRow(Assignment a)) ->
                                put(a, a.epoch() - 1, a.members());
                        case Write.Put(Row.WorkRow(Work w)) ->
                                new Write.Put(
                                        new Row.WorkRow(Altered.with(w, "epoch", w.epoch() - 1)));
                        case Write other -> other;
                    });
        }
        return operations(out, f -> Altered.with(f, "epochAfter", f.epochAfter() - 1));
    }

    private void give(Failover operation, Uid target) {
        Assignment was = store.assignment(operation.application()).orElseThrow().row().assignment();
        List<Member> members =
                was.members().stream()
                        .map(m -> m.with(m.cluster().equals(target) ? Role.ACTIVE : Role.STANDBY))
                        .toList();
        commit(List.of(put(was, was.epoch() + 1, members)));
    }

    private void commit(List<Write> writes) {
        store.commit(new Authority.Api(Optional.empty()), List.of(), writes);
    }

    private static Write put(Assignment was, long epoch, List<Member> members) {
        return new Write.Put(
                new Row.AssignmentRow(
                        new Assignment(was.application(), epoch, members, was.decision())));
    }

    private static Stream<Assignment> assignments(List<Write> writes) {
        return writes.stream()
                .flatMap(
                        w ->
                                w instanceof Write.Put(Row.AssignmentRow(Assignment a))
                                        ? Stream.of(a)
                                        : Stream.empty());
    }

    private static List<Failover> operations(List<Write> writes) {
        return writes.stream()
                .flatMap(
                        w ->
                                w instanceof Write.Put(Row.OperationRow(Failover f))
                                        ? Stream.of(f)
                                        : Stream.empty())
                .toList();
    }

    private static List<Write> operations(List<Write> writes, Function<Failover, Failover> change) {
        return writes.stream()
                .map(
                        w ->
                                w instanceof Write.Put(Row.OperationRow(Failover f))
                                        ? new Write.Put(new Row.OperationRow(change.apply(f)))
                                        : w)
                .toList();
    }
}
