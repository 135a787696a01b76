package io.portolan.central.image;

import io.portolan.central.render.Requested;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.StandbyLevel;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision.Drive;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.placement.Priority;
import io.portolan.placement.Heir;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Requests;
import io.portolan.placement.fleet.Use;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one application takes of the fleet's room by its assignment.
 *
 * @param name as {@code shop/checkout}
 * @param used by its active members, those that leave included, by what runs where it stands by,
 *     and where an operation keeps room for it
 * @param reserved where it would go if its active cluster were lost
 * @param drives whom it drives out of clusters that it uses, while its policy says that it may
 */
public record Footprint(
        String name,
        Map<Uid, Use> used,
        Optional<Reservation> reserved,
        Priority priority,
        Map<Uid, Set<Uid>> drives) {
    public Footprint {
        used = Collections.unmodifiableMap(new TreeMap<>(used));
        drives = Collections.unmodifiableMap(new TreeMap<>(drives));
    }

    /**
     * Room that a failover will need.
     *
     * @param cluster of the first standby
     * @param lost what must be lost for it: {@code region eu-west}, or {@code cluster paris} where
     *     the cluster says no region
     */
    public record Reservation(Uid cluster, Use use, String lost) {}

    /**
     * Empty where it takes nothing.
     *
     * @param lost what a cluster would be lost with
     */
    static Optional<Footprint> of(
            Resource<ApplicationSpec> application,
            Commitment commitment,
            PlacementPolicySpec placement,
            DrPolicySpec recovery,
            Function<Uid, String> lost) {
        Assignment assignment = commitment.assignment();
        Requests requests = Requested.of(application.spec());
        if (requests.isNone() || assignment.members().isEmpty()) {
            return Optional.empty();
        }
        Map<Uid, Use> used = new TreeMap<>();
        for (Member member : assignment.members()) {
            boolean chosen = assignment.decision().chosen().contains(member.cluster());
            Use use = use(member, chosen, recovery, requests);
            if (member.role() == Role.ACTIVE || !use.isNone()) {
                used.put(member.cluster(), use);
            }
        }
        commitment.kept().forEach(cluster -> used.put(cluster, requests.all()));
        Priority usual = placement.priority().orElse(Priority.USUAL);
        return Optional.of(
                new Footprint(
                        application.metadata().tenant() + "/" + application.metadata().name(),
                        used,
                        reserved(assignment, recovery, requests, used, lost),
                        new Priority(
                                usual.value(),
                                usual.preempts(),
                                usual.preemptible() && !recovery.singleWriter()),
                        usual.preempts() ? drives(assignment, used) : Map.of()));
    }

    private static Use use(
            Member member, boolean chosen, DrPolicySpec recovery, Requests requests) {
        return switch (member.role()) {
            case ACTIVE -> requests.part(member.replicas());
            case QUARANTINED -> Use.NONE;
            case STANDBY ->
                    switch (chosen && !recovery.singleWriter()
                            ? recovery.level()
                            : StandbyLevel.PILOT_LIGHT) {
                        case COLD, PILOT_LIGHT -> Use.NONE;
                        case WARM -> new Use(requests.least(1).amount(), Amount.NONE);
                        case HOT -> requests.all();
                    };
        };
    }

    private static Map<Uid, Set<Uid>> drives(Assignment assignment, Map<Uid, Use> used) {
        return assignment.decision().drives().stream()
                .filter(d -> used.containsKey(d.cluster()))
                .collect(
                        Collectors.groupingBy(
                                Drive::cluster,
                                Collectors.mapping(
                                        Drive::application, Collectors.toUnmodifiableSet())));
    }

    private static Optional<Reservation> reserved(
            Assignment assignment,
            DrPolicySpec recovery,
            Requests requests,
            Map<Uid, Use> used,
            Function<Uid, String> lost) {
        List<Uid> active = assignment.active();
        if (!recovery.reserves() || active.size() != 1) {
            return Optional.empty();
        }
        return successor(assignment)
                .map(
                        c ->
                                new Reservation(
                                        c,
                                        requests.all().minus(used.getOrDefault(c, Use.NONE)),
                                        lost.apply(active.getFirst())))
                .filter(r -> !r.use().isNone());
    }

    private static Optional<Uid> successor(Assignment assignment) {
        Set<Uid> standing =
                assignment.members().stream()
                        .filter(m -> m.role() != Role.ACTIVE && !m.leaving())
                        .map(Member::cluster)
                        .filter(assignment.decision().chosen()::contains)
                        .collect(Collectors.toSet());
        return Heir.first(assignment.application(), assignment.decision(), standing::contains);
    }
}
