package io.portolan.central.reconcile;

import io.portolan.central.image.FleetImage;
import io.portolan.central.image.Held;
import io.portolan.central.store.Row;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.app.ApplicationStatus.OnCluster;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.operation.EventRecord.Severity;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An application's status from what its agents last said. Of a cluster that is not heard nothing is
 * known, and that is what it says. Written only when it differs.
 */
final class StatusReconciler {
    /** The agent's word on what ran while it was cut off and its role was taken. */
    private static final String DIVERGED = "Diverged";

    /** Of a trouble in the summary; a terminal shows it on two lines at most. */
    private static final int LINE = 240;

    private final View view;
    private final FleetImage image;
    private final Resource<ApplicationSpec> application;
    private final Assignment assignment;
    private final List<Part> parts = new ArrayList<>();

    private StatusReconciler(
            View view,
            Resource<ApplicationSpec> application,
            Assignment assignment,
            Map<Uid, Work> works,
            List<OnCluster> known) {
        this.view = view;
        this.image = view.image();
        this.application = application;
        this.assignment = assignment;
        works.forEach(
                (cluster, work) ->
                        parts.add(
                                Part.of(
                                        image,
                                        work,
                                        assignment.member(cluster),
                                        Optional.ofNullable(
                                                        image.reports(application.uid())
                                                                .get(cluster))
                                                .map(Held::value),
                                        known,
                                        view.now())));
        parts.sort(
                Comparator.comparing((Part p) -> p.told().cluster())
                        .thenComparing(p -> p.work().cluster()));
    }

    /** When central failed it over by itself, as far as that is to be known, the last last. */
    static List<Instant> automatic(FleetImage image, Uid application) {
        return image.applicationStatus(application)
                .map(h -> h.value().automatic())
                .orElse(List.of());
    }

    /**
     * Adds the status to the outcome when it is not what is stored.
     *
     * @param works as they will be after the outcome
     * @param placing the conditions of the decision
     * @param automatic when central failed it over by itself, with this outcome, the last last
     */
    static void follow(
            View view,
            Held<Resource<ApplicationSpec>> held,
            Assignment assignment,
            SequencedMap<Uid, Work> works,
            List<Condition> placing,
            List<Instant> automatic,
            Outcome.Draft out) {
        Resource<ApplicationSpec> application = held.value();
        Optional<Held<ApplicationStatus>> former =
                view.image().applicationStatus(application.uid());
        List<OnCluster> known = former.map(h -> h.value().clusters()).orElse(List.of());
        List<Condition> before = former.map(h -> h.value().conditions()).orElse(List.of());
        ApplicationStatus status =
                new StatusReconciler(view, application, assignment, works, known)
                        .status(placing, before, automatic);
        if (former.map(Held::value).equals(Optional.of(status))) {
            return;
        }
        out.put(new Row.StatusRow(application.key(), application.uid(), status), former);
        told(view, application.uid(), before, status).ifPresent(out::event);
        diverged(view, application.uid(), before, status).ifPresent(out::event);
    }

    private ApplicationStatus status(
            List<Condition> placing, List<Condition> before, List<Instant> automatic) {
        Optional<Homecoming.Away> away = Homecoming.away(image, application.uid(), assignment);
        List<Condition> conditions = new ArrayList<>();
        placing.forEach(c -> conditions.add(c.keepingSince(before)));
        conditions.add(applied().keepingSince(before));
        conditions.add(healthy().keepingSince(before));
        Findings.of(parts, view.now()).forEach(c -> conditions.add(c.keepingSince(before)));
        return new ApplicationStatus(
                application.metadata().generation(),
                summary(),
                health(),
                assignment.epoch(),
                parts.stream().map(Part::told).toList(),
                conditions,
                image.operationOn(application.uid()).map(o -> o.value().name()),
                automatic.isEmpty() ? Optional.empty() : Optional.of(automatic.getLast()),
                automatic.isEmpty() ? automatic : automatic.subList(0, automatic.size() - 1),
                away.map(Homecoming.Away::home),
                away.flatMap(Homecoming.Away::heir));
    }

    /** What a cluster did while it was cut off outlives the condition that tells it. */
    private static Optional<EventRecord> diverged(
            View view, Uid subject, List<Condition> before, ApplicationStatus status) {
        return Condition.find(status.conditions(), DIVERGED)
                .filter(
                        c ->
                                Condition.find(before, DIVERGED)
                                        .filter(b -> b.message().equals(c.message()))
                                        .isEmpty())
                .map(
                        c ->
                                new EventRecord(
                                        subject,
                                        view.now(),
                                        Severity.WARNING,
                                        DIVERGED,
                                        c.message(),
                                        "central"));
    }

    /** A change of health is worth an event; the first word on a new application is not. */
    private static Optional<EventRecord> told(
            View view, Uid subject, List<Condition> before, ApplicationStatus status) {
        Optional<Condition> was = Condition.find(before, "Healthy");
        Optional<Condition> is = Condition.find(status.conditions(), "Healthy");
        if (is.isEmpty() || was.isEmpty() || was.get().truth() == is.get().truth()) {
            return Optional.empty();
        }
        boolean well = is.get().truth() == Truth.TRUE;
        return Optional.of(
                new EventRecord(
                        subject,
                        view.now(),
                        well ? Severity.NORMAL : Severity.WARNING,
                        well ? "Healthy" : "NotHealthy",
                        well ? status.summary() : is.get().message(),
                        "central"));
    }

    /** A paused one runs what it ran, not what its spec has become. */
    private long runs(long newest) {
        return parts.stream()
                .map(Part::work)
                .filter(Work::paused)
                .mapToLong(Work::generation)
                .min()
                .orElse(newest);
    }

    private List<Part> counted() {
        return parts.stream().filter(Part::counts).toList();
    }

    private Health health() {
        return counted().stream()
                .map(p -> p.told().health())
                .reduce(Health::worse)
                .orElse(Health.UNKNOWN);
    }

    private String summary() {
        if (application.metadata().deleting()) {
            return "revision "
                    + application.metadata().generation()
                    + " is being deleted from "
                    + counts(parts.size(), "cluster");
        }
        String revision =
                (application.spec().paused() ? "paused, " : "")
                        + "revision "
                        + runs(application.metadata().generation());
        List<Part> counted = counted();
        if (counted.isEmpty()) {
            return revision + " active on no cluster: " + assignment.decision().summary();
        }
        long well = counted.stream().filter(p -> p.well(application)).count();
        long leaving = parts.stream().filter(p -> p.told().leaving()).count();
        long standing =
                parts.stream()
                        .filter(p -> !p.told().leaving() && p.told().role() == Role.STANDBY)
                        .count();
        long quarantined =
                parts.stream()
                        .filter(p -> !p.work().tombstone())
                        .filter(p -> p.told().role() == Role.QUARANTINED)
                        .count();
        return revision
                + " healthy on "
                + well
                + " of "
                + counted.size()
                + (standing > 0 ? ", " + level() + "standby on " + standing : "")
                + (quarantined > 0 ? ", quarantined on " + quarantined : "")
                + (leaving > 0 ? ", leaving " + leaving : "")
                + trouble(counted);
    }

    /** Of what stands by otherwise than with its objects: {@code warm }. */
    private String level() {
        return parts.stream()
                .filter(p -> !p.told().leaving() && p.told().role() == Role.STANDBY)
                .flatMap(p -> p.work().standby().stream())
                .findFirst()
                .map(l -> l + " ")
                .orElse("");
    }

    /** The first cluster's trouble, for a line; the conditions hold them all. */
    private String trouble(List<Part> counted) {
        List<String> troubles =
                counted.stream()
                        .filter(p -> !p.well(application))
                        .flatMap(p -> p.trouble().stream())
                        .toList();
        if (troubles.isEmpty()) {
            return "";
        }
        String first = troubles.getFirst();
        return ": "
                + (first.length() > LINE ? first.substring(0, LINE) + "..." : first)
                + (troubles.size() > 1 ? " (and " + (troubles.size() - 1) + " more)" : "");
    }

    private Condition applied() {
        List<Part> live = parts.stream().filter(p -> !p.work().tombstone()).toList();
        List<String> refused = live.stream().flatMap(p -> p.refusal().stream()).toList();
        List<String> waiting =
                live.stream()
                        .filter(p -> p.told().heard() && !p.applied())
                        .map(p -> p.told().cluster())
                        .toList();
        List<String> silent =
                live.stream().filter(p -> !p.told().heard()).map(p -> p.told().cluster()).toList();
        if (!refused.isEmpty()) {
            return condition("Applied", Truth.FALSE, "Refused", String.join("; ", refused));
        }
        if (!waiting.isEmpty()) {
            return condition(
                    "Applied", Truth.FALSE, "Applying", "waits for " + String.join(", ", waiting));
        }
        if (!silent.isEmpty()) {
            return condition(
                    "Applied",
                    Truth.UNKNOWN,
                    "Unreachable",
                    "not heard: " + String.join(", ", silent));
        }
        return live.isEmpty()
                ? condition("Applied", Truth.FALSE, "NotPlaced", "no cluster has it")
                : condition(
                        "Applied",
                        Truth.TRUE,
                        "Applied",
                        "every object stands on " + counts(live.size(), "cluster"));
    }

    private Condition healthy() {
        List<Part> counted = counted();
        if (counted.isEmpty()) {
            return condition("Healthy", Truth.FALSE, "NotActive", "it is active on no cluster");
        }
        List<String> ill =
                counted.stream()
                        .filter(p -> !p.well(application))
                        .map(
                                p ->
                                        p.told().cluster()
                                                + ": "
                                                + p.told().health()
                                                + (p.told().message().isEmpty()
                                                        ? ""
                                                        : ", " + p.told().message()))
                        .toList();
        Health worst = health();
        if (ill.isEmpty()) {
            return condition("Healthy", Truth.TRUE, worst.toString(), summary());
        }
        boolean onlySilent =
                counted.stream().filter(p -> !p.well(application)).noneMatch(p -> p.told().heard());
        return onlySilent
                ? condition("Healthy", Truth.UNKNOWN, "Unreachable", String.join("; ", ill))
                : condition("Healthy", Truth.FALSE, worst.toString(), String.join("; ", ill));
    }

    private static String counts(int n, String noun) {
        return n + " " + noun + (n == 1 ? "" : "s");
    }

    private Condition condition(String type, Truth truth, String reason, String message) {
        return new Condition(type, truth, reason, message, view.now());
    }
}
