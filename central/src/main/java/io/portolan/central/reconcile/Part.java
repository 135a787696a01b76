package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus.OnCluster;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Trouble;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment.Member;
import java.util.List;
import java.util.Optional;

/**
 * One cluster's part in an application's status.
 *
 * @param current the agent's report, if it speaks of the newest work
 */
record Part(Work work, OnCluster told, Optional<WorkStatus> current) {
    static Part of(
            FleetImage image,
            Work work,
            Optional<Member> member,
            Optional<WorkStatus> report,
            List<OnCluster> known) {
        Uid cluster = work.cluster();
        String name = image.clusterName(cluster);
        Reach reach = image.reach(cluster);
        boolean heard = reach == Reach.READY || reach == Reach.SUSPECT;
        Optional<WorkStatus> current = report.filter(r -> r.sequence() >= work.sequence());
        Health health =
                heard ? current.map(WorkStatus::health).orElse(Health.PROGRESSING) : Health.UNKNOWN;
        OnCluster told =
                new OnCluster(
                        name,
                        image.candidate(cluster).map(c -> c.spec().location().region()).orElse(""),
                        work.role(),
                        work.tombstone() || member.map(Member::leaving).orElse(true),
                        generation(report, name, known),
                        health,
                        heard,
                        heard ? report.map(WorkStatus::readyReplicas).orElse(0) : 0,
                        report.map(WorkStatus::desiredReplicas).orElse(0),
                        message(image, work, reach, current),
                        heard ? current.map(WorkStatus::troubles).orElse(List.of()) : List.of());
        return new Part(work, told, current);
    }

    private static long generation(
            Optional<WorkStatus> report, String cluster, List<OnCluster> known) {
        return report.filter(r -> r.appliedSequence() >= r.sequence())
                .map(WorkStatus::generation)
                .orElseGet(
                        () ->
                                known.stream()
                                        .filter(k -> k.cluster().equals(cluster))
                                        .findFirst()
                                        .map(OnCluster::generation)
                                        .orElse(0L));
    }

    private static String message(
            FleetImage image, Work work, Reach reach, Optional<WorkStatus> current) {
        return switch (reach) {
            case PENDING -> "no agent has joined";
            case UNREACHABLE ->
                    "not heard"
                            + image.clusterStatus(work.cluster())
                                    .map(Held::value)
                                    .flatMap(s -> s.lastHeard())
                                    .map(at -> " since " + at)
                                    .orElse("");
            case READY, SUSPECT ->
                    work.tombstone()
                            ? "is being removed"
                            : current.map(WorkStatus::message).orElse("waits for the agent");
        };
    }

    /** Whether the application's health depends on it. */
    boolean counts() {
        return work.role() == Role.ACTIVE && !told.leaving();
    }

    boolean applied() {
        return current.filter(r -> r.appliedSequence() >= work.sequence()).isPresent();
    }

    /** Runs what is wanted now, and well. */
    boolean well(Resource<ApplicationSpec> application) {
        return told.heard()
                && applied()
                && work.generation() == application.metadata().generation()
                && (told.health() == Health.HEALTHY || told.health() == Health.STOPPED);
    }

    /** Kubernetes' own words of the first object that it did not take. */
    Optional<String> refusal() {
        return applied() || !told.heard()
                ? Optional.empty()
                : current.flatMap(r -> r.troubles().stream().findFirst()).map(this::words);
    }

    private String words(Trouble trouble) {
        return told.cluster()
                + ": "
                + trouble.object()
                + ": "
                + trouble.reason()
                + (trouble.message().isEmpty() ? "" : ": " + trouble.message());
    }
}
