package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Change;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.Heir;
import io.portolan.placement.Needs;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the loop would make of an application over some image, told and not done: the same steps
 * that a reconciliation takes, without works, statuses and commits.
 */
public sealed interface Prospect {
    /** As it is stored. */
    Assignment former();

    /**
     * Placement is asked.
     *
     * @param needs what it was asked
     * @param next who is a member then; one that leaves is still among them, until its successors
     *     are healthy
     */
    record Placed(
            Policies.Found policies,
            Assignment former,
            Needs needs,
            PlacementDecision decision,
            Assignment next)
            implements Prospect {}

    /**
     * Placement is not asked: it stays where it is.
     *
     * @param why as {@code it is paused}
     */
    record Stands(Assignment former, String why) implements Prospect {}

    /** Empty where there is no such application, or it is being deleted. */
    static Optional<Prospect> of(View view, Uid application) {
        return view.image()
                .application(application)
                .map(Held::value)
                .filter(a -> !a.metadata().deleting())
                .map(a -> of(view, a));
    }

    private static Prospect of(View view, Resource<ApplicationSpec> application) {
        FleetImage image = view.image();
        Assignment former =
                image.assignment(application.uid())
                        .map(Held::value)
                        .orElseGet(() -> ApplicationReconciler.unassigned(application.uid()));
        return switch (Policies.of(image, application)) {
            case Policies.Missing(_, String what) -> new Stands(former, what + " does not exist");
            case Policies.Unfenceable(_, String why) -> new Stands(former, why);
            case Policies.Found policies -> {
                if (image.operationOn(application.uid()).isPresent()) {
                    String name = image.operationOn(application.uid()).orElseThrow().value().name();
                    yield new Stands(former, "failover " + name + " is live and decides");
                }
                if (application.spec().paused()) {
                    yield new Stands(former, "it is paused");
                }
                boolean single = policies.disasterRecovery().singleWriter();
                Assignment was = Leftovers.found(view, application, policies, single, former);
                if (single && Recovery.awaitsAll(view, was)) {
                    yield new Stands(
                            former,
                            "central's database was restored, and not every cluster has been heard since");
                }
                Decided decided = Decided.of(view, application, policies, former, was);
                yield new Placed(
                        policies, former, decided.needs(), decided.decision(), decided.next());
            }
        };
    }

    /** The applications that the loop looks at after a change. */
    static Set<Uid> affected(Change change, FleetImage before, FleetImage after) {
        Set<Uid> out = new TreeSet<>();
        for (Key key : Affected.by(change, before, after)) {
            switch (key) {
                case Key.OfApplication(Uid application) -> out.add(application);
                case Key.OfCluster _, Key.OfOperation _ -> {}
            }
        }
        return out;
    }

    /** What an operator types so that a single writer leaves its active cluster; empty: nothing. */
    static Optional<String> command(
            FleetImage image, Resource<ApplicationSpec> application, Uid active, Placed placed) {
        return Heir.first(application.uid(), placed.decision(), c -> !c.equals(active))
                .map(to -> Placing.typed(image, application, active, to));
    }

    /** The clusters that may run a single writer, its active ones included. */
    static Set<Uid> suspects(FleetImage image, Assignment assignment) {
        return new TreeSet<>(
                Members.suspects(image, assignment.application(), assignment.members()));
    }
}
