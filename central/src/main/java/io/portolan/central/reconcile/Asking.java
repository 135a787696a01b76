package io.portolan.central.reconcile;

import io.portolan.central.render.Replicas;
import io.portolan.central.render.Requested;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.Role;
import io.portolan.model.app.Scopes;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import io.portolan.placement.Claim;
import io.portolan.placement.Needs;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What an application asks of placement. */
public final class Asking {
    private Asking() {}

    /**
     * Of a single writer every member counts as being there: a quarantined one becomes a standby.
     * Of others only what is active does: the rest runs nothing and must not hold a place.
     */
    public static Needs needs(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment assignment) {
        boolean single = policies.disasterRecovery().singleWriter();
        List<Uid> current =
                assignment.members().stream()
                        .filter(m -> single || m.role() == Role.ACTIVE)
                        .map(Member::cluster)
                        .toList();
        Needs needs =
                new Needs(
                        policies.tenant().clusters(),
                        policies.tenant().dataResidency(),
                        kinds(application.spec()),
                        single ? Map.of() : Replicas.of(application.spec()),
                        current,
                        single ? assignment.active() : List.of(),
                        Set.of(),
                        view.now());
        Needs near = needs.near(Nearby.of(view, application.metadata(), policies.placement()));
        Needs claiming = near.claiming(claim(view, application, assignment));
        return single ? claiming.withRoles() : claiming;
    }

    private static Claim claim(
            View view, Resource<ApplicationSpec> application, Assignment assignment) {
        Map<Uid, Map<String, Integer>> parts = new TreeMap<>();
        for (Member member : assignment.members()) {
            if (!member.replicas().isEmpty()) {
                parts.put(member.cluster(), member.replicas());
            }
        }
        return new Claim(
                application.uid(),
                application.metadata().tenant(),
                view.ledger().room(),
                Requested.of(application.spec()),
                parts);
    }

    private static Set<String> kinds(ApplicationSpec spec) {
        Set<String> out = new TreeSet<>();
        for (Component component : spec.components()) {
            switch (component.source()) {
                case Component.Container container -> {
                    out.add("Deployment.apps");
                    if (!container.ports().isEmpty()) {
                        out.add("Service");
                    }
                }
                case Component.Manifests manifests ->
                        manifests.objects().forEach(o -> out.add(Scopes.title(o)));
            }
        }
        out.removeAll(Scopes.defined(spec));
        return out;
    }
}
