package io.portolan.central.image;

import io.portolan.central.store.Row;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Status;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The next image while one change is replayed onto the last. Owned by one thread.
 *
 * <p>Long because every table and every link between two is kept by the same few changes; what only
 * walks such links is in {@link Links}.
 */
final class ImageDraft {
    private TreePMap<Uid, Held<Resource<ApplicationSpec>>> applications;
    private TreePMap<Uid, Held<Resource<ClusterSpec>>> clusters;
    private TreePMap<ResourceKey, Held<Resource<?>>> others;
    private TreePMap<ResourceKey, Uid> uids;
    private TreePMap<Uid, Held<Status>> statuses;
    private TreePMap<Uid, Held<Assignment>> assignments;
    private TreePMap<Uid, TreePMap<Uid, Held<Work>>> works;
    private TreePMap<Uid, TreePMap<Uid, Held<WorkStatus>>> reports;
    private TreePMap<Uid, TreePSet<Uid>> appliedTo;
    private TreePMap<Uid, TreePSet<Uid>> jobs;
    private TreePMap<Uid, Held<Failover>> operations;
    private TreePMap<Uid, Uid> operationOn;
    private TreePMap<Uid, Held<Observation>> observations;
    private TreePMap<Uid, TreePSet<Uid>> leftIn;
    private TreePMap<ResourceKey, TreePSet<Uid>> users;
    private TreePSet<Uid> unsatisfied;
    private TreePSet<Uid> moving;
    private TreePSet<Uid> ordered;
    private Neighbourhood neighbourhood;
    private TreePMap<Uid, Candidate> candidates;
    private final ClusterSnapshot fleet;
    private final Set<Uid> changedCandidates = new TreeSet<>();
    private final Ledger ledger;

    /** Applications that may take other room than before, and clusters that tell of other. */
    private final Set<Uid> taking = new TreeSet<>();

    private final Set<Uid> told = new TreeSet<>();

    ImageDraft(Tables from) {
        applications = from.applications();
        clusters = from.clusters();
        others = from.others();
        uids = from.uids();
        statuses = from.statuses();
        assignments = from.assignments();
        works = from.works();
        reports = from.reports();
        appliedTo = from.appliedTo();
        jobs = from.jobs();
        operations = from.operations();
        operationOn = from.operationOn();
        observations = from.observations();
        leftIn = from.leftIn();
        users = from.users();
        unsatisfied = from.unsatisfied();
        moving = from.moving();
        ordered = from.ordered();
        neighbourhood = from.neighbourhood();
        candidates = from.candidates();
        fleet = from.fleet();
        ledger = from.ledger();
    }

    Tables freeze(long revision) {
        ClusterSnapshot next =
                changedCandidates.isEmpty() ? fleet : fleet.next(candidates, changedCandidates);
        return new Tables(
                revision,
                applications,
                clusters,
                others,
                uids,
                statuses,
                assignments,
                works,
                reports,
                appliedTo,
                jobs,
                operations,
                operationOn,
                observations,
                leftIn,
                users,
                unsatisfied,
                moving,
                ordered,
                neighbourhood,
                candidates,
                next,
                ledger(next));
    }

    private Ledger ledger(ClusterSnapshot next) {
        Ledger.Draft draft = new Ledger.Draft(ledger);
        for (Uid cluster : told) {
            draft.told(
                    cluster,
                    Optional.ofNullable(observations.get(cluster))
                            .flatMap(o -> o.value().capacity()));
        }
        for (Uid application : taking) {
            draft.takes(application, footprint(application));
            @Nullable Held<Resource<ApplicationSpec>> held = applications.get(application);
            draft.ranks(application, held == null ? 0 : Footprints.priority(held.value(), others));
        }
        boolean sameOnes =
                changedCandidates.stream()
                        .allMatch(c -> candidates.containsKey(c) == (fleet.index(c) >= 0));
        return draft.freeze(next, sameOnes);
    }

    private Optional<Footprint> footprint(Uid application) {
        @Nullable Held<Resource<ApplicationSpec>> held = applications.get(application);
        @Nullable Held<Assignment> assignment = assignments.get(application);
        return held == null || assignment == null
                ? Optional.empty()
                : Footprints.of(
                        held.value(),
                        Commitment.of(assignment.value(), live(application)),
                        others,
                        clusters);
    }

    private Optional<Failover> live(Uid application) {
        return Optional.ofNullable(operationOn.get(application))
                .flatMap(o -> Optional.ofNullable(operations.get(o)))
                .map(Held::value);
    }

    void put(Row row, long revision) {
        switch (row) {
            case Row.ResourceRow r -> putResource(r.resource(), r.key(), revision);
            case Row.StatusRow s -> {
                statuses = statuses.plus(s.subject(), new Held<>(s.key(), s.status(), revision));
                candidate(s.subject());
            }
            case Row.AssignmentRow a -> {
                Uid application = a.assignment().application();
                assignments =
                        assignments.plus(
                                application, new Held<>(a.key(), a.assignment(), revision));
                unsatisfied =
                        a.assignment().decision().satisfied()
                                        && !a.assignment().decision().mayReturn()
                                ? unsatisfied.minus(application)
                                : unsatisfied.plus(application);
                moving =
                        a.assignment().members().stream().anyMatch(Assignment.Member::leaving)
                                ? moving.plus(application)
                                : moving.minus(application);
                waiting(application);
                taking.add(application);
            }
            case Row.WorkRow w -> {
                Work work = w.work();
                works =
                        Links.nest(
                                works,
                                work.application(),
                                work.cluster(),
                                new Held<>(w.key(), work, revision));
                appliedTo = Links.link(appliedTo, work.cluster(), work.application());
                work.once()
                        .ifPresent(o -> jobs = Links.link(jobs, o.operation(), work.application()));
            }
            case Row.WorkStatusRow s ->
                    reports =
                            Links.nest(
                                    reports,
                                    s.status().application(),
                                    s.status().cluster(),
                                    new Held<>(s.key(), s.status(), revision));
            case Row.OperationRow o -> {
                Failover operation = o.operation();
                if (operation.state().ended()) {
                    endOperation(operation.uid());
                } else {
                    operations =
                            operations.plus(
                                    operation.uid(), new Held<>(o.key(), operation, revision));
                    operationOn = operationOn.plus(operation.application(), operation.uid());
                    taking.add(operation.application());
                }
            }
            case Row.ObservationRow o -> {
                unlinkLeft(o.cluster());
                observations =
                        observations.plus(
                                o.cluster(), new Held<>(o.key(), o.observation(), revision));
                for (Orphan orphan : o.observation().left()) {
                    leftIn = Links.link(leftIn, orphan.application(), o.cluster());
                }
                candidate(o.cluster());
                told.add(o.cluster());
            }
        }
    }

    void delete(Row.Key key) {
        switch (key) {
            case Row.Key.OfResource r -> deleteResource(r.resource());
            case Row.Key.OfStatus s -> {
                statuses = statuses.minus(s.subject());
                candidate(s.subject());
            }
            case Row.Key.OfAssignment a -> {
                assignments = assignments.minus(a.application());
                unsatisfied = unsatisfied.minus(a.application());
                moving = moving.minus(a.application());
                waiting(a.application());
                taking.add(a.application());
            }
            case Row.Key.OfWork w -> deleteWork(w.application(), w.cluster());
            case Row.Key.OfWorkStatus s ->
                    reports = Links.prune(reports, s.application(), s.cluster());
            case Row.Key.OfOperation o -> endOperation(o.operation());
            case Row.Key.OfObservation o -> {
                unlinkLeft(o.cluster());
                observations = observations.minus(o.cluster());
                candidate(o.cluster());
                told.add(o.cluster());
            }
        }
    }

    private void deleteWork(Uid application, Uid cluster) {
        Optional<Uid> operation =
                works.getOrDefault(application, TreePMap.empty()).values().stream()
                        .findFirst()
                        .flatMap(w -> w.value().once())
                        .map(RunOnce::operation);
        works = Links.prune(works, application, cluster);
        appliedTo = Links.unlink(appliedTo, cluster, application);
        if (operation.isPresent() && !works.containsKey(application)) {
            jobs = Links.unlink(jobs, operation.get(), application);
        }
    }

    private void putResource(Resource<?> resource, Row.Key key, long revision) {
        Resource<?> now = resource.with(resource.metadata().withRevision(revision));
        switch (now.spec()) {
            case ApplicationSpec spec -> {
                Uid uid = now.uid();
                deleteResource(now.key());
                applications =
                        applications.plus(
                                uid,
                                new Held<>(key, new Resource<>(now.metadata(), spec), revision));
                uids = uids.plus(now.key(), uid);
                neighbourhood = neighbourhood.plus(now.metadata(), uid);
                if (now.metadata().annotations().containsKey(FleetImage.ORDER)) {
                    ordered = ordered.plus(uid);
                }
                waiting(uid);
                taking.add(uid);
                for (ResourceKey used : uses(now.metadata().tenant(), spec)) {
                    users = Links.link(users, used, uid);
                }
            }
            case ClusterSpec spec -> {
                Uid uid = now.uid();
                String lost = Footprints.lost(clusters.get(uid), uid);
                if (!uid.equals(uids.get(now.key()))) {
                    deleteResource(now.key());
                }
                clusters =
                        clusters.plus(
                                uid,
                                new Held<>(key, new Resource<>(now.metadata(), spec), revision));
                uids = uids.plus(now.key(), uid);
                candidate(uid);
                if (!Footprints.lost(clusters.get(uid), uid).equals(lost)) {
                    taking.addAll(ledger.reservingAgainst(uid));
                }
            }
            case io.portolan.model.TenantSpec _ -> others = keep(now, key, revision);
            case io.portolan.model.placement.PlacementPolicySpec _ ->
                    others = keep(now, key, revision);
            case io.portolan.model.dr.DrPolicySpec _ -> others = keep(now, key, revision);
        }
    }

    private TreePMap<ResourceKey, Held<Resource<?>>> keep(
            Resource<?> resource, Row.Key key, long revision) {
        taking.addAll(users.getOrDefault(resource.key(), TreePSet.empty()));
        return others.plus(resource.key(), new Held<>(key, resource, revision));
    }

    private void deleteResource(ResourceKey key) {
        others = others.minus(key);
        taking.addAll(users.getOrDefault(key, TreePSet.empty()));
        @Nullable Uid uid = uids.get(key);
        if (uid == null) {
            return;
        }
        uids = uids.minus(key);
        @Nullable Held<Resource<ApplicationSpec>> application = applications.get(uid);
        if (application != null) {
            for (ResourceKey used : uses(key.tenant(), application.value().spec())) {
                users = Links.unlink(users, used, uid);
            }
            neighbourhood = neighbourhood.minus(application.value().metadata(), uid);
            applications = applications.minus(uid);
            ordered = ordered.minus(uid);
            taking.add(uid);
        }
        if (clusters.containsKey(uid)) {
            taking.addAll(ledger.reservingAgainst(uid));
        }
        clusters = clusters.minus(uid);
        candidate(uid);
    }

    /** Whether it found too few clusters because of where others are. */
    private void waiting(Uid uid) {
        @Nullable Held<Resource<ApplicationSpec>> application = applications.get(uid);
        @Nullable Held<Assignment> assignment = assignments.get(uid);
        if (application != null) {
            neighbourhood =
                    neighbourhood.waits(
                            application.value().metadata().tenant(),
                            uid,
                            assignment != null
                                    && !assignment.value().decision().satisfied()
                                    && assignment
                                            .value()
                                            .decision()
                                            .counts()
                                            .containsKey(PlacementDecision.Reason.AFFINITY));
        }
    }

    private void endOperation(Uid uid) {
        @Nullable Held<Failover> former = operations.get(uid);
        if (former != null) {
            operations = operations.minus(uid);
            operationOn = operationOn.minus(former.value().application());
            taking.add(former.value().application());
        }
    }

    private void unlinkLeft(Uid cluster) {
        @Nullable Held<Observation> former = observations.get(cluster);
        if (former != null) {
            for (Orphan orphan : former.value().left()) {
                leftIn = Links.unlink(leftIn, orphan.application(), cluster);
            }
        }
    }

    private static List<ResourceKey> uses(String tenant, ApplicationSpec spec) {
        List<ResourceKey> out = new ArrayList<>();
        out.add(ResourceKey.tenant(tenant));
        named(spec.placement(), Kind.PLACEMENT_POLICY, tenant, out);
        named(spec.disasterRecovery(), Kind.DR_POLICY, tenant, out);
        return out;
    }

    private static void named(
            Optional<? extends PolicyRef<?>> ref, Kind kind, String tenant, List<ResourceKey> out) {
        if (ref.isPresent() && ref.get() instanceof PolicyRef.Named<?> named) {
            out.add(new ResourceKey(kind, tenant, named.name()));
        }
    }

    /** Makes placement's view of a cluster anew from its rows, or drops it with the cluster. */
    private void candidate(Uid uid) {
        @Nullable Candidate former = candidates.get(uid);
        @Nullable Held<Resource<ClusterSpec>> cluster = clusters.get(uid);
        if (cluster == null) {
            if (former != null) {
                candidates = candidates.minus(uid);
                changedCandidates.add(uid);
            }
            return;
        }
        Candidate now = candidate(uid, cluster.value());
        if (!now.equals(former)) {
            candidates = candidates.plus(uid, now);
            changedCandidates.add(uid);
        }
    }

    private Candidate candidate(Uid uid, Resource<ClusterSpec> resource) {
        @Nullable Held<Status> status = statuses.get(uid);
        @Nullable Held<Observation> observation = observations.get(uid);
        return new Candidate(
                uid,
                resource.metadata().name(),
                resource.metadata().labels(),
                resource.spec(),
                status != null && status.value() instanceof ClusterStatus s
                        ? s.reach()
                        : Reach.PENDING,
                observation == null ? Set.of() : Set.copyOf(observation.value().apiKinds()),
                observation == null ? "" : observation.value().kubernetesVersion(),
                status != null && status.value() instanceof ClusterStatus s
                        ? s.tainted()
                        : List.of(),
                resource.metadata().deleting());
    }
}
