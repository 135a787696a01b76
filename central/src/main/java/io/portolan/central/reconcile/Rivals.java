package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The clusters beside the active one that may still run a single writer, in words: what is waited
 * for, and what an operator can type. Decides nothing.
 */
record Rivals(
        FleetImage image,
        Resource<ApplicationSpec> application,
        Assignment assignment,
        List<Uid> clusters) {
    static final String FENCED = "Fenced";

    static Rivals of(
            FleetImage image, Resource<ApplicationSpec> application, Assignment assignment) {
        List<Uid> others =
                Members.suspects(image, application.uid(), assignment.members()).stream()
                        .filter(c -> !assignment.active().contains(c))
                        .toList();
        return new Rivals(image, application, assignment, others);
    }

    /** Each with what it is waited for; empty when there is none. */
    Optional<String> waitedFor() {
        return clusters.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        clusters.stream()
                                .map(this::words)
                                .sorted()
                                .collect(Collectors.joining("; ")));
    }

    /** Told only while it is not so. */
    Optional<Condition> fenced(Instant now) {
        return waitedFor()
                .map(
                        waited ->
                                new Condition(
                                        FENCED,
                                        Truth.FALSE,
                                        "AwaitsProof",
                                        "it may still run where it must not; waits for "
                                                + waited
                                                + next(),
                                        now));
    }

    private String next() {
        List<String> silent =
                clusters.stream()
                        .filter(c -> image.reach(c) != Reach.READY)
                        .map(image::clusterName)
                        .sorted()
                        .toList();
        if (silent.isEmpty()) {
            return "";
        }
        String name =
                application.metadata().name() + " --tenant " + application.metadata().tenant();
        return assignment.active().isEmpty()
                ? "; if "
                        + String.join(", ", silent)
                        + " does not come back, type: portolan failover "
                        + name
                        + " --to CLUSTER, and attest when it asks for that"
                : "; a cluster that is gone for good is retired by: portolan cluster forget "
                        + silent.getFirst()
                        + " --reason WHY";
    }

    private String words(Uid cluster) {
        String name = image.clusterName(cluster);
        Optional<Work> work =
                Optional.ofNullable(image.works(application.uid()).get(cluster)).map(Held::value);
        List<String> vanished =
                Optional.ofNullable(image.reports(application.uid()).get(cluster))
                        .map(Held::value)
                        .flatMap(s -> s.demotion())
                        .filter(d -> work.filter(w -> d.epoch() == w.epoch()).isPresent())
                        .map(Demotion::vanished)
                        .orElse(List.of());
        return name
                + switch (image.reach(cluster)) {
                    case READY, SUSPECT ->
                            !vanished.isEmpty()
                                    ? ", where pods were removed by force or with their node: "
                                            + String.join(", ", vanished)
                                    : work.filter(Work::tombstone).isPresent()
                                            ? " to remove what it has"
                                            : " to show that it runs nothing";
                    case PENDING -> ", where no agent has joined";
                    case UNREACHABLE -> ", unreachable" + since(cluster);
                };
    }

    private String since(Uid cluster) {
        return image.clusterStatus(cluster)
                .map(Held::value)
                .flatMap(ClusterStatus::lastHeard)
                .map(at -> " since " + at)
                .orElse("");
    }
}
