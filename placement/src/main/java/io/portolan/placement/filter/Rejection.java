package io.portolan.placement.filter;

import io.portolan.model.placement.PlacementDecision.Reason;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Why a cluster does not fit.
 *
 * @param label a word or two for the summary: {@code region}, {@code tainted maintenance}
 * @param told for people, with the names and values that collided; made when it is asked for
 * @param evicts whether what runs there already must leave; else it keeps only newcomers away
 * @param evictsAt from when on it will evict, if nothing changes
 */
public record Rejection(
        Reason reason,
        String label,
        Supplier<String> told,
        boolean evicts,
        Optional<Instant> evictsAt) {
    /** An operation has left the cluster, and it is not chosen again while the operation lives. */
    public static final Rejection EXCLUDED =
            evicting(Reason.EXCLUDED, "excluded", "an operation has just left it");

    static Rejection evicting(Reason reason, String label, String detail) {
        return evicting(reason, label, () -> detail);
    }

    static Rejection evicting(Reason reason, String label, Supplier<String> detail) {
        return new Rejection(reason, label, detail, true, Optional.empty());
    }

    /** One that preempts has taken its room. */
    public static Rejection preempted(String by, int priority) {
        return evicting(
                Reason.PREEMPTED,
                "preempted",
                () -> "gave way to " + by + " (priority " + priority + ")");
    }

    static Rejection forNewcomers(Reason reason, String label, String detail) {
        return forNewcomers(reason, label, () -> detail);
    }

    static Rejection forNewcomers(Reason reason, String label, Supplier<String> detail) {
        return new Rejection(reason, label, detail, false, Optional.empty());
    }

    public String detail() {
        return told.get();
    }
}
