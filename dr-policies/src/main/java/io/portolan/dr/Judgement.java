package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What follows, by an application's policy, from the silence of clusters that it is active on.
 *
 * <p>Goals: nobody is failed over for a silence that the policy tolerates; of a silence that it
 * does not tolerate an operator hears, with the command to type; a flapping cluster causes one
 * automatic failover in a cooldown at most; none happens while the brake holds.
 */
public final class Judgement {
    /**
     * A cluster that is believed to be down.
     *
     * @param silence for how long it has not been heard
     * @param down for how long that has been longer than what is believed of a living cluster
     * @param lastHeard on PostgreSQL's clock
     */
    public record Down(
            Uid cluster, String name, Duration silence, Duration down, Instant lastHeard) {}

    /** What follows. */
    public sealed interface Verdict {
        /** Nothing: all are heard, or the policy leaves it to whoever notices. */
        record Nothing() implements Verdict {}

        /**
         * An operator is told, and central does nothing now.
         *
         * @param reason CamelCase, for programs
         * @param told for people, without the command
         * @param again when to look anew
         */
        record Told(String reason, String told, Optional<Instant> again) implements Verdict {}

        /** A failover away from these. */
        record FailOver(List<Down> from, String why) implements Verdict {}
    }

    private Judgement() {}

    /**
     * @param down the clusters that it is active on and that are believed to be down
     * @param brake asked only where a failover would follow
     * @param last when central failed it over by itself last
     * @param now on the clock of {@code last}
     */
    public static Verdict of(
            DrPolicySpec policy,
            Collection<Down> down,
            Supplier<Brake> brake,
            Optional<Instant> last,
            Instant now) {
        if (down.isEmpty() || policy.trigger() == DrPolicySpec.Trigger.MANUAL) {
            return new Verdict.Nothing();
        }
        List<Down> due =
                down.stream().filter(d -> d.down().compareTo(policy.toleration()) >= 0).toList();
        if (due.isEmpty()) {
            return tolerated(policy, down, now);
        }
        String why = silent(due);
        if (policy.trigger() == DrPolicySpec.Trigger.PROPOSE) {
            return new Verdict.Told("Proposed", why, Optional.empty());
        }
        Brake fleet = brake.get();
        Optional<Brake.Held> held =
                due.stream().flatMap(d -> fleet.held(d.silence()).stream()).findFirst();
        if (held.isPresent()) {
            return new Verdict.Told(
                    "Braked",
                    why + "; no automatic failover: " + held.get().why(),
                    Optional.of(now.plus(held.get().again())));
        }
        Optional<Instant> rested = last.map(l -> l.plus(policy.cooldown())).filter(now::isBefore);
        return rested.<Verdict>map(
                        until ->
                                new Verdict.Told(
                                        "Cooldown",
                                        why
                                                + "; no automatic failover before "
                                                + until.truncatedTo(ChronoUnit.SECONDS)
                                                + ", "
                                                + Durations.format(policy.cooldown())
                                                + " after the last",
                                        Optional.of(until)))
                .orElseGet(() -> new Verdict.FailOver(due, why));
    }

    private static Verdict tolerated(DrPolicySpec policy, Collection<Down> down, Instant now) {
        Duration longest =
                down.stream().map(Down::down).max(Duration::compareTo).orElse(Duration.ZERO);
        return new Verdict.Told(
                "Tolerated",
                silent(down)
                        + "; its policy tolerates that for "
                        + Durations.format(policy.toleration()),
                Optional.of(now.plus(policy.toleration().minus(longest))));
    }

    /** {@code eu-west is not heard since 2026-11-22T17:00:00Z}. */
    private static String silent(Collection<Down> down) {
        return down.stream()
                .map(
                        d ->
                                d.name()
                                        + " is not heard since "
                                        + d.lastHeard().truncatedTo(ChronoUnit.SECONDS))
                .collect(Collectors.joining(", "));
    }
}
