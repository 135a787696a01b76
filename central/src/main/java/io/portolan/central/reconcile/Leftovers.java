package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Orphan;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a cluster has of applications that central does not ask for there: it was forgotten and
 * joined again, or central lost what it knew. Kept and told, for absence never deletes; but a
 * single writer is stopped there, for its place is known.
 */
final class Leftovers {
    private static final String CONDITION = "HoldsOrphans";
    private static final int NAMED = 10;

    private Leftovers() {}

    /**
     * What is assigned by all that is known: to a single writer also what a restored database does
     * not know, and each such cluster quarantined: in the ordinary way it stops, shows that it runs
     * nothing, and stands by. Its volumes are kept: it goes only when fewer clusters are asked for.
     */
    static Assignment found(
            View view,
            Resource<ApplicationSpec> application,
            Policies.Found policies,
            boolean single,
            Assignment former) {
        long generation = application.metadata().generation();
        return single
                ? quarantined(
                        view.image(),
                        Recovery.of(view, former, generation),
                        generation,
                        policies.disasterRecovery().holdsReturns())
                : former;
    }

    /**
     * @param hold whether it stays quarantined until somebody has looked
     */
    private static Assignment quarantined(
            FleetImage image, Assignment was, long generation, boolean hold) {
        List<Member> members = new ArrayList<>(was.members());
        if (was.epoch() > 0) {
            for (Uid cluster : image.leftIn(was.application())) {
                if (image.cluster(cluster).isPresent()
                        && was.member(cluster).isEmpty()
                        && !image.works(was.application()).containsKey(cluster)) {
                    members.add(
                            new Member(cluster, Role.QUARANTINED, generation, false, true)
                                    .held(hold));
                }
            }
        }
        return members.size() == was.members().size()
                ? was
                : new Assignment(
                        was.application(),
                        was.epoch(),
                        members.stream()
                                .sorted((a, b) -> a.cluster().compareTo(b.cluster()))
                                .toList(),
                        was.decision());
    }

    /** Tells the application's owner of clusters that were just quarantined so. */
    static List<EventRecord> told(
            FleetImage image, Assignment former, Assignment next, Instant now) {
        List<EventRecord> out = new ArrayList<>();
        for (Uid cluster : image.leftIn(next.application())) {
            if (former.member(cluster).isEmpty()
                    && next.member(cluster).filter(m -> m.role() == Role.QUARANTINED).isPresent()) {
                out.add(
                        new EventRecord(
                                next.application(),
                                now,
                                Severity.WARNING,
                                "FoundWhereNotWanted",
                                image.clusterName(cluster)
                                        + " has it although central did not ask for it there: it is"
                                        + " stopped there and must show that it runs nothing",
                                "central"));
            }
        }
        return out;
    }

    /** What a cluster's status says of its orphans, while there are any. */
    static Optional<Condition> condition(FleetImage image, Uid cluster, Instant now) {
        List<Orphan> left =
                image.observation(cluster).map(Held::value).stream()
                        .flatMap(o -> o.left().stream())
                        .toList();
        if (left.isEmpty()) {
            return Optional.empty();
        }
        String names =
                left.stream()
                        .limit(NAMED)
                        .map(o -> o.title() + " (" + o.application() + ")")
                        .collect(Collectors.joining(", "));
        return Optional.of(
                new Condition(
                        CONDITION,
                        Truth.TRUE,
                        "NotAskedFor",
                        "it has something of "
                                + names
                                + (left.size() > NAMED
                                        ? " and " + (left.size() - NAMED) + " more"
                                        : "")
                                + ", which central does not ask for here. It is kept as it is; only"
                                + " a single writer that central knows is stopped. Where the"
                                + " application still exists, let its placement choose this cluster"
                                + " and it is taken over. To remove it, look with: kubectl get all"
                                + " -A -l portolan.io/application-uid=UID and delete it there; an"
                                + " agent that remembers it makes it again, so empty the agent's"
                                + " state directory first",
                        now));
    }

    /** Tells when there are others than before. */
    static Optional<EventRecord> event(
            Uid cluster, List<Condition> before, List<Condition> now, Instant at) {
        Optional<Condition> told = Condition.find(now, CONDITION);
        return told.filter(
                        c ->
                                Condition.find(before, CONDITION)
                                        .filter(b -> b.message().equals(c.message()))
                                        .isEmpty())
                .map(
                        c ->
                                new EventRecord(
                                        cluster,
                                        at,
                                        Severity.WARNING,
                                        "OrphansFound",
                                        c.message(),
                                        "central"));
    }
}
