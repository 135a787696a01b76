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
import java.time.Instant;
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
            List<OnCluster> known,
            Instant now) {
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
                        report.map(WorkStatus::inventory).orElse(0),
                        message(image, work, reach, report, current),
                        heard ? current.map(WorkStatus::troubles).orElse(List.of()) : List.of(),
                        Optional.of(
                                lastHeard(image, cluster)
                                        .filter(_ -> !heard)
                                        .orElse(since(known(known, name), heard, health, now))),
                        work.standby().filter(_ -> !work.tombstone()),
                        member.map(Member::held).orElse(false));
        return new Part(work, told, current);
    }

    private static Optional<OnCluster> known(List<OnCluster> known, String cluster) {
        return known.stream().filter(k -> k.cluster().equals(cluster)).findFirst();
    }

    private static Instant since(
            Optional<OnCluster> known, boolean heard, Health health, Instant now) {
        return known.filter(k -> k.heard() == heard && k.health() == health)
                .flatMap(OnCluster::since)
                .orElse(now);
    }

    private static Optional<Instant> lastHeard(FleetImage image, Uid cluster) {
        return image.clusterStatus(cluster).map(Held::value).flatMap(s -> s.lastHeard());
    }

    private static long generation(
            Optional<WorkStatus> report, String cluster, List<OnCluster> known) {
        return report.filter(r -> r.appliedSequence() >= r.sequence())
                .map(WorkStatus::generation)
                .orElseGet(() -> known(known, cluster).map(OnCluster::generation).orElse(0L));
    }

    private static String message(
            FleetImage image,
            Work work,
            Reach reach,
            Optional<WorkStatus> report,
            Optional<WorkStatus> current) {
        return switch (reach) {
            case PENDING -> "no agent has joined";
            case UNREACHABLE ->
                    "not heard"
                            + lastHeard(image, work.cluster()).map(at -> " since " + at).orElse("")
                            + report.map(Part::lastKnown).orElse("");
            case READY, SUSPECT ->
                    work.keeps()
                            ? "is being given up"
                            : work.tombstone()
                                    ? "is being removed"
                                    : current.map(WorkStatus::message)
                                            .orElse("waits for the agent");
        };
    }

    /** Never to be taken for what is so now. */
    private static String lastKnown(WorkStatus report) {
        return "; last known "
                + report.health()
                + ", "
                + report.readyReplicas()
                + " of "
                + report.desiredReplicas()
                + " ready, revision "
                + report.generation();
    }

    /** Why it is not well, in few words; empty while it only takes its time. */
    Optional<String> trouble() {
        if (!told.heard()) {
            return Optional.of(told.cluster() + " " + told.message());
        }
        return told.troubles().stream()
                .filter(t -> t.health().compareTo(Health.PROGRESSING) > 0)
                .findFirst()
                .map(
                        t ->
                                told.cluster()
                                        + " "
                                        + (t.object().kind().equals("Pod")
                                                ? ""
                                                : t.object().kind()
                                                        + " "
                                                        + t.object().name()
                                                        + ": ")
                                        + t.message());
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
                && (work.paused() || work.generation() == application.metadata().generation())
                && (told.health() == Health.HEALTHY || told.health() == Health.STOPPED);
    }

    /** Kubernetes' own words of the first object that it did not take. */
    Optional<String> refusal() {
        return applied() || !told.heard()
                ? Optional.empty()
                : current.flatMap(
                                r ->
                                        r.troubles().stream()
                                                .filter(t -> t.health() == Health.FAILED)
                                                .filter(t -> !t.object().kind().equals("Pod"))
                                                .findFirst())
                        .map(this::words);
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
