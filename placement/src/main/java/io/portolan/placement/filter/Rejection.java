package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a cluster does not fit.
 *
 * @param label a word or two for the summary: {@code region}, {@code tainted maintenance}
 * @param detail for people, with the names and values that collided
 * @param evicts whether what runs there already must leave; else it keeps only newcomers away
 * @param evictsAt from when on it will evict, if nothing changes
 */
public record Rejection(
        Reason reason, String label, String detail, boolean evicts, Optional<Instant> evictsAt) {
    static Rejection evicting(Reason reason, String label, String detail) {
        return new Rejection(reason, label, detail, true, Optional.empty());
    }

    static Rejection forNewcomers(Reason reason, String label, String detail) {
        return new Rejection(reason, label, detail, false, Optional.empty());
    }
}
