package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.dr.FenceReach;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.Assignment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which fences a single writer can reach where it is active.
 *
 * @param cluster its name
 */
public record Fences(String cluster, List<FenceReach> reach) {
    public Fences {
        reach = List.copyOf(reach);
    }

    /** By active cluster; none for many writers, which need no fence. */
    public static List<Fences> of(FleetImage image, Resource<ApplicationSpec> application) {
        Optional<DrPolicySpec> policy =
                switch (Policies.of(image, application)) {
                    case Policies.Found found -> Optional.of(found.disasterRecovery());
                    case Policies.Unfenceable(Policies.Found found, _) ->
                            Optional.of(found.disasterRecovery());
                    case Policies.Missing _ -> Optional.empty();
                };
        List<Fences> out = new ArrayList<>();
        if (policy.filter(DrPolicySpec::singleWriter).isEmpty()) {
            return out;
        }
        Uid uid = application.uid();
        List<Uid> active =
                image.assignment(uid).map(Held::value).map(Assignment::active).orElse(List.of());
        for (Uid cluster : active) {
            out.add(
                    new Fences(
                            image.clusterName(cluster),
                            FenceReach.of(
                                    policy.get(),
                                    Optional.ofNullable(image.works(uid).get(cluster))
                                            .map(Held::value),
                                    Optional.ofNullable(image.reports(uid).get(cluster))
                                            .map(Held::value))));
        }
        return out;
    }
}
