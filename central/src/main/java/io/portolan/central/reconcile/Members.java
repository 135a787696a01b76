package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.dr.Suspicion;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Reason;
import io.portolan.placement.Heir;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * From what is and what placement chose to who is a member next.
 *
 * <p>Constraints: of a single writer the active cluster never changes here, whatever was chosen,
 * and none gets the role while another may run it ({@link Suspicion}); of others a member leaves
 * only after everything that was chosen is healthy at this generation (make-before-break), but for
 * where tenant or data residency forbid it and where its room is another's already; who is
 * quarantined becomes a standby by proof alone.
 *
 * <p>An application that had many writers gets one: it is stopped wherever it runs, unless that is
 * one cluster, and starts on one when all have shown that they stopped.
 *
 * <p>Of others of which some stand by, who is active stays so while it was chosen; else a standby
 * that is heard gets the role before a newcomer does, by placement's turns. Who has it and was not
 * chosen, or is one too many, keeps it until those that are to have it are healthy.
 *
 * <p>A standby that is one too many stays while its cluster may hold it: it runs nothing, and it
 * may have the data of the time before a failover. It goes when fewer clusters are asked for, and
 * when it is near the active cluster and another one stands by instead.
 *
 * <p>Long because single and many writers are in one place: an application turns from one into the
 * other while its members stay, so each rule here has to hold beside all others.
 */
final class Members {
    private static final Set<Reason> AT_ONCE =
            EnumSet.of(Reason.PREEMPTED, Reason.DATA_RESIDENCY, Reason.TENANT);

    private final FleetImage image;
    private final Uid application;
    private final long generation;
    private final Assignment former;
    private final PlacementDecision decision;
    private final Predicate<Uid> mayStay;
    private final SequencedMap<Uid, Member> next = new TreeMap<>();

    private Members(
            FleetImage image,
            Uid application,
            long generation,
            Assignment former,
            PlacementDecision decision,
            Predicate<Uid> mayStay) {
        this.image = image;
        this.application = application;
        this.generation = generation;
        this.former = former;
        this.decision = decision;
        this.mayStay = mayStay;
    }

    /**
     * @param actives how many clusters are active where the others stand by; 0: all are
     * @param mayStay whether nothing evicts the application from a cluster where it is
     * @param held whether a cluster that is held since it returned still is
     */
    static Assignment next(
            FleetImage image,
            Uid application,
            long generation,
            Assignment former,
            PlacementDecision decision,
            boolean singleWriter,
            int actives,
            Predicate<Uid> mayStay,
            Predicate<Uid> held) {
        Members members = new Members(image, application, generation, former, decision, mayStay);
        for (Member member : former.members()) {
            boolean suspect = singleWriter && member.role() != Role.STANDBY;
            if (suspect || image.cluster(member.cluster()).isPresent()) {
                members.next.put(
                        member.cluster(),
                        members.proved(
                                member.held(member.held() && held.test(member.cluster())),
                                singleWriter));
            }
        }
        long epoch =
                singleWriter
                        ? members.single()
                        : actives > 0 ? members.some(actives) : members.many();
        return new Assignment(
                application, epoch, List.copyOf(members.next.values()), members.keptDecision());
    }

    /**
     * Whether an agent has proved that a quarantined member runs nothing: of this very work, in
     * this epoch.
     */
    static boolean proves(FleetImage image, Uid application, Uid cluster) {
        return word(image, application, cluster).filter(WorkStatus.Demotion::proves).isPresent();
    }

    /** What an agent says of its stop, if it speaks of this very work. */
    private static Optional<WorkStatus.Demotion> word(
            FleetImage image, Uid application, Uid cluster) {
        Optional<Work> work =
                Optional.ofNullable(image.works(application).get(cluster))
                        .map(Held::value)
                        .filter(w -> w.role() != Role.ACTIVE && !w.tombstone());
        return Optional.ofNullable(image.reports(application).get(cluster))
                .flatMap(r -> r.value().demotion())
                .filter(
                        d ->
                                work.filter(
                                                w ->
                                                        d.sequence() >= w.sequence()
                                                                && d.epoch() == w.epoch())
                                        .isPresent());
    }

    /** Of many writers it is enough that no pod is left: one that only looks gone harms nothing. */
    private Member proved(Member member, boolean singleWriter) {
        boolean stopped =
                singleWriter
                        ? proves(image, application, member.cluster())
                        : word(image, application, member.cluster()).isPresent();
        return member.role() == Role.QUARANTINED && stopped && !member.held()
                ? member.with(Role.STANDBY)
                : member;
    }

    private long many() {
        Map<Uid, Map<String, Integer>> parts =
                Dividing.parts(former, decision, generation, this::healthyNow);
        for (Uid cluster : decision.chosen()) {
            next.compute(
                    cluster,
                    (_, m) ->
                            m != null && m.role() == Role.QUARANTINED
                                    ? m
                                    : new Member(cluster, Role.ACTIVE, generation, false)
                                            .with(parts.getOrDefault(cluster, Map.of())));
        }
        boolean made =
                !decision.chosen().isEmpty()
                        && decision.chosen().stream().allMatch(this::healthyNow);
        return left(made);
    }

    /** Many writers, of which so many are active and the others stand by. */
    private long some(int actives) {
        List<Uid> leading = leading(actives);
        boolean made = !leading.isEmpty() && leading.stream().allMatch(this::healthyNow);
        for (Uid cluster : decision.chosen()) {
            boolean leads = leading.contains(cluster);
            next.compute(
                    cluster,
                    (_, m) -> {
                        if (m != null && m.role() == Role.QUARANTINED) {
                            return m.at(generation);
                        }
                        boolean goesOn = m != null && m.role() == Role.ACTIVE && !made;
                        Role role = leads || goesOn ? Role.ACTIVE : Role.STANDBY;
                        return new Member(cluster, role, generation, false);
                    });
        }
        return left(made);
    }

    /**
     * Of many writers, what was not chosen goes when what was chosen instead is made.
     *
     * @return the epoch
     */
    private long left(boolean made) {
        next.replaceAll((cluster, m) -> chosen(cluster) ? m : leaving(m));
        next.values()
                .removeIf(
                        m ->
                                !chosen(m.cluster())
                                        && (goes(m, made)
                                                || (m.role() == Role.ACTIVE
                                                        && atOnce(m.cluster()))));
        return next.isEmpty() ? former.epoch() : Math.max(image.firstEpoch(), former.epoch());
    }

    /** Who is to be active of those that were chosen. Who is quarantined cannot be yet. */
    private List<Uid> leading(int actives) {
        return decision.chosen().stream()
                .filter(c -> role(c).filter(r -> r == Role.QUARANTINED).isEmpty())
                .sorted(
                        Comparator.comparing(
                                        (Uid c) -> role(c).filter(r -> r == Role.ACTIVE).isEmpty())
                                .thenComparing(
                                        c ->
                                                former.epoch() > 0
                                                        && (role(c).isEmpty()
                                                                || image.reach(c) != Reach.READY))
                                .thenComparing(decision.byTurn()))
                .limit(actives)
                .toList();
    }

    private Optional<Role> role(Uid cluster) {
        return Optional.ofNullable(next.get(cluster)).map(Member::role);
    }

    /** A member that goes away keeps the generation that it runs: nothing new is started there. */
    private static Member leaving(Member member) {
        return member.role() == Role.ACTIVE ? member.leave() : member;
    }

    private long single() {
        for (Uid cluster : decision.chosen()) {
            next.putIfAbsent(cluster, new Member(cluster, arrives(), generation, false));
        }
        next.values().removeIf(m -> !chosen(m.cluster()) && goes(m, false));
        // What was divided among many is not: the one that is active runs all.
        next.replaceAll((_, m) -> m.at(generation).with(Map.of()));
        long epoch = former.epoch();
        if (epoch == 0) {
            Optional<Uid> writer = Heir.first(application, decision, _ -> true);
            writer.ifPresent(w -> give(w, Role.ACTIVE));
            return writer.isPresent() ? image.firstEpoch() : 0;
        }
        if (Recovery.unsettled(image, former)) {
            return epoch;
        }
        List<Uid> asked =
                next.values().stream()
                        .filter(m -> m.role() == Role.STANDBY && suspect(m.cluster()))
                        .map(Member::cluster)
                        .toList();
        asked.forEach(c -> give(c, Role.QUARANTINED));
        List<Uid> active = active();
        boolean settled = active.stream().noneMatch(this::hadManyWriters);
        boolean stop = active.size() > 1 || (!settled && !rivals(active.getFirst()).isEmpty());
        if (stop) {
            active.forEach(c -> give(c, Role.QUARANTINED));
        }
        if (stop || !asked.isEmpty()) {
            return epoch + 1;
        }
        Optional<Uid> heir =
                active.isEmpty() && !Recovery.parked(image, former) ? heir() : Optional.empty();
        heir.ifPresent(h -> give(h, Role.ACTIVE));
        return heir.isPresent() ? epoch + 1 : epoch;
    }

    /**
     * Who comes later than the first decision shows first that it runs nothing: it may be a cluster
     * that ran it under another name or in a life that central has forgotten.
     */
    private Role arrives() {
        return former.epoch() == 0 ? Role.STANDBY : Role.QUARANTINED;
    }

    private void give(Uid cluster, Role role) {
        next.computeIfPresent(cluster, (_, m) -> m.with(role));
    }

    private List<Uid> active() {
        return next.values().stream()
                .filter(m -> m.role() == Role.ACTIVE)
                .map(Member::cluster)
                .toList();
    }

    /** Who gets the role that nobody has: only where nobody may run it. */
    private Optional<Uid> heir() {
        Set<Uid> standing =
                next.values().stream()
                        .filter(m -> m.role() == Role.STANDBY)
                        .map(Member::cluster)
                        .collect(Collectors.toSet());
        Optional<Uid> heir =
                Heir.first(
                        application,
                        decision,
                        c -> standing.contains(c) && image.reach(c) == Reach.READY);
        return heir.filter(h -> rivals(h).isEmpty());
    }

    /** Whether its orders are still those of an application with many writers. */
    private boolean hadManyWriters(Uid cluster) {
        return Optional.ofNullable(image.works(application).get(cluster))
                .filter(w -> !w.value().singleWriter())
                .isPresent();
    }

    /** Whether what is stored leaves open that it runs there, its role aside. */
    private boolean suspect(Uid cluster) {
        return Optional.ofNullable(image.works(application).get(cluster))
                .filter(
                        w ->
                                w.value().tombstone()
                                        ? Suspicion.of(w.value())
                                        : !w.value().singleWriter())
                .filter(_ -> !proves(image, application, cluster))
                .isPresent();
    }

    private List<Uid> rivals(Uid writer) {
        return suspects(image, application, next.values()).stream()
                .filter(c -> !c.equals(writer))
                .toList();
    }

    /** The clusters that may run a single writer, its active ones included. */
    static List<Uid> suspects(FleetImage image, Uid application, Collection<Member> members) {
        TreeSet<Uid> out = new TreeSet<>();
        Set<Uid> seen = new TreeSet<>();
        for (Member member : members) {
            seen.add(member.cluster());
            boolean stopped = member.held() && proves(image, application, member.cluster());
            if (member.role() != Role.STANDBY && !stopped) {
                out.add(member.cluster());
            }
        }
        image.works(application)
                .forEach(
                        (cluster, work) -> {
                            if (!seen.contains(cluster) && Suspicion.of(work.value())) {
                                out.add(cluster);
                            }
                        });
        return List.copyOf(out);
    }

    private boolean chosen(Uid cluster) {
        return decision.chosen().contains(cluster);
    }

    private boolean deleting(Uid cluster) {
        return image.candidate(cluster).map(c -> c.deleting()).orElse(true);
    }

    /**
     * Whether a member that was not chosen goes.
     *
     * @param made whether everything that was chosen is healthy
     */
    private boolean goes(Member member, boolean made) {
        boolean fewer =
                decision.satisfied()
                        && decision.chosen().size() < former.decision().chosen().size();
        return switch (member.role()) {
            case ACTIVE -> member.leaving() && made;
            case STANDBY ->
                    fewer
                            || (!member.returned()
                                    && (!mayStay.test(member.cluster()) || replaced(member)));
            case QUARANTINED -> deleting(member.cluster());
        };
    }

    /**
     * Whether a standby that is near the active cluster has been made good for: all that were
     * chosen instead stand by and are heard.
     */
    private boolean replaced(Member standby) {
        boolean near =
                decision.fates().stream()
                        .anyMatch(
                                f ->
                                        f.cluster().equals(standby.cluster())
                                                && f.reason() == Reason.STANDBY);
        return near
                && decision.satisfied()
                && decision.chosen().stream()
                        .flatMap(c -> Optional.ofNullable(next.get(c)).stream())
                        .allMatch(
                                m ->
                                        m.role() == Role.ACTIVE
                                                || (m.role() == Role.STANDBY
                                                        && image.reach(m.cluster())
                                                                == Reach.READY));
    }

    /**
     * Its room is another's at once, or it must not be there whatever happens: its successor is not
     * waited for. Of many writers only: a single writer is moved by nobody but an operation.
     */
    private boolean atOnce(Uid cluster) {
        return decision.fates().stream()
                .anyMatch(f -> f.cluster().equals(cluster) && AT_ONCE.contains(f.reason()));
    }

    /** Whether the cluster runs this generation well, by a report of its newest work. */
    private boolean healthyNow(Uid cluster) {
        Optional<Held<Work>> work = Optional.ofNullable(image.works(application).get(cluster));
        Optional<Held<WorkStatus>> report =
                Optional.ofNullable(image.reports(application).get(cluster));
        Reach reach = image.reach(cluster);
        return (reach == Reach.READY || reach == Reach.SUSPECT)
                && work.isPresent()
                && report.isPresent()
                && work.get().value().generation() == generation
                && work.get().value().role() == Role.ACTIVE
                && !work.get().value().tombstone()
                && report.get().value().sequence() >= work.get().value().sequence()
                && report.get().value().appliedSequence() >= work.get().value().sequence()
                && (report.get().value().health() == Health.HEALTHY
                        || report.get().value().health() == Health.STOPPED);
    }

    /**
     * The former decision while it says the same, so that "chosen" does not turn into "kept" by a
     * write of its own.
     */
    private PlacementDecision keptDecision() {
        PlacementDecision old = former.decision();
        boolean gaveWay =
                decision.fates().stream()
                        .anyMatch(
                                f ->
                                        f.reason() == Reason.PREEMPTED
                                                && former.member(f.cluster()).isPresent());
        return !gaveWay && Alike.are(old, decision) && turns(old).equals(turns(decision))
                ? old
                : decision;
    }

    /** Who would take over, in turn: that a failover went to one of them changes no turn. */
    private List<Uid> turns(PlacementDecision told) {
        List<Uid> active = active();
        return told.order().stream().filter(c -> !active.contains(c)).toList();
    }
}
