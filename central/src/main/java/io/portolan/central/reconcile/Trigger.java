package io.portolan.central.reconcile;

import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How a decision came to be. It says what happened before these clusters were chosen, and when;
 * both stay while the choice is the same, however its words change. Placement knows nothing of it,
 * and whether two decisions are alike does not depend on it.
 */
final class Trigger {
    private Trigger() {}

    /** The next assignment, whose decision tells what triggered it. */
    static Assignment on(View view, Assignment former, Assignment next) {
        PlacementDecision before = former.decision();
        PlacementDecision decision = next.decision();
        if (decision == before) {
            return next;
        }
        boolean first = former.members().isEmpty() && before.fates().isEmpty();
        boolean same =
                !first
                        && before.chosen().equals(decision.chosen())
                        && before.parts().equals(decision.parts());
        return new Assignment(
                next.application(),
                next.epoch(),
                next.members(),
                same
                        ? decision.because(before.trigger(), before.decidedAt())
                        : decision.because(
                                Optional.of(words(view, former, decision)),
                                Optional.of(view.now().truncatedTo(ChronoUnit.MILLIS))));
    }

    /** Where no event is known, such as when a toleration ends, what was left tells it. */
    private static String words(View view, Assignment former, PlacementDecision decision) {
        Optional<String> known = view.cause();
        if (known.isPresent() && !known.get().equals(Cause.LEADER)) {
            return known.get();
        }
        Optional<String> left = left(former, decision);
        return known.map(words -> left.map(l -> words + "; " + l).orElse(words))
                .or(() -> left)
                .orElse("it was looked at again");
    }

    /** {@code c2: its taint maintenance:NoExecute was tolerated until ...}. */
    private static Optional<String> left(Assignment former, PlacementDecision decision) {
        return decision.fates().stream()
                .filter(f -> !f.chosen())
                .filter(
                        f ->
                                former.member(f.cluster())
                                        .filter(m -> !m.leaving())
                                        .map(Member::cluster)
                                        .filter(former.decision().chosen()::contains)
                                        .isPresent())
                .findFirst()
                .map(Trigger::words);
    }

    private static String words(Fate fate) {
        return fate.name() + ": " + fate.detail();
    }
}
