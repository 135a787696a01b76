package io.portolan.central.image;

import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import io.portolan.central.store.Versioned;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.fleet.Candidate;
import io.portolan.placement.fleet.ClusterSnapshot;
import java.util.Collection;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The fleet at one revision. Immutable; {@link #replay} alone makes the next one, at a cost
 * proportional to the change. Every collection that it gives out is in a fixed order.
 */
public final class FleetImage {
    /** The annotation of an application that is an order to move. */
    public static final String ORDER = "portolan.io/rebalance";

    public static final FleetImage EMPTY = new FleetImage(Tables.EMPTY, Optional.empty());

    private final Tables tables;
    private final Optional<Store.Restored> restored;

    private FleetImage(Tables tables, Optional<Store.Restored> restored) {
        this.tables = tables;
        this.restored = restored;
    }

    public static FleetImage of(Store.Snapshot snapshot) {
        ImageDraft draft = new ImageDraft(Tables.EMPTY);
        for (Versioned<?> versioned : snapshot.rows()) {
            draft.put(versioned.row(), versioned.revision());
        }
        return new FleetImage(draft.freeze(snapshot.revision()), snapshot.restored());
    }

    /** This image after a change; itself when the change is already in it. */
    public FleetImage replay(Change change) {
        if (change.revision() <= tables.revision()) {
            return this;
        }
        ImageDraft draft = new ImageDraft(tables);
        for (Change.Entry entry : change.entries()) {
            entry.row()
                    .ifPresentOrElse(
                            row -> draft.put(row, change.revision()),
                            () -> draft.delete(entry.key()));
        }
        return new FleetImage(draft.freeze(change.revision()), restored);
    }

    /** Of the last change that is in it. */
    public long revision() {
        return tables.revision();
    }

    /** The last restore of the database. */
    public Optional<Store.Restored> restored() {
        return restored;
    }

    /**
     * The first epoch that is given now: greater than all that were given before the database was
     * restored, also those of which it knows nothing.
     */
    public long firstEpoch() {
        return restored.map(Store.Restored::revision).orElse(1L);
    }

    public Optional<Held<Resource<ApplicationSpec>>> application(Uid uid) {
        return Optional.ofNullable(tables.applications().get(uid));
    }

    public Set<Uid> applications() {
        return tables.applications().keySet();
    }

    public Optional<Held<Resource<ClusterSpec>>> cluster(Uid uid) {
        return Optional.ofNullable(tables.clusters().get(uid));
    }

    public Set<Uid> clusters() {
        return tables.clusters().keySet();
    }

    /** The uid of an application or a cluster. */
    public Optional<Uid> uid(ResourceKey key) {
        return Optional.ofNullable(tables.uids().get(key));
    }

    public Optional<Held<Resource<TenantSpec>>> tenant(String name) {
        return other(
                ResourceKey.tenant(name),
                spec -> spec instanceof TenantSpec t ? Optional.of(t) : Optional.empty());
    }

    public Optional<Held<Resource<PlacementPolicySpec>>> placementPolicy(
            String tenant, String name) {
        return other(
                new ResourceKey(Kind.PLACEMENT_POLICY, tenant, name),
                spec -> spec instanceof PlacementPolicySpec p ? Optional.of(p) : Optional.empty());
    }

    public Optional<Held<Resource<DrPolicySpec>>> drPolicy(String tenant, String name) {
        return other(
                new ResourceKey(Kind.DR_POLICY, tenant, name),
                spec -> spec instanceof DrPolicySpec p ? Optional.of(p) : Optional.empty());
    }

    private <S extends io.portolan.model.Spec> Optional<Held<Resource<S>>> other(
            ResourceKey key, Function<io.portolan.model.Spec, Optional<S>> cast) {
        return Optional.ofNullable(tables.others().get(key))
                .flatMap(
                        held ->
                                cast.apply(held.value().spec())
                                        .map(
                                                spec ->
                                                        new Held<>(
                                                                held.key(),
                                                                new Resource<>(
                                                                        held.value().metadata(),
                                                                        spec),
                                                                held.revision())));
    }

    public Optional<Held<ApplicationStatus>> applicationStatus(Uid application) {
        return Optional.ofNullable(tables.statuses().get(application))
                .flatMap(
                        h ->
                                h.value() instanceof ApplicationStatus s
                                        ? Optional.of(new Held<>(h.key(), s, h.revision()))
                                        : Optional.empty());
    }

    public Optional<Held<ClusterStatus>> clusterStatus(Uid cluster) {
        return Optional.ofNullable(tables.statuses().get(cluster))
                .flatMap(
                        h ->
                                h.value() instanceof ClusterStatus s
                                        ? Optional.of(new Held<>(h.key(), s, h.revision()))
                                        : Optional.empty());
    }

    public Optional<Held<Assignment>> assignment(Uid application) {
        return Optional.ofNullable(tables.assignments().get(application));
    }

    /** An application's works by cluster, tombstones included. */
    public SequencedMap<Uid, Held<Work>> works(Uid application) {
        return tables.works().getOrDefault(application, TreePMap.empty());
    }

    /** What agents last said of an application, by cluster. */
    public SequencedMap<Uid, Held<WorkStatus>> reports(Uid application) {
        return tables.reports().getOrDefault(application, TreePMap.empty());
    }

    /** Applications and steps of operations with a work on a cluster, tombstones included. */
    public Set<Uid> appliedTo(Uid cluster) {
        return tables.appliedTo().getOrDefault(cluster, TreePSet.empty());
    }

    /** The works that are steps of an operation, which may have ended. */
    public Set<Uid> jobs(Uid operation) {
        return tables.jobs().getOrDefault(operation, TreePSet.empty());
    }

    /** Operations of which there are such works. */
    public Set<Uid> withJobs() {
        return tables.jobs().keySet();
    }

    /** The operation whose step it is; empty where it is an application, or nothing. */
    public Optional<Uid> operationOfStep(Uid work) {
        return works(work).values().stream()
                .findFirst()
                .flatMap(w -> w.value().once())
                .map(RunOnce::operation);
    }

    public Optional<Held<Failover>> operation(Uid operation) {
        return Optional.ofNullable(tables.operations().get(operation));
    }

    /** The live operation on an application. */
    public Optional<Held<Failover>> operationOn(Uid application) {
        return Optional.ofNullable(tables.operationOn().get(application)).flatMap(this::operation);
    }

    public Set<Uid> operations() {
        return tables.operations().keySet();
    }

    public Optional<Held<Observation>> observation(Uid cluster) {
        return Optional.ofNullable(tables.observations().get(cluster));
    }

    /** Clusters where something of an application is that central did not ask for there. */
    public Set<Uid> leftIn(Uid application) {
        return tables.leftIn().getOrDefault(application, TreePSet.empty());
    }

    /** Applications that name this policy, or live in this tenant. */
    public Set<Uid> users(ResourceKey policyOrTenant) {
        return tables.users().getOrDefault(policyOrTenant, TreePSet.empty());
    }

    /** Applications that found fewer clusters than they asked for. */
    public Set<Uid> unsatisfied() {
        return tables.unsatisfied();
    }

    /** Applications with a member that leaves when its successors are healthy. */
    public Set<Uid> moving() {
        return tables.moving();
    }

    /** Applications that carry an order to move, whether or not it still holds. */
    public Set<Uid> ordered() {
        return tables.ordered();
    }

    /** The applications of a tenant that a term of affinity speaks of. */
    public Set<Uid> meant(String tenant, Affinity term) {
        if (term.application().isPresent()) {
            return uid(new ResourceKey(Kind.APPLICATION, tenant, term.application().get()))
                    .map(Set::of)
                    .orElse(Set.of());
        }
        return term
                .applications()
                .flatMap(a -> tables.neighbourhood().matching(tenant, a))
                .orElseGet(() -> users(ResourceKey.tenant(tenant)))
                .stream()
                .filter(
                        uid ->
                                application(uid)
                                        .map(a -> a.value().metadata())
                                        .filter(m -> term.selects(m.name(), m.labels()))
                                        .isPresent())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** A tenant's applications that found too few clusters because of where others are. */
    public Set<Uid> waiting(String tenant) {
        return tables.neighbourhood().waiting(tenant);
    }

    public Optional<Candidate> candidate(Uid cluster) {
        return Optional.ofNullable(tables.candidates().get(cluster));
    }

    public Collection<Candidate> candidates() {
        return tables.candidates().values();
    }

    /** Every cluster, as placement sees the fleet. */
    public ClusterSnapshot fleet() {
        return tables.fleet();
    }

    /** The room in the clusters, and what is assigned and reserved there. */
    public Ledger ledger() {
        return tables.ledger();
    }

    /** Where an application is, and where its operation may bring it; empty before its first. */
    public Optional<Commitment> commitment(Uid application) {
        return assignment(application)
                .map(a -> Commitment.of(a.value(), operationOn(application).map(Held::value)));
    }

    /**
     * The room as if these stood.
     *
     * @param from of this image, with others that stand so
     */
    public Ledger ledger(Ledger from, Collection<Commitment> expected) {
        Ledger.Draft draft = new Ledger.Draft(from);
        for (Commitment commitment : expected) {
            Uid application = commitment.assignment().application();
            application(application)
                    .ifPresent(
                            a ->
                                    draft.takes(
                                            application,
                                            Footprints.of(
                                                    a.value(),
                                                    commitment,
                                                    tables.others(),
                                                    tables.clusters())));
        }
        return draft.freeze(tables.fleet(), true);
    }

    /** A cluster's name, or its uid when it is gone. */
    public String clusterName(Uid cluster) {
        return candidate(cluster).map(Candidate::name).orElse(cluster.value());
    }

    public Reach reach(Uid cluster) {
        return candidate(cluster).map(Candidate::reach).orElse(Reach.UNREACHABLE);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FleetImage image
                && tables.equals(image.tables)
                && restored.equals(image.restored);
    }

    @Override
    public int hashCode() {
        return tables.hashCode();
    }
}
