package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.placement.Explanation;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.select.TieBreak;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What placement says now of an application and of every cluster, as the loop would ask it. Changes
 * nothing, and may differ from what is stored: the loop decides again when something happens that
 * concerns the application.
 *
 * @param table empty where placement cannot be asked
 * @param stands why it stays where it is whatever the table says; empty where it would follow
 */
public record Explained(Optional<Explanation> table, String stands) {
    public static Explained of(
            View view, Resource<ApplicationSpec> application, Predicate<String> clusters) {
        Optional<Prospect> prospect = Prospect.of(view, application.uid());
        if (prospect.isPresent()
                && prospect.get() instanceof Prospect.Placed(var policies, _, Needs needs, _, _)) {
            return new Explained(
                    Optional.of(table(view, application, policies, needs, clusters)), "");
        }
        String stands =
                prospect.filter(Prospect.Stands.class::isInstance)
                        .map(p -> ((Prospect.Stands) p).why())
                        .orElse("it is being deleted");
        return switch (Policies.of(view.image(), application)) {
            case Policies.Missing _ -> new Explained(Optional.empty(), stands);
            case Policies.Unfenceable(Policies.Found found, _) ->
                    new Explained(Optional.of(table(view, application, found, clusters)), stands);
            case Policies.Found found ->
                    new Explained(Optional.of(table(view, application, found, clusters)), stands);
        };
    }

    /** As if it were asked, though it is not. */
    private static Explanation table(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Predicate<String> clusters) {
        Assignment former =
                view.assignment(application.uid())
                        .orElseGet(() -> ApplicationReconciler.unassigned(application.uid()));
        boolean single = policies.disasterRecovery().singleWriter();
        Assignment was = Leftovers.found(view, application, policies, single, former);
        return table(
                view,
                application,
                policies,
                Asking.needs(view, application, policies, was),
                clusters);
    }

    private static Explanation table(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Needs needs,
            Predicate<String> clusters) {
        return Scheduler.explain(
                view.image().fleet(),
                policies.placement(),
                needs,
                TieBreak.seed(application.uid()),
                clusters);
    }
}
