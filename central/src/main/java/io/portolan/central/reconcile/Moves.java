package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Tells people what a new assignment changes, and what triggered it. */
final class Moves {
    /** How a decision begins to name those that must go for it. */
    private static final String ROOM = ", in the room of ";

    private Moves() {}

    /** Whether a member was quarantined and now stands by. */
    static boolean released(Assignment former, Assignment next, Uid cluster) {
        return former.member(cluster).map(Member::role).equals(Optional.of(Role.QUARANTINED))
                && !next.member(cluster).map(Member::role).equals(Optional.of(Role.QUARANTINED));
    }

    static List<EventRecord> told(
            FleetImage image, Assignment former, Assignment next, Instant now) {
        List<EventRecord> out = new ArrayList<>();
        Uid application = next.application();
        String why = next.decision().trigger().map(t -> " (" + t + ")").orElse("");
        for (Member member : next.members()) {
            String cluster = image.clusterName(member.cluster());
            Optional<Member> was = former.member(member.cluster());
            if (was.isEmpty()) {
                out.add(
                        normal(
                                application,
                                now,
                                "Placed",
                                "placed on "
                                        + cluster
                                        + " as "
                                        + member.role()
                                        + driven(next, member.cluster())
                                        + why));
            } else if (released(former, next, member.cluster())) {
                out.add(
                        normal(
                                application,
                                now,
                                "Released",
                                cluster
                                        + " has shown that it runs nothing: "
                                        + was.get().role()
                                        + " -> "
                                        + member.role()));
            } else if (was.get().role() != member.role()) {
                out.add(
                        normal(
                                application,
                                now,
                                "RoleChanged",
                                cluster + ": " + was.get().role() + " -> " + member.role()));
            }
            if (was.filter(m -> !m.replicas().equals(member.replicas())).isPresent()) {
                out.add(
                        normal(
                                application,
                                now,
                                "Divided",
                                cluster + " runs " + words(member) + why));
            }
            if (member.leaving() && was.filter(m -> !m.leaving()).isPresent()) {
                out.add(
                        normal(
                                application,
                                now,
                                "Leaving",
                                "leaves " + cluster + " when its successors are healthy" + why));
            }
        }
        for (Member member : former.members()) {
            if (next.member(member.cluster()).isEmpty()) {
                gaveWay(next, member.cluster())
                        .ifPresent(
                                f ->
                                        out.add(
                                                new EventRecord(
                                                        application,
                                                        now,
                                                        Severity.WARNING,
                                                        "Preempted",
                                                        f.name() + ": " + f.detail(),
                                                        "central")));
                out.add(
                        normal(
                                application,
                                now,
                                "Removing",
                                "is removed from " + image.clusterName(member.cluster()) + why));
            }
        }
        return out;
    }

    /** What it says of a cluster where it gave way to one that preempts. */
    private static Optional<Fate> gaveWay(Assignment next, Uid cluster) {
        return next.decision().fates().stream()
                .filter(f -> f.cluster().equals(cluster) && f.reason() == Reason.PREEMPTED)
                .findFirst();
    }

    /** {@code , in the room of shop/batch}, where it drives out others. */
    private static String driven(Assignment next, Uid cluster) {
        return next.decision().fates().stream()
                .filter(f -> f.cluster().equals(cluster) && f.chosen())
                .map(Fate::detail)
                .filter(detail -> detail.contains(ROOM))
                .map(detail -> detail.substring(detail.indexOf(ROOM)))
                .findFirst()
                .orElse("");
    }

    private static String words(Member member) {
        return member.replicas().isEmpty()
                ? "all replicas"
                : member.replicas().entrySet().stream()
                        .map(e -> e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static EventRecord normal(Uid subject, Instant at, String reason, String message) {
        return new EventRecord(subject, at, Severity.NORMAL, reason, message, "central");
    }
}
