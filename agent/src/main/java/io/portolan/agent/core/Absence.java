package io.portolan.agent.core;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whether central is heard, and what an application did while it was not: what of it ran, and which
 * of its objects another hand changed. Told where the role was taken meanwhile, for then it may
 * have written what the new active cluster does not have. Nothing is stopped or deleted for it.
 */
final class Absence {
    private static final int NAMED = 10;

    /** Orders of the time of the absence come within this time of its end. */
    private static final Duration ORDERS = Duration.ofSeconds(60);

    private final Desk desk;
    private Duration patience = Duration.ofSeconds(15);
    private Instant heard = Instant.MIN;

    /** When central must have told what it decided in the absence. */
    private Instant settledAt = Instant.MAX;

    Absence(Desk desk) {
        this.desk = desk;
    }

    /**
     * What is to be told of one application.
     *
     * @param epoch of the work that it had by then
     */
    record Alone(long epoch, String told) {}

    /** Three heartbeats without a word are an absence. */
    void expect(int heartbeatSeconds) {
        patience = Duration.ofSeconds(3L * heartbeatSeconds);
    }

    /** Whether central has not been heard for long. */
    boolean lasts() {
        return heard.isAfter(Instant.MIN) && heard.plus(patience).isBefore(desk.now);
    }

    /** Central has said something. Called before it is acted on. */
    void ends() {
        if (lasts()) {
            desk.applications.values().forEach(this::remember);
            settledAt = desk.now.plus(ORDERS);
        } else if (settledAt.isBefore(desk.now)) {
            settledAt = Instant.MAX;
            desk.applications.values().forEach(Absence::kept);
        }
        heard = desk.now;
    }

    /** Another hand changed an object of ours. */
    void changed(Application application, ObjectTrack track) {
        if (lasts() && application.changedAlone.size() < NAMED) {
            application.changedAlone.add(track.ref.toString());
        }
    }

    /** No order came: it kept its role, and nothing can have diverged. */
    private static void kept(Application application) {
        @Nullable Alone alone = application.alone;
        if (alone != null && application.work.epoch() <= alone.epoch) {
            application.alone = null;
        }
    }

    private void remember(Application application) {
        Work work = application.work;
        if (work.role() == Role.ACTIVE && !work.tombstone() && !application.orphan) {
            String ran =
                    application.tracks.values().stream()
                            .filter(t -> ready(t) > 0)
                            .limit(NAMED)
                            .map(t -> t.ref + " (" + ready(t) + ")")
                            .collect(Collectors.joining(", "));
            application.alone =
                    new Alone(
                            work.epoch(),
                            "it was cut off from central from "
                                    + heard.truncatedTo(ChronoUnit.SECONDS)
                                    + " to "
                                    + desk.now.truncatedTo(ChronoUnit.SECONDS)
                                    + " and ran "
                                    + (ran.isEmpty() ? "nothing" : "until then " + ran)
                                    + (application.changedAlone.isEmpty()
                                            ? ""
                                            : "; others changed "
                                                    + String.join(", ", application.changedAlone))
                                    + ". What it wrote then may be missing elsewhere; nothing of"
                                    + " it is deleted");
        }
        application.changedAlone.clear();
    }

    private static int ready(ObjectTrack track) {
        @Nullable Verdict verdict = track.verdict;
        return verdict == null ? 0 : verdict.ready();
    }

    /** What is said while the role is elsewhere that was taken in the absence. */
    static Optional<Condition> condition(Application application, Instant now) {
        @Nullable Alone alone = application.alone;
        Work work = application.work;
        if (alone == null || work.epoch() <= alone.epoch || work.tombstone()) {
            return Optional.empty();
        }
        if (work.role() == Role.ACTIVE) {
            application.alone = null;
            return Optional.empty();
        }
        return Optional.of(
                new Condition("Diverged", Truth.TRUE, "RanWhileCutOff", alone.told, now));
    }
}
