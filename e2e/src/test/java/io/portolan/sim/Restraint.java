package io.portolan.sim;

import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store.Silence;
import io.portolan.model.Uid;
import io.portolan.model.operation.Failover;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The invariant 13 of DESIGN.md section 7: what central does without being asked it does once in a
 * cooldown, and not while a good part of the fleet is silent.
 */
final class Restraint {
    static final Duration COOLDOWN = Duration.ofMinutes(2);

    /** Silent for certain also by what central heard a moment ago. */
    private static final Duration SILENT = Duration.ofSeconds(18);

    private final MemoryStore store;
    private final BiConsumer<Invariant, String> fails;
    private final Set<Uid> seen = new HashSet<>();

    Restraint(MemoryStore store, BiConsumer<Invariant, String> fails) {
        this.store = store;
        this.fails = fails;
    }

    /**
     * @param operations of one application
     */
    void check(String application, List<Failover> operations) {
        List<Failover> unasked =
                operations.stream()
                        .filter(f -> f.request().automatic())
                        .sorted(Comparator.comparing(Failover::requestedAt))
                        .toList();
        for (int i = 0; i < unasked.size(); i++) {
            if (!seen.add(unasked.get(i).uid())) {
                continue;
            }
            Instant at = unasked.get(i).requestedAt();
            if (i > 0 && at.isBefore(unasked.get(i - 1).requestedAt().plus(COOLDOWN))) {
                fails.accept(
                        Invariant.RESTRAINT, application + " is failed over twice in a cooldown");
            }
            long silent =
                    store.silences().values().stream()
                            .map(Silence::since)
                            .filter(s -> s.compareTo(SILENT) >= 0)
                            .count();
            if (silent > 1) {
                fails.accept(
                        Invariant.RESTRAINT,
                        application + " is failed over while " + silent + " clusters are silent");
            }
        }
    }
}
