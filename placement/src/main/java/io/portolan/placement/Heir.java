package io.portolan.placement;

import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.select.TieBreak;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/** Who gets the active role of a single writer next. */
public final class Heir {
    private Heir() {}

    /**
     * The first who is able: in the order in which placement put them. A decision from before it
     * did so has none; there it is the application's own order, which never changes.
     */
    public static Optional<Uid> first(
            Uid application, PlacementDecision decision, Predicate<Uid> able) {
        long seed = TieBreak.seed(application);
        return decision.order().stream()
                .filter(able)
                .findFirst()
                .or(
                        () ->
                                decision.chosen().stream()
                                        .filter(able)
                                        .min(
                                                Comparator.comparingLong(
                                                                (Uid c) -> TieBreak.rank(seed, c))
                                                        .thenComparing(c -> c)));
    }
}
