package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.placement.Affinity;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.placement.filter.Neighbours;
import io.portolan.placement.fleet.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Where the other applications are that an application's policy speaks of. */
public final class Nearby {
    private Nearby() {}

    /**
     * For each term of the policy's affinity. Where an application is active, or is about to be,
     * there it is.
     *
     * @param self the application, which is none of its neighbours; of a policy that no application
     *     has yet it has neither uid nor name
     */
    public static List<Neighbours> of(View view, Metadata self, PlacementPolicySpec policy) {
        List<Neighbours> out = new ArrayList<>();
        for (Affinity term : policy.affinity()) {
            Set<Uid> meant = new TreeSet<>(view.image().meant(self.tenant(), term));
            self.uid().ifPresent(meant::remove);
            out.add(
                    Neighbours.of(
                            term,
                            !meant.isEmpty(),
                            term.selects(self.name(), self.labels()),
                            active(view, meant)));
        }
        return out;
    }

    private static List<Candidate> active(View view, Set<Uid> applications) {
        Set<Uid> clusters = new TreeSet<>();
        for (Uid application : applications) {
            view.assignment(application).ifPresent(a -> clusters.addAll(a.active()));
        }
        return clusters.stream().flatMap(c -> view.image().candidate(c).stream()).toList();
    }

    /**
     * The applications that wait for where this one is.
     *
     * @param was as it is in the other image, where its name or labels may be others
     */
    static List<Uid> waitingFor(FleetImage image, Resource<ApplicationSpec> was) {
        Metadata other = was.metadata();
        return image.waiting(other.tenant()).stream()
                .filter(uid -> !uid.equals(was.uid()))
                .flatMap(uid -> image.application(uid).stream())
                .map(Held::value)
                .filter(
                        a ->
                                Policies.of(image, a) instanceof Policies.Found found
                                        && found.placement().affinity().stream()
                                                .anyMatch(
                                                        t ->
                                                                t.selects(
                                                                        other.name(),
                                                                        other.labels())))
                .map(Resource::uid)
                .toList();
    }
}
