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
     * Where some stand by, as of a single writer, every member counts as being there: a quarantined
     * one becomes a standby. But what many writers leave holds no place against what they go to. Of
     * others only what is active does: the rest runs nothing and must not hold a place.
     */
    public static Needs needs(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            Assignment assignment) {
        boolean roles = policies.disasterRecovery().standsBy();
        boolean single = policies.disasterRecovery().singleWriter();
        List<Uid> current =
                assignment.members().stream()
                        .filter(m -> roles || m.role() == Role.ACTIVE)
                        .filter(m -> single || !roles || !m.leaving())
                        .map(Member::cluster)
                        .toList();
        Needs needs =
                new Needs(
                        policies.tenant().clusters(),
                        policies.tenant().dataResidency(),
                        kinds(application.spec()),
                        roles ? Map.of() : Replicas.of(application.spec()),
                        current,
                        roles ? leading(policies, assignment) : List.of(),
                        Set.of(),
                        view.now());
        Needs near = needs.near(Nearby.of(view, application.metadata(), policies.placement()));
        Needs claiming = near.claiming(claim(view, application, assignment));
        return roles ? claiming.withRoles(active(policies)) : claiming;
    }

    /** How many clusters are to be active, where others stand by. */
    static int active(Policies.Found policies) {
        return policies.disasterRecovery().singleWriter() ? 1 : policies.placement().active();
    }

    /** Those that stay active: of many writers no more than are asked for, by their turns. */
    private static List<Uid> leading(Policies.Found policies, Assignment assignment) {
        List<Uid> active = assignment.active();
        if (policies.disasterRecovery().singleWriter() || active.size() <= active(policies)) {
            return active;
        }
        return assignment.members().stream()
                .filter(m -> m.role() == Role.ACTIVE && !m.leaving())
                .map(Member::cluster)
                .sorted(assignment.decision().byTurn())
                .limit(active(policies))
                .toList();
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
