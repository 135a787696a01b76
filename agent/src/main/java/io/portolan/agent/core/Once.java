package io.portolan.agent.core;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.agent.observe.PodStop;
import io.portolan.agent.observe.PodWords;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.RunOnce.Outcome;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What runs once: a step of an operation. Goals: it is not begun when its order has grown old; it
 * is never made again; how it ended, and what its pod said last, is told.
 *
 * <p>Method: a Job that was never seen is made only in the life of the agent that took the order,
 * within the order's time, and while no later epoch of the application is known here. One that was
 * seen and went before its end has failed.
 */
final class Once {
    /** A Job's end and its pod's are told by two watches: the words may come later by this much. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String TOO_LATE = "TooLate";
    private static final String DELETED = "DeletedBeforeItsEnd";

    private Once() {}

    static boolean is(Application application) {
        return application.work.once().isPresent();
    }

    /** Why an object of it must not be made any more. */
    static Optional<Trouble> tooLate(Desk desk, Application application, ObjectTrack track) {
        return application
                .work
                .once()
                .flatMap(once -> tooLate(desk, application, once))
                .map(why -> new Trouble(track.ref, Health.FAILED, TOO_LATE, why));
    }

    private static Optional<String> tooLate(Desk desk, Application application, RunOnce once) {
        Application about = desk.applications.get(once.application());
        long epoch = application.work.epoch();
        if (about != null && about.work.epoch() > epoch) {
            return Optional.of(
                    "was not begun: its order is of epoch "
                            + epoch
                            + ", and "
                            + about.work.name()
                            + " has epoch "
                            + about.work.epoch()
                            + " here");
        }
        return desk.now.isAfter(application.takenAt.plus(once.within()))
                ? Optional.of("was not begun: its order is too old")
                : Optional.empty();
    }

    /** Whether it was made, and went before its end: then it is not made again. */
    static Optional<Trouble> deleted(Application application, ObjectTrack track) {
        return is(application) && track.isWanted() && !track.uid.isEmpty() && !track.isFinished()
                ? Optional.of(
                        new Trouble(
                                track.ref,
                                Health.FAILED,
                                DELETED,
                                "was deleted before it had ended, and is not made again"))
                : Optional.empty();
    }

    /** Keeps what a pod of it said last. */
    static void hear(Application application, KubeObject pod) {
        if (is(application)) {
            PodWords.last(pod).ifPresent(words -> application.said = words);
            application.podEnded |= PodStop.terminal(pod, true);
        }
    }

    /** Whether a verdict tells that it has ended. */
    static boolean ended(Verdict verdict) {
        return verdict.health() == Health.HEALTHY || verdict.health() == Health.FAILED;
    }

    /** How it ended; empty while it has not. */
    static Optional<Outcome> outcome(Application application, Instant now) {
        Work work = application.work;
        if (!is(application) || work.tombstone()) {
            return Optional.empty();
        }
        return application.tracks.values().stream()
                .filter(ObjectTrack::isWanted)
                .findFirst()
                .flatMap(job -> outcome(application, job, now));
    }

    private static Optional<Outcome> outcome(
            Application application, ObjectTrack job, Instant now) {
        Trouble trouble = job.trouble;
        if (trouble != null
                && (trouble.reason().equals(TOO_LATE) || trouble.reason().equals(DELETED))) {
            return Optional.of(new Outcome(false, "the job " + trouble.message()));
        }
        Verdict verdict = job.verdict;
        boolean failed = verdict != null && verdict.health() == Health.FAILED;
        if (!failed && !job.isFinished()) {
            return Optional.empty();
        }
        if (application.endedAt.equals(Instant.MAX)) {
            application.endedAt = now;
        }
        if (!application.podEnded && now.isBefore(application.endedAt.plus(PATIENCE))) {
            return Optional.empty();
        }
        return Optional.of(
                verdict == null || !failed
                        ? new Outcome(true, application.said)
                        : new Outcome(
                                false,
                                application.said.isEmpty()
                                        ? verdict.message()
                                        : application.said + " (" + verdict.reason() + ")"));
    }
}
