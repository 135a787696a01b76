package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.ClusterGroups;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.placement.Heir;
import io.portolan.placement.Needs;
import io.portolan.placement.Scheduler;
import io.portolan.placement.fleet.Facet;
import io.portolan.placement.select.TieBreak;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A single writer whose active cluster is of a later group than its policy would have it return to.
 * Nothing moves by itself: who is to be active is asked as if nobody were, and the status proposes
 * the command. Clusters that could not take the role now are left out.
 */
record Returning(
        View view,
        Resource<ApplicationSpec> application,
        Policies.Found policies,
        Assignment assignment) {
    /** Empty where it stands where it is wanted, or nothing could take it back now. */
    Optional<Condition> proposal() {
        Optional<ClusterGroups> groups =
                policies.placement().groups().filter(ClusterGroups::returns);
        if (groups.isEmpty()
                || !policies.disasterRecovery().singleWriter()
                || !assignment.decision().mayReturn()
                || assignment.active().size() != 1
                || !assignment.decision().chosen().containsAll(assignment.active())) {
            return Optional.empty();
        }
        Uid active = assignment.active().getFirst();
        int here = group(groups.get(), active);
        return Heir.first(application.uid(), free(), _ -> true)
                .filter(to -> group(groups.get(), to) < here)
                .map(to -> condition(groups.get(), active, to));
    }

    /** As if none were active and it stood on those that could take the role. */
    private PlacementDecision free() {
        Set<Uid> unable = new TreeSet<>();
        for (Assignment.Member member : assignment.members()) {
            if (member.role() == Role.QUARANTINED
                    || (member.role() == Role.STANDBY
                            && view.image().reach(member.cluster()) != Reach.READY)) {
                unable.add(member.cluster());
            }
        }
        Needs needs = Asking.needs(view, application, policies, assignment).without(unable);
        return Scheduler.place(
                view.image().fleet(),
                policies.placement(),
                needs.on(needs.current()),
                TieBreak.seed(application.uid()));
    }

    /** From 0; what is in none is never better. */
    private int group(ClusterGroups groups, Uid cluster) {
        return view.image()
                .candidate(cluster)
                .map(c -> new Facet.Group(groups.order()).of(c))
                .filter(g -> g != Facet.Group.NONE)
                .orElse(Integer.MAX_VALUE);
    }

    private Condition condition(ClusterGroups groups, Uid active, Uid to) {
        FleetImage image = view.image();
        return new Condition(
                Placing.RELOCATION,
                Truth.TRUE,
                "WouldReturn",
                image.clusterName(active)
                        + " is in "
                        + words(groups, active)
                        + ", and "
                        + image.clusterName(to)
                        + " in "
                        + words(groups, to)
                        + " could take it back; type: "
                        + Placing.typed(image, application, active, to),
                view.now());
    }

    /** {@code group 2 of 3 (provider = aws)}. */
    private String words(ClusterGroups groups, Uid cluster) {
        int group = group(groups, cluster);
        return group == Integer.MAX_VALUE
                ? "no group"
                : "group "
                        + (group + 1)
                        + " of "
                        + groups.order().size()
                        + " ("
                        + groups.order().get(group)
                        + ")";
    }
}
