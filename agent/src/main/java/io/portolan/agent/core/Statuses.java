package io.portolan.agent.core;

import io.portolan.agent.apply.Fate;
import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.app.Health;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.app.WorkStatus.Demotion;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Sums an application up for central. */
final class Statuses {
    private static final int NAMED = 10;

    private Statuses() {}

    static WorkStatus of(Application application, Namespaces namespaces, Pods pods, Instant now) {
        Work work = application.work;
        boolean removed = pods.removed(application);
        Health health = work.tombstone() || work.makesNothing() ? Health.STOPPED : Health.HEALTHY;
        List<Trouble> troubles = new ArrayList<>();
        int ready = 0;
        int desired = 0;
        int applied = 0;
        int wanted = 0;
        int inventory = 0;
        for (ObjectTrack track : application.tracks.values()) {
            if (track.leftOut) {
                continue;
            }
            inventory++;
            Verdict verdict = track.verdict;
            wanted += track.isWanted() ? 1 : 0;
            applied += track.isWanted() && track.settled() ? 1 : 0;
            if (!track.isWanted() && application.fate(track) == Fate.STAY) {
                troubles.add(Telling.kept(track.ref));
                continue;
            }
            track.currentTrouble().ifPresent(troubles::add);
            Optional.ofNullable(track.drift).ifPresent(troubles::add);
            if (verdict != null) {
                ready += verdict.ready();
                desired += verdict.desired();
                if (verdict.health()
                                .compareTo(
                                        track.trouble == null ? Health.STOPPED : Health.PROGRESSING)
                        > 0) {
                    troubles.add(
                            new Trouble(
                                    track.ref,
                                    verdict.health(),
                                    verdict.reason(),
                                    verdict.message()));
                }
            }
            health = health.worse(healthOf(track));
            blocked(application, track, namespaces).ifPresent(troubles::add);
        }
        // Pods that failed may outlive a job that succeeded, or a node that evicted them.
        if (health.compareTo(Health.STOPPED) > 0) {
            troubles.addAll(Troubles.ofPods(application));
            health = health.worse(Troubles.fate(application));
        }
        if (!application.contentIsHere() || !application.ready) {
            health = health.worse(Health.PROGRESSING);
        }
        if (application.stopping != null && !removed) {
            if (!application.ledger.running().isEmpty()) {
                health = health.worse(Health.PROGRESSING);
            }
            troubles.addAll(pods.doubts(application));
        }
        if (application.settled()) {
            application.appliedSequence = work.sequence();
        }
        application.guardedAt = pods.guarded(application);
        List<Trouble> shown = Troubles.shown(application, troubles, now);
        return new WorkStatus(
                application.uid(),
                work.cluster(),
                work.role(),
                work.generation(),
                work.epoch(),
                work.sequence(),
                application.appliedSequence,
                removed,
                health,
                message(application, removed, shown, applied, wanted),
                inventory,
                ready,
                desired,
                shown,
                conditions(application, applied, wanted, now),
                demotion(application),
                application.ledger.told(),
                application.guardedAt,
                Once.outcome(application, now));
    }

    private static Health healthOf(ObjectTrack track) {
        if (track.trouble != null) {
            return track.trouble.health();
        }
        Verdict verdict = track.verdict;
        boolean moving = !track.isWanted() || !track.settled();
        Health seen = verdict == null ? Health.HEALTHY : verdict.health();
        return moving ? seen.worse(Health.PROGRESSING) : seen;
    }

    private static Optional<Trouble> blocked(
            Application application, ObjectTrack track, Namespaces namespaces) {
        String namespace = track.ref.namespace();
        String why = track.isWanted() && track.uid.isEmpty() ? namespaces.trouble(namespace) : "";
        return why.isEmpty() || !application.ready
                ? Optional.empty()
                : Optional.of(
                        new Trouble(
                                track.ref, Health.PROGRESSING, namespaces.reason(namespace), why));
    }

    private static Optional<Demotion> demotion(Application application) {
        Work work = application.work;
        return application.stopping == null || work.tombstone() || work.running() != Running.NOTHING
                ? Optional.empty()
                : application.stopping.word(work.sequence(), work.epoch(), application.ledger);
    }

    private static String message(
            Application application,
            boolean removed,
            List<Trouble> troubles,
            int applied,
            int wanted) {
        if (removed) {
            return application.work.keeps() ? "given up" : "removed";
        }
        if (!troubles.isEmpty()) {
            Trouble worst = troubles.getFirst();
            return worst.object() + ": " + worst.message();
        }
        if (!application.contentIsHere()) {
            return "waits for its content";
        }
        if (application.work.tombstone()) {
            if (application.work.keeps()) {
                return application.tracks.size() + " objects are being given up";
            }
            return application.cleared()
                    ? "its objects are gone; waits until none of its pods runs"
                    : application.tracks.size() + " objects are being removed";
        }
        return applied == wanted ? "" : applied + " of " + wanted + " objects are applied";
    }

    private static List<Condition> conditions(
            Application application, int applied, int wanted, Instant now) {
        List<Condition> conditions = new ArrayList<>();
        conditions.add(
                new Condition(
                        "Applied",
                        application.settled() ? Truth.TRUE : Truth.FALSE,
                        application.settled() ? "AllApplied" : "Applying",
                        applied + " of " + wanted + " objects are as desired",
                        now));
        String contested =
                application.tracks.values().stream()
                        .filter(t -> !t.contested.isEmpty())
                        .map(t -> t.ref + " " + String.join(", ", t.contested))
                        .collect(Collectors.joining("; "));
        if (!contested.isEmpty()) {
            conditions.add(
                    new Condition(
                            "FieldContested",
                            Truth.TRUE,
                            "LostThreeTimes",
                            contested
                                    + ": another hand keeps changing what the application sets."
                                    + " Take the field out of the application, or stop the other",
                            now));
        }
        String vanishing =
                application.tracks.values().stream()
                        .flatMap(t -> Vanished.contested(t, now).stream())
                        .limit(NAMED)
                        .collect(Collectors.joining("; "));
        if (!vanishing.isEmpty()) {
            conditions.add(
                    new Condition(
                            "ObjectContested",
                            Truth.TRUE,
                            "DeletedThreeTimes",
                            vanishing
                                    + ": another hand deletes what the application wants, again and"
                                    + " again within ten minutes. It is made again, ever later."
                                    + " Take it out of the application, or stop the other",
                            now));
        }
        String yielded =
                application.tracks.values().stream()
                        .filter(t -> !t.yielded.isEmpty())
                        .map(t -> t.ref + " " + t.yielded)
                        .collect(Collectors.joining("; "));
        if (!yielded.isEmpty()) {
            conditions.add(
                    new Condition(
                            "FieldsYielded",
                            Truth.TRUE,
                            "OwnedByAnother",
                            yielded + ": left to the manager that applies or scales it",
                            now));
        }
        String altered =
                application.tracks.values().stream()
                        .filter(t -> !t.altered.isEmpty())
                        .limit(NAMED)
                        .map(t -> t.ref + " " + String.join(", ", t.altered))
                        .collect(Collectors.joining("; "));
        if (!altered.isEmpty()) {
            conditions.add(
                    new Condition(
                            "FieldsAltered",
                            Truth.TRUE,
                            "ChangedByAdmission",
                            altered
                                    + ": an admission webhook or policy of the cluster changes what"
                                    + " the application sets, and it is not written again for that",
                            now));
        }
        String doubts =
                application.ledger.doubtful().stream()
                        .filter(_ -> application.work.singleWriter())
                        .map(t -> t.words() + ": " + t.wayOut())
                        .collect(Collectors.joining("; "));
        if (!doubts.isEmpty()) {
            conditions.add(
                    new Condition(
                            "StopUnprovable",
                            Truth.TRUE,
                            "PodsMayStillRun",
                            "a demotion would prove nothing: " + doubts,
                            now));
        }
        Absence.condition(application, now).ifPresent(conditions::add);
        List<Condition> former = application.conditions;
        application.conditions = conditions.stream().map(c -> c.keepingSince(former)).toList();
        return application.conditions;
    }
}
