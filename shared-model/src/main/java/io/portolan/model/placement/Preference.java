package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Names;
import io.portolan.model.Selector;
import java.util.Optional;

/**
 * What makes one cluster better than another that fits as well. Exactly one of {@code where},
 * {@code lowest} and {@code highest}.
 *
 * @param where not everything; clusters that match have all of the weight, the others nothing
 * @param lowest a label that holds a number, such as a price, a latency or grams of carbon: the
 *     lowest number among the clusters that fit has all of the weight, the highest nothing, and the
 *     others a part in between; without a number a cluster has nothing
 * @param highest the same, the other way round
 * @param weight against the other preferences
 */
public record Preference(
        Optional<Selector> where, Optional<String> lowest, Optional<String> highest, int weight) {
    private static final int HIGHEST_WEIGHT = 1_000;

    public Preference {
        where = where.filter(w -> !w.requirements().isEmpty());
    }

    void check(Check at) {
        int given =
                (where.isPresent() ? 1 : 0)
                        + (lowest.isPresent() ? 1 : 0)
                        + (highest.isPresent() ? 1 : 0);
        at.require(given == 1, "must have exactly one of: where, lowest, highest");
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
                .orElse("nothing");
    }
}
