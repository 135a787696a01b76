package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.dr.Suspicion;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.Assignment.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a cluster that nobody hears, at an operator's word: everything that is stored of it
 * goes in one transaction, and with its resource its uid, sessions and credentials. What ran there
 * counts as removed.
 *
 * <p>It moves no active role: a single writer that may run there must have found its new place by a
 * failover first, where somebody vouched for the cluster.
 */
public final class Retirement {
    /** What would become of it. */
    public sealed interface Finding {
        /**
         * @param applications that lose their place there, as {@code shop/checkout}
         */
        record Possible(
                List<Precondition> preconditions, List<Write> writes, List<String> applications)
                implements Finding {}

        record Refused(String why) implements Finding {}
    }

    private final View view;
    private final Thresholds thresholds;
    private final FleetImage image;
    private final Held<Resource<ClusterSpec>> cluster;
    private final Uid uid;
    private final String name;
    private final Outcome.Draft out = new Outcome.Draft();
    private final List<String> applications = new ArrayList<>();
    private final List<String> hindrances = new ArrayList<>();

    private Retirement(View view, Thresholds thresholds, Held<Resource<ClusterSpec>> cluster) {
        this.view = view;
        this.thresholds = thresholds;
        this.image = view.image();
        this.cluster = cluster;
        this.uid = cluster.value().uid();
        this.name = cluster.value().metadata().name();
    }

    public static Finding of(
            View view, Thresholds thresholds, Held<Resource<ClusterSpec>> cluster) {
        return new Retirement(view, thresholds, cluster).finding();
    }

    private Finding finding() {
        Reach reach = thresholds.reach(Optional.ofNullable(view.silences().get(uid)));
        switch (reach) {
            case READY, SUSPECT -> {
                return new Finding.Refused(
                        name
                                + " is heard, and only a cluster that is not can be forgotten: type"
                                + " portolan cluster drain "
                                + name
                                + ", then portolan delete cluster "
                                + name);
            }
            case PENDING, UNREACHABLE -> {}
        }
        for (Uid application : image.appliedTo(uid)) {
            leave(application);
        }
        if (!hindrances.isEmpty()) {
            return new Finding.Refused(
                    name + " cannot be forgotten yet: " + String.join("; ", hindrances));
        }
        image.clusterStatus(uid).ifPresent(out::delete);
        image.observation(uid).ifPresent(out::delete);
        out.delete(cluster);
        Outcome outcome = out.finish();
        return new Finding.Possible(outcome.preconditions(), outcome.writes(), applications);
    }

    private void leave(Uid application) {
        Optional<Held<Resource<ApplicationSpec>>> held = image.application(application);
        Optional<Held<Assignment>> assignment = image.assignment(application);
        Held<Work> work = image.works(application).get(uid);
        if (work == null) {
            return;
        }
        if (work.value().once().isPresent()) {
            out.delete(work);
            Optional.ofNullable(image.reports(application).get(uid)).ifPresent(out::delete);
            return;
        }
        applications.add(title(work.value()));
        Optional<Held<Failover>> live = image.operationOn(application);
        if (live.isPresent()) {
            hindrances.add(
                    "failover "
                            + live.get().value().name()
                            + " of "
                            + title(work.value())
                            + " is live: let it end, or abort it");
        } else if (held.filter(h -> !h.value().metadata().deleting())
                .filter(h -> mayRunNowhereElse(h.value(), work.value(), assignment))
                .isPresent()) {
            hindrances.add(
                    title(work.value())
                            + " is a single writer that may run there: type portolan failover "
                            + work.value().name()
                            + " --tenant "
                            + work.value().tenant()
                            + " --to CLUSTER, and attest when it asks for that");
        }
        out.delete(work);
        Optional.ofNullable(image.reports(application).get(uid)).ifPresent(out::delete);
        assignment
                .filter(a -> a.value().member(uid).isPresent())
                .ifPresent(a -> out.put(new Row.AssignmentRow(without(a.value())), assignment));
    }

    /** Whether this cluster may be the one that runs it: then its role is a failover's to move. */
    private boolean mayRunNowhereElse(
            Resource<ApplicationSpec> application,
            Work work,
            Optional<Held<Assignment>> assignment) {
        boolean single =
                work.singleWriter()
                        || Policies.of(image, application) instanceof Policies.Found found
                                && found.disasterRecovery().singleWriter();
        boolean elsewhere =
                assignment
                        .filter(a -> a.value().active().stream().anyMatch(c -> !c.equals(uid)))
                        .isPresent();
        return single && Suspicion.of(work) && !elsewhere;
    }

    private Assignment without(Assignment was) {
        List<Member> left = was.members().stream().filter(m -> !m.cluster().equals(uid)).toList();
        return new Assignment(was.application(), was.epoch(), left, was.decision());
    }

    private static String title(Work work) {
        return work.tenant() + "/" + work.name();
    }
}
