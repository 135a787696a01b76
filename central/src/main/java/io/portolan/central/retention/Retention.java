package io.portolan.central.retention;

import io.portolan.central.store.Old;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.util.List;

/**
 * What is kept, and for how long.
 *
 * @param events since they were told
 * @param eventsPerObject the newest ones of each object
 * @param audit since it was recorded
 * @param operations since they ended; the last one of each application stays
 * @param revisions the newest generations of each resource's spec: what a rollback can reach
 * @param contents rendered objects that no cluster is to run any more
 * @param answers for repeated requests, by idempotency key
 * @param tokens since they ended
 * @param history of changes: a watcher that was away for less may resume
 * @param historyChanges the newest ones, however young more of them are
 */
public record Retention(
        Duration events,
        int eventsPerObject,
        Duration audit,
        Duration operations,
        int revisions,
        Duration contents,
        Duration answers,
        Duration tokens,
        Duration history,
        int historyChanges) {
    public static final String EVENTS = "30d";
    public static final String EVENTS_PER_OBJECT = "200";
    public static final String AUDIT = "365d";
    public static final String OPERATIONS = "90d";
    public static final String REVISIONS = "20";
    public static final String HISTORY = "1h";
    public static final String HISTORY_CHANGES = "500000";

    public static final Retention USUAL =
            of(
                    EVENTS,
                    Integer.parseInt(EVENTS_PER_OBJECT),
                    AUDIT,
                    OPERATIONS,
                    Integer.parseInt(REVISIONS),
                    HISTORY,
                    Integer.parseInt(HISTORY_CHANGES));

    /** So many of the newest changes stay whatever their age. */
    private static final int LEAST_HISTORY = 10_000;

    /**
     * @throws IllegalArgumentException naming what would be kept for too short a time
     */
    public Retention {
        least("events", events, Duration.ofHours(1));
        least("audit", audit, Duration.ofDays(1));
        least("operations", operations, Duration.ofHours(1));
        least("history", history, Duration.ofMinutes(1));
        least("events per object", eventsPerObject);
        least("revisions", revisions);
        if (historyChanges < LEAST_HISTORY) {
            throw new IllegalArgumentException(
                    LEAST_HISTORY + " changes must be kept at least, was " + historyChanges);
        }
    }

    /**
     * With what is left at a day: nobody has a reason to change it.
     *
     * @throws IllegalArgumentException when a text is no duration or too short
     */
    public static Retention of(
            String events,
            int eventsPerObject,
            String audit,
            String operations,
            int revisions,
            String history,
            int historyChanges) {
        return new Retention(
                Durations.parse(events),
                eventsPerObject,
                Durations.parse(audit),
                Durations.parse(operations),
                revisions,
                Duration.ofDays(1),
                Duration.ofDays(1),
                Duration.ofDays(1),
                Durations.parse(history),
                historyChanges);
    }

    private static void least(String what, Duration kept, Duration least) {
        if (kept.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    what
                            + " must be kept for "
                            + Durations.format(least)
                            + " at least, was "
                            + Durations.format(kept));
        }
    }

    private static void least(String what, int kept) {
        if (kept < 2) {
            throw new IllegalArgumentException(what + " must be kept 2 at least, was " + kept);
        }
    }

    /** What may be forgotten every minute. */
    public List<Old> often() {
        return List.of(new Old.History(LEAST_HISTORY, history, historyChanges));
    }

    /**
     * What may be forgotten every hour.
     *
     * @param since when it was last done to the end: what has not grown since is not looked at
     */
    public List<Old> seldom(Duration since) {
        return List.of(
                new Old.Events(events),
                new Old.CrowdedEvents(eventsPerObject, since),
                new Old.Audit(audit),
                new Old.Operations(operations),
                new Old.Revisions(revisions, since),
                new Old.RevisionsOfDeleted(),
                new Old.Contents(contents),
                new Old.Answers(answers),
                new Old.Tokens(tokens));
    }
}
