package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Rebalance.Apply;
import io.portolan.placement.Needs;
import io.portolan.placement.select.TieBreak;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Carries out what was proposed and is wanted: by somebody's order, or by a policy that says
 * automatic. Never more than a budget of applications at once.
 *
 * <p>An automatic policy is looked at in one moment of each ten minutes, which depends on the
 * application alone: what is looked at is spread over time, needs no memory, and costs the loop
 * little. A look that comes too late for its moment is made up for ten minutes later.
 *
 * @param budget applications that may be under way at most
 */
public record Rebalancer(int budget) {
    public static final Rebalancer USUAL = new Rebalancer(10);

    private static final Duration PACE = Duration.ofMinutes(10);
    private static final Duration MOMENT = Duration.ofSeconds(10);

    /** Who waits is woken when a move ends, see {@link Affected}; this is for when none does. */
    private static final Duration TURN = Duration.ofMinutes(1);

    /** What to do about one application now. */
    sealed interface Step {
        record Nothing() implements Step {}

        /** It is ordered, and waits for its turn. */
        record Waits(Instant until) implements Step {}

        /** It was ordered, and is not carried out. */
        record Drops(String why) implements Step {}

        /** It goes; an order that led to it is done. */
        record Moves(Decided decided, String told) implements Step {}
    }

    Step step(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment former,
            Assignment was,
            Decided decided) {
        Optional<RebalanceOrder> order = RebalanceOrder.of(application.metadata());
        if (order.isPresent()) {
            return ordered(view, application, policies, former, was, decided, order.get());
        }
        if (!automatic(policies)
                || !moment(application.uid(), view.now())
                || !Rebalancing.room(view, budget)) {
            return new Step.Nothing();
        }
        return Rebalancing.of(view, application, policies, former, decided)
                .filter(r -> r.restsUntil(view.now()).isEmpty())
                .<Step>map(r -> moves(view, r, policies, former, was, decided, "its policy"))
                .orElseGet(Step.Nothing::new);
    }

    /** When its policy is to be looked at again; empty where that applies nothing by itself. */
    Optional<Instant> next(Policies.Found policies, Uid application, Instant now) {
        return automatic(policies)
                ? Optional.of(
                        now.truncatedTo(ChronoUnit.SECONDS)
                                .plus(PACE)
                                .minusSeconds(since(application, now)))
                : Optional.empty();
    }

    private static boolean automatic(Policies.Found policies) {
        return policies.placement().rebalancing().apply() == Apply.AUTOMATIC
                && !policies.disasterRecovery().singleWriter();
    }

    private static boolean moment(Uid application, Instant now) {
        return since(application, now) < MOMENT.toSeconds();
    }

    /** Seconds since its last moment. */
    private static long since(Uid application, Instant now) {
        return Math.floorMod(now.getEpochSecond() - TieBreak.seed(application), PACE.toSeconds());
    }

    private Step ordered(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment former,
            Assignment was,
            Decided decided,
            RebalanceOrder order) {
        if (!view.now().isBefore(order.until())) {
            return new Step.Drops("its time was over before it could be carried out");
        }
        if (policies.disasterRecovery().singleWriter()) {
            return new Step.Drops("only a relocation or a failover moves a single writer");
        }
        if (!Rebalancing.room(view, budget)) {
            return new Step.Waits(turn(application.uid(), view.now()));
        }
        Optional<Rebalancing> found = Rebalancing.of(view, application, policies, former, decided);
        if (found.isEmpty()) {
            return new Step.Drops("by now nothing better is found");
        }
        Rebalancing rebalancing = found.get();
        if (!rebalancing.proposal().to().stream().sorted().toList().equals(order.to())) {
            return new Step.Drops(
                    "by now it would move to "
                            + Rebalancing.names(view, rebalancing.proposal().to())
                            + " instead");
        }
        Optional<Instant> rests = rebalancing.restsUntil(view.now());
        if (rests.isPresent()) {
            return new Step.Drops("it moved a short time ago and rests until " + rests.get());
        }
        return moves(view, rebalancing, policies, former, was, decided, order.by());
    }

    /** Between one and two turns on, so that a thousand do not look in one moment. */
    private static Instant turn(Uid application, Instant now) {
        return now.plus(TURN)
                .plusSeconds(Math.floorMod(TieBreak.seed(application), TURN.toSeconds()));
    }

    private static Step moves(
            View view,
            Rebalancing rebalancing,
            Policies.Found policies,
            Assignment former,
            Assignment was,
            Decided decided,
            String by) {
        Needs there = decided.needs().on(rebalancing.proposal().to());
        String told = rebalancing.proposal().why();
        return new Step.Moves(
                Decided.by(
                        view.because(Optional.of("rebalance applied by " + by + ": " + told)),
                        rebalancing.application(),
                        policies,
                        former,
                        was,
                        there),
                "moves from "
                        + Rebalancing.names(view, rebalancing.proposal().leaves())
                        + " to "
                        + Rebalancing.names(view, rebalancing.proposal().joins())
                        + ": "
                        + told);
    }
}
