package io.portolan.placement.filter;

import io.portolan.model.Selector;
import io.portolan.model.placement.PlacementDecision.Reason;
import java.util.Map;
import java.util.Optional;

/** The policy's {@code where}. A policy that was narrowed moves what is outside of it. */
final class SelectorFilter implements Filter {
    @Override
    public Optional<Rejection> rejection(Question q) {
        return unmet(q.policy().where(), q)
                .map(
                        unmet ->
                                Rejection.evicting(
                                        Reason.SELECTOR,
                                        unmet.key(),
                                        "the policy asks for "
                                                + unmet
                                                + ", here "
                                                + found(unmet, q)));
    }

    /** The first requirement that does not hold. */
    static Optional<Selector.Requirement> unmet(Selector selector, Question q) {
        if (selector.requirements().isEmpty()) {
            return Optional.empty();
        }
        Map<String, String> selectable = q.selectable();
        return selector.requirements().stream().filter(r -> !r.matches(selectable)).findFirst();
    }

    static String found(Selector.Requirement unmet, Question q) {
        String value = q.selectable().get(unmet.key());
        return value == null ? "there is none" : "it is " + value;
    }
}
