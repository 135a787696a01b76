package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Uid;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A move that takes longer than moves take, such as one to an image that cannot be pulled. It goes
 * on, and it runs where it ran; no other move waits for it any more.
 */
final class Overdue {
    static final String CONDITION = "MoveOverdue";

    /** From the decision on. */
    static final Duration AFTER = Duration.ofMinutes(30);

    private Overdue() {}

    /** When it will be, or was, overdue; empty where nothing moves. */
    static Optional<Instant> at(Assignment assignment) {
        return assignment.members().stream().anyMatch(Member::leaving)
                ? Optional.of(assignment.decision().decidedAt().orElse(Instant.EPOCH).plus(AFTER))
                : Optional.empty();
    }

    /** Once it is overdue. */
    static Optional<Condition> condition(FleetImage image, Assignment assignment, Instant now) {
        return at(assignment)
                .filter(at -> !now.isBefore(at))
                .map(
                        _ ->
                                new Condition(
                                        CONDITION,
                                        Truth.TRUE,
                                        "NotHealthyThere",
                                        "it was to leave "
                                                + names(image, assignment, true)
                                                + " within "
                                                + AFTER.toMinutes()
                                                + " minutes, and does not until it is healthy on "
                                                + names(image, assignment, false)
                                                + "; other moves wait for it no more",
                                        now));
    }

    private static String names(FleetImage image, Assignment assignment, boolean leaving) {
        List<Uid> clusters =
                assignment.members().stream()
                        .filter(m -> m.leaving() == leaving)
                        .map(Member::cluster)
                        .toList();
        return String.join(", ", clusters.stream().map(image::clusterName).sorted().toList());
    }
}
