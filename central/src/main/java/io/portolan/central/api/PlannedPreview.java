package io.portolan.central.api;

import io.portolan.central.image.FollowedImage;
import io.portolan.central.image.Held;
import io.portolan.central.operation.Executor;
import io.portolan.central.reconcile.View;
import io.portolan.central.store.Store;
import io.portolan.dr.Expectation;
import io.portolan.dr.FailoverMove;
import io.portolan.dr.FailoverPlanner;
import io.portolan.model.Resource;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.operation.Failover;
import io.portolan.model.operation.Outlook;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks the planner for its first step, over the fleet of this instant: the same question that the
 * executor asks on the node that leads.
 */
public final class PlannedPreview implements FailoverPreview {
    /** Operations that an estimate looks at. */
    private static final int HISTORY = 200;

    private final FollowedImage fleet;
    private final Store store;
    private final InstantSource clock;

    public PlannedPreview(FollowedImage fleet, Store store, InstantSource clock) {
        this.fleet = fleet;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Failover preview(Failover requested) {
        View view = view();
        Optional<Resource<ApplicationSpec>> application =
                view.image().application(requested.application()).map(Held::value);
        if (application.isEmpty()) {
            // Deleted since the request was read: there is nothing to plan.
            return requested;
        }
        return switch (FailoverPlanner.step(
                Executor.seen(view, requested, application.get()), view.now())) {
            case FailoverMove.Advance advance -> warned(advance.operation());
            case FailoverMove.Wait _ -> requested;
        };
    }

    /**
     * An authority that forgets a commit forgets the proof in it too: who moves a single writer
     * should know.
     */
    private Failover warned(Failover planned) {
        Optional<String> warning =
                planned.singleWriter() ? store.health().durability() : Optional.empty();
        if (warning.isEmpty() || planned.steps().isEmpty()) {
            return planned;
        }
        List<Failover.Step> steps = new ArrayList<>(planned.steps());
        Failover.Step last = steps.removeLast();
        steps.add(
                new Failover.Step(
                        last.state(),
                        last.startedAt(),
                        last.endedAt(),
                        last.deadline(),
                        last.detail() + "; warning: " + warning.get()));
        return planned.withSteps(steps);
    }

    @Override
    public Optional<Outlook> outlook(Failover previewed) {
        View view = view();
        return view.image()
                .application(previewed.application())
                .map(Held::value)
                .map(
                        application ->
                                Expectation.of(
                                        Executor.seen(view, previewed, application),
                                        store.operations(previewed.tenant(), HISTORY).stream()
                                                .map(o -> o.row().operation())
                                                .toList()));
    }

    @Override
    public Optional<Open> open(Failover live) {
        View view = view();
        return view.image()
                .application(live.application())
                .map(Held::value)
                .map(application -> Executor.seen(view, live, application))
                .map(
                        seen ->
                                new Open(
                                        seen.assignment().epoch(),
                                        FailoverPlanner.unproved(seen, view.now())));
    }

    private View view() {
        return new View(fleet.now(), store.silences(), clock.instant());
    }
}
