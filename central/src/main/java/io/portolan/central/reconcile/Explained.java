package io.portolan.central.reconcile;

import io.portolan.model.Resource;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Assignment;
import io.portolan.placement.Explanation;
import io.portolan.placement.Scheduler;
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
        String stands =
                Prospect.of(view, application.uid())
                        .map(
                                prospect ->
                                        switch (prospect) {
                                            case Prospect.Placed _ -> "";
                                            case Prospect.Stands s -> s.why();
                                        })
                        .orElse("it is being deleted");
        return switch (Policies.of(view.image(), application)) {
            case Policies.Missing _ -> new Explained(Optional.empty(), stands);
            case Policies.Unfenceable(Policies.Found found, _) ->
                    new Explained(Optional.of(table(view, application, found, clusters)), stands);
            case Policies.Found found ->
                    new Explained(Optional.of(table(view, application, found, clusters)), stands);
        };
    }

    private static Explanation table(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Predicate<String> clusters) {
        Assignment former =
                view.assignment(application.uid())
                        .orElseGet(() -> ApplicationReconciler.unassigned(application.uid()));
        Assignment was =
                policies.disasterRecovery().singleWriter()
                        ? Leftovers.quarantined(
                                view.image(), former, application.metadata().generation())
                        : former;
        return Scheduler.explain(
                view.image().fleet(),
                policies.placement(),
                Decided.of(view, application, policies, former, was).needs(),
                Asking.seed(application.uid()),
                clusters);
    }
}
