package io.portolan.sim;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.PolicyRef;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.placement.Heir;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * The invariant 20 of DESIGN.md section 7, in a fleet that has not room for everything everywhere:
 * what central lets come to a cluster fits there beside all that it has decided before, what it
 * keeps for failovers, and what operations that have begun will bring or may give back.
 *
 * <p>An application comes to a cluster when it is made active, a standby or the target of a single
 * writer's operation where it was none of that. What it is there already it may become more of, by
 * an edit or as a standby that takes over. A target that somebody named in a failover is not
 * refused, and counts against others only. Counted from what is stored, and from the newest room
 * that central knew of when it decided.
 */
final class Rooms {
    /** What each pod requests. */
    static final String CPU = "1";

    private static final long MILLIS = 1_000;

    private final MemoryStore store;
    private final Database database;
    private final String tenant;
    private final BiConsumer<Invariant, String> fails;

    Rooms(
            MemoryStore store,
            Database database,
            String tenant,
            BiConsumer<Invariant, String> fails) {
        this.store = store;
        this.database = database;
        this.tenant = tenant;
        this.fails = fails;
    }

    /** What one machine of a cluster has: of two machines four to six pods of all applications. */
    static String machine(Dice dice) {
        return Integer.toString(2 + dice.pick(2));
    }

    /**
     * To be asked when a node has decided on a commit.
     *
     * @param known to the node
     * @return to be run when it is committed
     */
    Runnable decided(FleetImage known, List<Write> writes) {
        Optional<String> over = oversubscribed(known, writes);
        return () -> over.ifPresent(what -> fails.accept(Invariant.ROOM, what));
    }

    private Optional<String> oversubscribed(FleetImage known, List<Write> writes) {
        Books books = books(known);
        Map<Uid, Assignment> assignments = new TreeMap<>();
        Map<Uid, Failover> operations = new TreeMap<>();
        Set<Uid> inTurn = new LinkedHashSet<>();
        for (Write write : writes) {
            if (write instanceof Write.Put(Row.AssignmentRow(Assignment a))) {
                assignments.put(a.application(), a);
                inTurn.add(a.application());
            } else if (write instanceof Write.Put(Row.OperationRow(Failover f))) {
                operations.put(f.application(), f);
                inTurn.add(f.application());
            }
        }
        return inTurn.stream()
                .filter(a -> known.application(a).isPresent())
                .flatMap(
                        a ->
                                books
                                        .decide(
                                                a,
                                                Optional.ofNullable(assignments.get(a)),
                                                Optional.ofNullable(operations.get(a)))
                                        .stream())
                .findFirst();
    }

    /** Whether a cluster has no room for what is assigned to it, or for a pod more of each. */
    boolean tight(Uid cluster) {
        Books books = books(FleetImage.of(store.snapshot()));
        long surge = MILLIS * books.assignments.size();
        return books.allowed(cluster).filter(a -> books.used(cluster) + surge > a).isPresent();
    }

    /** Clusters where an application that found too few is not, and where it would fit. */
    List<Uid> open(Uid application) {
        Books books = books(FleetImage.of(store.snapshot()));
        return books.known.clusters().stream()
                .filter(c -> !books.claims(application, books.recovery(application)).contains(c))
                .filter(c -> books.lacking(application, c).isEmpty())
                .toList();
    }

    private Books books(FleetImage known) {
        Map<Uid, Assignment> assignments = new TreeMap<>();
        known.applications()
                .forEach(
                        a ->
                                store.assignment(a)
                                        .ifPresent(v -> assignments.put(a, v.row().assignment())));
        Map<Uid, Failover> operations =
                database.operations(tenant).stream()
                        .filter(f -> !f.state().ended())
                        .collect(Collectors.toMap(Failover::application, f -> f, (f, _) -> f));
        return new Books(known, assignments, new TreeMap<>(operations));
    }

    /** What is decided so far, changed as decisions are gone through. */
    private record Books(
            FleetImage known, Map<Uid, Assignment> assignments, Map<Uid, Failover> operations) {
        Optional<String> decide(
                Uid application, Optional<Assignment> assignment, Optional<Failover> operation) {
            DrPolicySpec recovery = recovery(application);
            Collection<Member> former = members(application);
            Set<Uid> before = claims(application, recovery);
            assignment.ifPresent(a -> assignments.put(application, a));
            operation.ifPresent(f -> operations.put(application, f));
            Set<Uid> after = claims(application, recovery);
            after.removeAll(before);
            Optional<String> over =
                    after.stream()
                            .filter(c -> asked(application, c) && !named(application, c))
                            .flatMap(c -> lacking(application, c).stream())
                            .findFirst()
                            .map(
                                    why ->
                                            why
                                                    + "; from "
                                                    + former
                                                    + " to "
                                                    + assignments.get(application));
            operation.filter(f -> f.state().ended()).ifPresent(_ -> operations.remove(application));
            return over;
        }

        /** Where it is, and where its operation will make it active. */
        Set<Uid> claims(Uid application, DrPolicySpec recovery) {
            Set<Uid> out = new TreeSet<>(underWay(application));
            members(application).stream()
                    .filter(m -> recovery.standsBy() || m.role() == Role.ACTIVE)
                    .forEach(m -> out.add(m.cluster()));
            return out;
        }

        /** Of a single writer, from the step on that takes its role or prepares for that. */
        private Set<Uid> underWay(Uid application) {
            Set<Uid> out = new TreeSet<>();
            Optional.ofNullable(operations.get(application))
                    .filter(f -> f.singleWriter() && !f.state().ended())
                    .filter(f -> !f.state().committed())
                    .filter(
                            f ->
                                    f.state() != Failover.State.PREFLIGHT
                                            && f.state() != Failover.State.APPROVAL)
                    .flatMap(Failover::plan)
                    .ifPresent(
                            plan -> {
                                out.addAll(plan.sources());
                                out.add(plan.target());
                            });
            return out;
        }

        /** Whoever was found where nobody wanted it is kept there without a question. */
        private boolean asked(Uid application, Uid cluster) {
            Assignment now = Objects.requireNonNull(assignments.get(application));
            boolean found = now.member(cluster).filter(Member::returned).isPresent();
            return underWay(application).contains(cluster)
                    || now.active().contains(cluster)
                    || (now.decision().chosen().contains(cluster) && !found);
        }

        /** Whether an operator named it, in a disaster. */
        private boolean named(Uid application, Uid cluster) {
            return Optional.ofNullable(operations.get(application))
                    .filter(f -> !f.planned())
                    .map(Failover::request)
                    .filter(r -> !r.automatic() || r.failback())
                    .filter(r -> r.to().equals(known.clusterName(cluster)))
                    .isPresent();
        }

        private Collection<Member> members(Uid application) {
            return Optional.ofNullable(assignments.get(application))
                    .map(Assignment::members)
                    .orElse(List.of());
        }

        /** By how much all of an application is too much for a cluster, in words. */
        Optional<String> lacking(Uid application, Uid cluster) {
            long others = 0;
            Map<Uid, Long> reserved = new TreeMap<>();
            for (Uid other : assignments.keySet()) {
                if (!other.equals(application)) {
                    others += used(other, cluster);
                    reserve(other, cluster, reserved);
                }
            }
            long kept = reserved.values().stream().mapToLong(r -> r).max().orElse(0);
            long taken = others + kept + all(application);
            long use = others;
            return allowed(cluster)
                    .filter(a -> taken > a)
                    .map(
                            a ->
                                    "%s comes to %s with %d of %d, where others have %d and %d is kept"
                                            .formatted(
                                                    application,
                                                    cluster,
                                                    all(application),
                                                    a,
                                                    use,
                                                    kept));
        }

        /** What its nodes can take, less what pods take that are none of ours. */
        Optional<Long> allowed(Uid cluster) {
            return known.observation(cluster)
                    .flatMap(o -> o.value().capacity())
                    .map(c -> c.allocatableMillis() - foreign(c));
        }

        private static long foreign(Capacity told) {
            return Math.max(0, told.requestedMillis() - told.ownMillis().orElseThrow());
        }

        long used(Uid cluster) {
            return assignments.keySet().stream().mapToLong(a -> used(a, cluster)).sum();
        }

        private long used(Uid application, Uid cluster) {
            if (underWay(application).contains(cluster)) {
                return all(application);
            }
            return members(application).stream()
                    .filter(m -> m.cluster().equals(cluster))
                    .mapToLong(
                            m ->
                                    switch (m.role()) {
                                        case ACTIVE -> all(application);
                                        case STANDBY -> standing(application, cluster);
                                        case QUARANTINED -> 0;
                                    })
                    .sum();
        }

        private long standing(Uid application, Uid cluster) {
            DrPolicySpec recovery = recovery(application);
            Assignment assignment = Objects.requireNonNull(assignments.get(application));
            boolean runs =
                    assignment.decision().chosen().contains(cluster) && !recovery.singleWriter();
            int pods = (int) (all(application) / MILLIS);
            return runs ? MILLIS * Standbys.pods(recovery.level(), pods) : 0;
        }

        /** By the cluster whose loss would bring it here; each is alone in its region. */
        private void reserve(Uid application, Uid cluster, Map<Uid, Long> out) {
            Assignment assignment = assignments.get(application);
            if (!recovery(application).singleWriter() || assignment.active().size() != 1) {
                return;
            }
            Set<Uid> standing =
                    assignment.members().stream()
                            .filter(m -> m.role() != Role.ACTIVE && !m.leaving())
                            .map(Member::cluster)
                            .filter(assignment.decision().chosen()::contains)
                            .collect(Collectors.toSet());
            Heir.first(application, assignment.decision(), standing::contains)
                    .filter(cluster::equals)
                    .ifPresent(
                            _ ->
                                    out.merge(
                                            assignment.active().getFirst(),
                                            all(application) - used(application, cluster),
                                            Long::sum));
        }

        private long all(Uid application) {
            return spec(application).stream()
                    .flatMap(s -> s.components().stream())
                    .map(Component::source)
                    .mapToLong(s -> s instanceof Component.Container c ? c.replicas() * MILLIS : 0)
                    .sum();
        }

        private Optional<ApplicationSpec> spec(Uid application) {
            return known.application(application).map(Held::value).map(a -> a.spec());
        }

        DrPolicySpec recovery(Uid application) {
            return spec(application)
                    .flatMap(ApplicationSpec::disasterRecovery)
                    .map(
                            r ->
                                    switch (r) {
                                        case PolicyRef.Inline<DrPolicySpec>(var inline) -> inline;
                                        case PolicyRef.Named<DrPolicySpec> _ ->
                                                throw new IllegalStateException("no inline policy");
                                    })
                    .orElseThrow();
        }
    }
}
