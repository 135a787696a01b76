package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.Failback;
import io.portolan.model.dr.Safety;
import io.portolan.model.wire.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
     * @param asked how many agents of other clusters have told whether it lives
     * @param reached how many of them reach it
     */
    public record Down(
            Uid cluster,
            String name,
            Duration silence,
            Duration down,
            Instant lastHeard,
            int asked,
            int reached) {
        /** One of which nobody was asked. */
        public Down(Uid cluster, String name, Duration silence, Duration down, Instant lastHeard) {
            this(cluster, name, silence, down, lastHeard, 0, 0);
        }

        /** {@code 2 of 3 other clusters reach it}; empty where nobody was asked. */
        private String peers() {
            if (asked == 0) {
                return "";
            }
            return reached == 0
                    ? " (nor is it reached from any of "
                            + asked
                            + " other cluster"
                            + (asked == 1 ? ")" : "s)")
                    : " (" + reached + " of " + asked + " other clusters reach it)";
        }
    }

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
     * @param active how many clusters it is active on
     * @param down those of them that are believed to be down
     * @param brake asked only where a failover would follow
     * @param past when central failed it over by itself, the last last; as far back as the policy's
     *     rate asks
     * @param now on the clock of {@code past}
     */
    public static Verdict of(
            DrPolicySpec policy,
            int active,
            Collection<Down> down,
            Supplier<Brake> brake,
            List<Instant> past,
            Instant now) {
        if (down.isEmpty() || policy.trigger() == DrPolicySpec.Trigger.MANUAL) {
            return new Verdict.Nothing();
        }
        List<Down> due =
                down.stream().filter(d -> d.down().compareTo(policy.toleration()) >= 0).toList();
        if (due.isEmpty()) {
            return tolerated(policy, down, now);
        }
        if (policy.trigger() == DrPolicySpec.Trigger.PROPOSE) {
            return new Verdict.Told("Proposed", silent(due), Optional.empty());
        }
        List<Down> lost = due.stream().filter(d -> d.reached() == 0).toList();
        if (lost.isEmpty()) {
            return new Verdict.Told(
                    "PeersReachIt",
                    silent(due)
                            + ": it lives, and it is the network between central and it that is"
                            + " lost; no automatic failover",
                    Optional.empty());
        }
        String why = silent(lost);
        Brake fleet = brake.get();
        Optional<Brake.Held> held =
                lost.stream().flatMap(d -> fleet.held(d.silence()).stream()).findFirst();
        if (held.isPresent()) {
            return new Verdict.Told(
                    "Braked",
                    why
                            + "; no automatic failover: "
                            + held.get().why()
                            + "; without the brake it would be failed over now",
                    Optional.of(now.plus(held.get().again())));
        }
        return rules(policy, active - lost.size() + 1, past, now)
                .<Verdict>map(
                        rule -> new Verdict.Told(rule.reason, why + "; " + rule.told, rule.again))
                .orElseGet(() -> new Verdict.FailOver(lost, why));
    }

    /**
     * What follows for an application that was failed over and could return: what holds a failover
     * by policy holds a return, too.
     *
     * @param home the cluster to return to, by name
     * @param healthy since when it has been healthy without a break; absent where it is not
     * @param obstacle what keeps it from taking the role now
     * @param brake asked only where a return would follow
     */
    public static Verdict returns(
            DrPolicySpec policy,
            int active,
            String home,
            Optional<Instant> healthy,
            Optional<String> obstacle,
            Supplier<Brake> brake,
            List<Instant> past,
            Instant now) {
        Failback failback = policy.failback().orElse(Failback.USUAL);
        if (failback.by() == Failback.By.MANUAL) {
            return new Verdict.Nothing();
        }
        String why = "it returns to " + home;
        if (healthy.isEmpty() || obstacle.isPresent()) {
            return new Verdict.Told(
                    "NotHealthy",
                    why
                            + " when that has been healthy for "
                            + Durations.format(failback.after())
                            + obstacle.map(": "::concat).orElse(""),
                    Optional.empty());
        }
        Instant due = healthy.get().plus(failback.after());
        if (now.isBefore(due)) {
            return new Verdict.Told(
                    "Stabilizing",
                    why
                            + " at "
                            + due.truncatedTo(ChronoUnit.SECONDS)
                            + ", when that has been healthy for "
                            + Durations.format(failback.after()),
                    Optional.of(due));
        }
        Optional<Brake.Held> held = brake.get().held(Duration.ZERO);
        if (held.isPresent()) {
            return new Verdict.Told(
                    "Braked",
                    why + ", but not now: " + held.get().why(),
                    Optional.of(now.plus(held.get().again())));
        }
        return rules(policy, active, past, now)
                .<Verdict>map(
                        rule -> new Verdict.Told(rule.reason, why + "; " + rule.told, rule.again))
                .orElseGet(
                        () ->
                                new Verdict.FailOver(
                                        List.of(),
                                        home
                                                + " has been healthy for "
                                                + Durations.format(failback.after())
                                                + " since it was left"));
    }

    /** What is to be known of failovers by policy once there was another one now. */
    public static List<Instant> remembered(DrPolicySpec policy, List<Instant> past, Instant now) {
        Optional<Safety.Rate> rate = policy.safety().flatMap(Safety::rate);
        List<Instant> out =
                new ArrayList<>(
                        past.stream()
                                .filter(t -> rate.filter(r -> within(r, t, now)).isPresent())
                                .toList());
        out.add(now);
        int most = rate.map(Safety.Rate::failovers).orElse(1);
        return List.copyOf(out.subList(Math.max(0, out.size() - most), out.size()));
    }

    /**
     * What of its policy holds an operation by policy, though its trigger is automatic.
     *
     * @param left how many clusters would have the active role then
     */
    private static Optional<Verdict.Told> rules(
            DrPolicySpec policy, int left, List<Instant> past, Instant now) {
        Safety safety = policy.safety().orElse(Safety.NONE);
        return closed(safety)
                .or(() -> frozen(safety, now))
                .or(() -> cooldown(policy, past, now))
                .or(() -> safety.rate().flatMap(rate -> rate(rate, past, now)))
                .or(() -> safety.minActive().flatMap(least -> tooFew(least, left)));
    }

    private static Optional<Verdict.Told> closed(Safety safety) {
        return Gate.closed(safety)
                .map(why -> new Verdict.Told("GateClosed", why, Optional.empty()));
    }

    private static Optional<Verdict.Told> frozen(Safety safety, Instant now) {
        return Frozen.at(safety, now)
                .map(f -> new Verdict.Told("FreezeWindow", f.words(), Optional.of(f.until())));
    }

    private static Optional<Verdict.Told> cooldown(
            DrPolicySpec policy, List<Instant> past, Instant now) {
        return past.stream()
                .max(Instant::compareTo)
                .map(l -> l.plus(policy.cooldown()))
                .filter(now::isBefore)
                .map(
                        until ->
                                new Verdict.Told(
                                        "Cooldown",
                                        "no automatic failover before "
                                                + until.truncatedTo(ChronoUnit.SECONDS)
                                                + ", "
                                                + Durations.format(policy.cooldown())
                                                + " after the last",
                                        Optional.of(until)));
    }

    private static Optional<Verdict.Told> rate(Safety.Rate rate, List<Instant> past, Instant now) {
        List<Instant> within = past.stream().filter(t -> within(rate, t, now)).sorted().toList();
        if (within.size() < rate.failovers()) {
            return Optional.empty();
        }
        Instant until = within.get(within.size() - rate.failovers()).plus(rate.per());
        return Optional.of(
                new Verdict.Told(
                        "Rate",
                        within.size()
                                + " automatic failovers within "
                                + Durations.format(rate.per())
                                + ", and its policy allows "
                                + rate.failovers()
                                + ": none before "
                                + until.truncatedTo(ChronoUnit.SECONDS),
                        Optional.of(until)));
    }

    private static boolean within(Safety.Rate rate, Instant then, Instant now) {
        return then.plus(rate.per()).isAfter(now);
    }

    private static Optional<Verdict.Told> tooFew(int least, int left) {
        return left >= least
                ? Optional.empty()
                : Optional.of(
                        new Verdict.Told(
                                "MinActive",
                                "a failover would leave the active role with "
                                        + left
                                        + " cluster"
                                        + (left == 1 ? "" : "s")
                                        + ", and its policy asks for "
                                        + least,
                                Optional.empty()));
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
                                        + d.lastHeard().truncatedTo(ChronoUnit.SECONDS)
                                        + d.peers())
                .collect(Collectors.joining(", "));
    }
}
