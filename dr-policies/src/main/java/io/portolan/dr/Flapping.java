package io.portolan.dr;

import io.portolan.model.cluster.ClusterStatus.Losses;
import io.portolan.model.cluster.ClusterStatus.Reach;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When a cluster that was down counts as back. Goals: one heartbeat does not end a loss; a cluster
 * that comes and goes is believed later each time; one that was calm for an hour is like any other.
 *
 * <p>Method: it must be heard for {@code back} without a break, twice as long from the third loss
 * within an hour on, four times from the fourth, at most half an hour. Until then it is returning:
 * what it lost before goes on to count as one loss, and nothing is failed over to it by policy.
 *
 * <p>Times are of the leader's steady clock. A new leader has another: it counts anew from when it
 * began to lead, which makes a wait longer and never shorter.
 */
public final class Flapping {
    /** Losses count for so long. */
    static final Duration CALM = Duration.ofHours(1);

    static final Duration LONGEST = Duration.ofMinutes(30);

    /** So many losses within {@link #CALM} change nothing yet. */
    private static final int EXCUSED = 2;

    private Flapping() {}

    /**
     * What is known of a cluster's losses now.
     *
     * @param before its reach as it is stored
     * @param is its reach now
     * @param back see {@link #hold}
     * @param led since when this leader leads
     */
    public static Optional<Losses> next(
            Optional<Losses> former,
            Optional<Reach> before,
            Reach is,
            Duration back,
            Instant led,
            Instant now) {
        return switch (is) {
            case PENDING -> Optional.empty();
            case UNREACHABLE ->
                    before.filter(r -> r == Reach.UNREACHABLE).isPresent()
                            ? former
                            : Optional.of(lost(former, back, led, now));
            case SUSPECT ->
                    former.map(
                            l ->
                                    returning(l, back, led, now)
                                            ? new Losses(l.at(), l.downSince(), Optional.empty())
                                            : l);
            case READY ->
                    former.map(
                                    l ->
                                            l.heardSince()
                                                            .filter(t -> !t.isBefore(led))
                                                            .filter(t -> !t.isAfter(now))
                                                            .isPresent()
                                                    ? l
                                                    : new Losses(
                                                            l.at(),
                                                            l.downSince(),
                                                            Optional.of(now)))
                            .filter(l -> returning(l, back, led, now) || calmAt(l).isAfter(now));
        };
    }

    private static Losses lost(Optional<Losses> former, Duration back, Instant led, Instant now) {
        List<Instant> at = new ArrayList<>();
        former.ifPresent(
                l -> l.at().stream().filter(t -> t.plus(CALM).isAfter(now)).forEach(at::add));
        at.add(now);
        return new Losses(
                at,
                former.filter(l -> returning(l, back, led, now)).map(Losses::downSince).orElse(now),
                Optional.empty());
    }

    /** For how long it must be heard to count as back. */
    public static Duration hold(Losses losses, Duration back) {
        int doubled = Math.clamp(losses.at().size() - EXCUSED, 0, 20);
        Duration hold = back.multipliedBy(1L << doubled);
        return hold.compareTo(LONGEST) <= 0 || back.compareTo(LONGEST) >= 0 ? hold : LONGEST;
    }

    /** When it counts as back; empty while it is not heard. */
    public static Optional<Instant> backAt(Losses losses, Duration back, Instant led) {
        return losses.heardSince()
                .map(since -> (since.isAfter(led) ? since : led).plus(hold(losses, back)));
    }

    /** Whether it does not count as back yet, heard or not. */
    public static boolean returning(Losses losses, Duration back, Instant led, Instant now) {
        return backAt(losses, back, led).filter(at -> !now.isBefore(at)).isEmpty();
    }

    /** When its losses are forgotten. */
    public static Instant calmAt(Losses losses) {
        return losses.at().getLast().plus(CALM);
    }
}
