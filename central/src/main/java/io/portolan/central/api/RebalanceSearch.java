package io.portolan.central.api;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.reconcile.Rebalancing;
import io.portolan.central.reconcile.View;
import io.portolan.central.security.Principal;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks which applications would be better elsewhere. */
final class RebalanceSearch {
    private final Permits permits;

    RebalanceSearch(Permits permits) {
        this.permits = permits;
    }

    /** All that a user reaches, by tenant and name; of one tenant unless that is empty. */
    List<Rebalancing> all(View view, String tenant, Principal.User user) {
        FleetImage image = view.image();
        return permits.holding(
                user,
                () ->
                        among(
                                view,
                                image.applications().stream()
                                        .flatMap(uid -> image.application(uid).stream())
                                        .map(Held::value)
                                        .filter(
                                                a ->
                                                        tenant.isEmpty()
                                                                || a.metadata()
                                                                        .tenant()
                                                                        .equals(tenant))
                                        .filter(a -> user.reaches(a.metadata().tenant()))));
    }

    /** Those of the given applications that would be better elsewhere, by tenant and name. */
    static List<Rebalancing> among(View view, Stream<Resource<ApplicationSpec>> applications) {
        return applications
                .flatMap(a -> Rebalancing.of(view, a).stream())
                .sorted(
                        Comparator.comparing((Rebalancing r) -> r.application().metadata().tenant())
                                .thenComparing(r -> r.application().metadata().name()))
                .toList();
    }

    /** Why it may not go now. */
    static Optional<String> held(View view, Rebalancing r) {
        if (r.single()) {
            return Optional.of("a single writer is moved by a relocation only");
        }
        Optional<Instant> rests = r.restsUntil(view.now());
        return rests.map(until -> "it moved a short time ago and rests until " + until);
    }

    static List<String> names(View view, List<Uid> clusters) {
        return clusters.stream().map(view.image()::clusterName).sorted().toList();
    }
}
