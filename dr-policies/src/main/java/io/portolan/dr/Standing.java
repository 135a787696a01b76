package io.portolan.dr;

import io.portolan.dr.FailoverView.Candidate;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.dr.StandbyLevel;
import java.util.Optional;

/** What a cluster that stands by has ready, as central's order and its agent's answer tell. */
final class Standing {
    private Standing() {}

    /** What it was asked to have ready; empty where it does not stand by, or has its objects. */
    static Optional<StandbyLevel> level(Candidate cluster) {
        return standing(cluster).flatMap(Work::standby);
    }

    /** The same, where something runs. */
    static Optional<StandbyLevel> running(Candidate cluster) {
        return standing(cluster).filter(w -> w.running() != Running.NOTHING).flatMap(Work::standby);
    }

    /** What is wrong with what runs there; empty where nothing does, or it is well. */
    static Optional<String> ill(Candidate cluster) {
        Optional<Work> work = standing(cluster).filter(w -> w.running() != Running.NOTHING);
        return work.flatMap(
                w ->
                        cluster.status()
                                .filter(s -> s.appliedSequence() >= w.sequence())
                                .map(Standing::unwell)
                                .orElse(Optional.of("not ready yet")));
    }

    private static Optional<String> unwell(WorkStatus status) {
        return status.health() == Health.HEALTHY || status.health() == Health.STOPPED
                ? Optional.empty()
                : Optional.of(
                        status.health()
                                + (status.message().isEmpty() ? "" : ": " + status.message()));
    }

    private static Optional<Work> standing(Candidate cluster) {
        return cluster.work().filter(w -> w.role() == Role.STANDBY && !w.tombstone());
    }
}
