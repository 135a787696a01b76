package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.placement.Assignment;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which clusters may run a single writer, by what is stored. Nobody else may get the active role
 * while there is one.
 *
 * <p>A standby of a single writer is above suspicion: it never had the role, or has shown since
 * that it runs nothing, and starts nothing unless central gives it the role. All else is suspect:
 * who is active, who is quarantined, and whoever was last told what to do when the application had
 * many writers, for then nobody asked a standby for proof. A cluster that is no member any more is
 * suspect until it has removed what it had.
 */
public final class Suspicion {
    private Suspicion() {}

    /** Whether a cluster may run it, as its work tells; a tombstone keeps the suspicion. */
    public static boolean of(Work work) {
        return work.role() != Role.STANDBY || !work.singleWriter();
    }

    /** Whoever must show that it runs nothing before the target may get the role. */
    static List<Uid> rivals(FailoverView view, List<Uid> sources, Uid target) {
        TreeSet<Uid> rivals = new TreeSet<>(sources);
        Assignment assignment = view.assignment();
        assignment.members().stream()
                .filter(m -> m.role() == Role.QUARANTINED)
                .forEach(m -> rivals.add(m.cluster()));
        for (Candidate cluster : view.clusters()) {
            boolean active = assignment.active().contains(cluster.uid());
            if (!active && cluster.work().filter(w -> suspect(assignment, w)).isPresent()) {
                rivals.add(cluster.uid());
            }
        }
        rivals.remove(target);
        return List.copyOf(rivals);
    }

    /** Of a member the role counts, for works follow it; the rest only the work knows. */
    private static boolean suspect(Assignment assignment, Work work) {
        return assignment
                .member(work.cluster())
                .map(m -> m.role() != Role.STANDBY || work.tombstone() || !work.singleWriter())
                .orElseGet(() -> of(work));
    }

    /** Members whose orders are still those of an application with many writers. */
    static List<Uid> unsettled(FailoverView view) {
        return view.assignment().members().stream()
                .flatMap(m -> view.cluster(m.cluster()).stream())
                .filter(c -> c.work().filter(w -> !w.singleWriter()).isPresent())
                .map(Candidate::uid)
                .toList();
    }

    /** The work that is a tombstone, if the cluster is to remove what it has. */
    static Optional<Work> tombstone(Optional<Candidate> cluster) {
        return cluster.flatMap(Candidate::work).filter(Work::tombstone);
    }
}
