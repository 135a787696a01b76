package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import java.util.Locale;
import java.util.Optional;

/**
 * What makes one cluster better than another that fits as well. Exactly one of {@code where},
 * {@code lowest}, {@code highest} and {@code free}.
 *
 * @param where not everything; clusters that match have all of the weight, the others nothing
 * @param lowest a label that holds a number, such as a price, a latency or grams of carbon: the
 *     lowest number among the clusters that fit has all of the weight, the highest nothing, and the
 *     others a part in between; without a number a cluster has nothing
 * @param highest the same, the other way round
 * @param free by the part of the cluster's CPU or memory, whichever is scarcer, that stays free
 *     after the application has come, in steps of a tenth so that little changes nothing: most of
 *     it free has all of the weight, or least of it; one whose room is not known has nothing
 * @param weight against the other preferences
 */
public record Preference(
        Optional<Selector> where,
        Optional<String> lowest,
        Optional<String> highest,
        Optional<Free> free,
        int weight) {
    private static final int HIGHEST_WEIGHT = 1_000;

    public Preference {
        where = where.filter(w -> !w.requirements().isEmpty());
    }

    /** That does not look at room. */
    public Preference(
            Optional<Selector> where,
            Optional<String> lowest,
            Optional<String> highest,
            int weight) {
        this(where, lowest, highest, Optional.empty(), weight);
    }

    /** What of the room is wanted. */
    public enum Free {
        /** Spreads applications over the fleet. */
        MOST,
        /** Packs them onto few clusters. */
        LEAST;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void check(Check at) {
        int given =
                (where.isPresent() ? 1 : 0)
                        + (lowest.isPresent() ? 1 : 0)
                        + (highest.isPresent() ? 1 : 0)
                        + (free.isPresent() ? 1 : 0);
        at.require(given == 1, "must have exactly one of: where, lowest, highest, free");
        where.ifPresent(w -> w.check(at.at("where")));
        lowest.ifPresent(
                key -> at.at("lowest").require(Names.labelKey(key), "must be a label key"));
        highest.ifPresent(
                key -> at.at("highest").require(Names.labelKey(key), "must be a label key"));
        at.at("weight").range(weight, 1, HIGHEST_WEIGHT);
    }

    /** As it is written, without the weight: {@code lowest example.com/cost}. */
    @Override
    public String toString() {
        return where.map(Selector::toString)
                .or(() -> lowest.map("lowest "::concat))
                .or(() -> highest.map("highest "::concat))
                .or(() -> free.map(f -> f + " free"))
                .orElse("nothing");
    }
}
