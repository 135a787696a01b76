package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.model.app.Health;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * What of ours went without us. It is made again: at once the first times, ever later where
 * somebody takes it away again and again, which is said; and not at all when it had run to its end.
 */
final class Vanished {
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final int DOUBLINGS = 4;

    private final Desk desk;

    Vanished(Desk desk) {
        this.desk = desk;
    }

    /** Our object was seen to be gone, or another to have its place. */
    void note(Application application, ObjectTrack track) {
        if (track.uid.isEmpty() || Once.deleted(application, track).isPresent()) {
            return;
        }
        desk.inventoryChanged(application);
        if (track.uid.equals(track.deletedUid)) {
            track.recreatedFor = track.wanted;
        } else if (track.isWanted() && !track.applied.isEmpty() && !track.isFinished()) {
            int times = track.loses("", desk.now);
            if (times >= Sight.LOSSES) {
                int doublings = Math.min(times - Sight.LOSSES, DOUBLINGS);
                track.notMadeBefore = desk.now.plus(PAUSE.multipliedBy(1L << doublings));
                desk.agenda.put(
                        new Agenda.Due.Peace(application.uid()),
                        desk.now.plus(Sight.WAR).plusSeconds(1));
            }
        }
        track.lost();
    }

    /** Whether it stays away: it was to be made once, and its uid says that it was. */
    boolean forGood(Application application, ObjectTrack track) {
        Optional<Trouble> deleted = Once.deleted(application, track);
        if (deleted.isPresent()) {
            track.waitUntil(Instant.MAX, deleted.get());
            desk.touch(application);
        }
        return deleted.isPresent();
    }

    /** Where it stands now that nothing is there. */
    void settle(Application application, ObjectTrack track) {
        if (track.isFinished()) {
            track.finish();
        } else if (application.work.makesNothing()) {
            // What may still come through must be stopped then, so it is looked for until then.
            track.leaveOut(application.mayComeUntil(track), desk.now);
        } else if (track.notMadeBefore.isAfter(desk.now) && !application.holdsStill()) {
            track.phase = Phase.WAITING;
            track.notBefore = track.notMadeBefore;
            track.trouble =
                    new Trouble(
                            track.ref,
                            Health.DEGRADED,
                            "DeletedAgain",
                            "another hand deletes it again and again: it is made again at "
                                    + track.notMadeBefore.truncatedTo(ChronoUnit.SECONDS));
            desk.retryAt(application, track.notBefore);
        } else {
            track.phase = Phase.READY;
        }
        desk.touch(application);
    }

    /** What is taken away again and again, in words; as long as that is so. */
    static Optional<String> contested(ObjectTrack track, Instant now) {
        List<Instant> times = track.losses.getOrDefault("", List.of());
        long recent = times.stream().filter(t -> t.plus(Sight.WAR).isAfter(now)).count();
        return recent < Sight.LOSSES
                ? Optional.empty()
                : Optional.of(track.ref + " (" + recent + " times)");
    }

    /** The last loss is long ago: the condition may end. */
    void peace(Application application) {
        desk.talk(application);
        Instant next = Instant.MAX;
        for (ObjectTrack track : application.tracks.values()) {
            if (contested(track, desk.now).isPresent()) {
                next = desk.now.plus(Sight.WAR.dividedBy(10));
            }
        }
        if (next.isBefore(Instant.MAX)) {
            desk.agenda.put(new Agenda.Due.Peace(application.uid()), next);
        }
    }
}
