package io.portolan.central.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What weakens a store that answers.
 *
 * @param durability why what was acknowledged may still be lost; empty where it may not, as far as
 *     the store can tell
 * @param oldest the age of the oldest transaction: what it holds is held for so long
 * @param holder whose transaction that is, as the database names its session; empty where none is
 */
public record StoreHealth(Optional<String> durability, Duration oldest, String holder) {
    /** A transaction older than that is told: no limit of ours lets it live so long. */
    static final Duration OLD = Duration.ofMinutes(1);

    public static final StoreHealth GOOD = new StoreHealth(Optional.empty(), Duration.ZERO, "");

    /** All of it, for an operator. */
    public List<String> warnings() {
        List<String> out = new ArrayList<>();
        durability.ifPresent(out::add);
        if (oldest.compareTo(OLD) > 0) {
            out.add(
                    "a transaction of %s has been open for %d s: nothing that it holds can be cleaned up"
                            .formatted(
                                    holder.isEmpty() ? "a session without a name" : holder,
                                    oldest.toSeconds()));
        }
        return out;
    }
}
