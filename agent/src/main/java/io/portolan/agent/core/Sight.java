package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.agent.apply.Projection;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.observe.Labels;
import io.portolan.agent.observe.ObjectHealth;
import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What live objects tell: health, and whether one of our fields was changed by another hand. */
final class Sight {
    /** A field lost this often within {@link #WAR} is left to who takes it, and reported. */
    static final int LOSSES = 3;

    static final Duration WAR = Duration.ofMinutes(10);

    private final Desk desk;

    Sight(Desk desk) {
        this.desk = desk;
    }

    /** Takes in a live state, unless a newer one is known. */
    void see(Application application, ObjectTrack track, KubeObject live) {
        if (older(live.resourceVersion(), track.resourceVersion) && live.uid().equals(track.uid)) {
            return;
        }
        ended(application, track, live);
        track.resourceVersion = live.resourceVersion();
        track.generation = generation(live);
        track.metadataHash = metadataHash(live);
        track.stoppedSince =
                Fence.stoppedAfter(live, application.work.epoch(), application.work.sequence());
        boolean ours = live.label(Labels.APPLICATION_UID).equals(application.uid().value());
        track.stoppedIn = ours ? Fence.stoppedIn(live) : 0;
        Verdict verdict = ObjectHealth.of(live, application.ownRules::verdict);
        boolean observed =
                live.at("status", "observedGeneration") instanceof Number n
                        && n.longValue() >= track.generation;
        if (!verdict.equals(track.verdict) || observed != track.observed) {
            track.verdict = verdict;
            if (Once.is(application) && Once.ended(verdict)) {
                desk.agenda.put(
                        new Agenda.Due.LastWords(application.uid()), desk.now.plus(Once.PATIENCE));
            }
            track.observed = observed;
            desk.talk(application);
            if (application.stopping != null) {
                desk.urgent.add(application.uid());
            }
        }
    }

    /** Notes what has run to its end, so that it may go and is not made again. */
    private void ended(Application application, ObjectTrack track, KubeObject live) {
        if (track.isWanted()
                && track.applied.equals(track.wanted)
                && !track.isFinished()
                && ObjectHealth.complete(live)) {
            track.finished = track.wanted;
            desk.inventoryChanged(application);
        }
    }

    /** An object of ours as a watch or list shows it. */
    void live(KubeObject live, long listing) {
        Application application = owner(live);
        ObjectTrack track = application == null ? null : application.tracks.get(Key.of(live.ref()));
        if (application == null || track == null) {
            return;
        }
        track.listing = listing;
        if (track.leftOut) {
            track.lookAgain();
            desk.touch(application);
            return;
        }
        if (!track.uid.isEmpty() && !live.uid().equals(track.uid)) {
            if (track.phase != Phase.BUSY) {
                track.phase = Phase.UNKNOWN;
                desk.touch(application);
            }
            return;
        }
        if (older(live.resourceVersion(), track.resourceVersion)) {
            return;
        }
        if (track.isWanted() && track.phase == Phase.BUSY) {
            track.lateFields = Projection.of(track.desired(), live);
            track.lateVersion = live.resourceVersion();
        } else if (track.phase == Phase.DONE && track.fields != null && mayDiffer(track, live)) {
            compare(application, track, Projection.of(track.desired(), live));
        }
        see(application, track, live);
    }

    /** A write has ended; what the watch said meanwhile may be newer than its answer. */
    void judgeLate(Application application, ObjectTrack track, KubeObject written) {
        int[] late = track.lateFields;
        track.lateFields = null;
        if (late != null
                && track.fields != null
                && track.phase == Phase.DONE
                && older(written.resourceVersion(), track.lateVersion)) {
            compare(application, track, late);
        }
    }

    private void compare(Application application, ObjectTrack track, int[] now) {
        if (application.holdsStill()) {
            drifted(application, track, now);
            return;
        }
        if (Arrays.equals(now, track.fields)) {
            return;
        }
        if (!track.lost(now).isEmpty()) {
            desk.absence.changed(application, track);
        }
        boolean fencing = application.stops() && Fence.stoppable(track.ref);
        boolean repair = false;
        for (String field : track.lost(now)) {
            if (track.leaves(field)) {
                continue;
            }
            if (track.contested.contains(field) && !fencing) {
                continue;
            }
            repair |= !lostTooOften(track, field) || fencing;
        }
        if (repair) {
            track.phase = Phase.READY;
        } else {
            track.fields = now;
        }
        desk.touch(application);
    }

    /**
     * Takes what is there for what was written, if this was. What another hand changed before a
     * first look is repaired on resume, and not seen before.
     */
    void leaveAsIs(Application application, ObjectTrack track, KubeObject live) {
        if (!track.applied.equals(track.wanted)) {
            return;
        }
        int[] now = Projection.of(track.desired(), live);
        if (track.fields == null) {
            track.fields = now;
        }
        track.phase = Phase.DONE;
        drifted(application, track, now);
    }

    /** Told and left: it may also be undone by the hand that did it. */
    private void drifted(Application application, ObjectTrack track, int[] now) {
        List<String> changed =
                track.lost(now).stream()
                        .filter(f -> !track.leaves(f))
                        .map(f -> f.substring(1))
                        .toList();
        Trouble drift =
                changed.isEmpty()
                        ? null
                        : new Trouble(
                                track.ref,
                                Health.HEALTHY,
                                "Drifted",
                                "another hand changed "
                                        + String.join(", ", changed)
                                        + ": would be repaired on resume");
        if (!Objects.equals(drift, track.drift)) {
            track.drift = drift;
            desk.talk(application);
        }
    }

    private boolean lostTooOften(ObjectTrack track, String field) {
        if (track.loses(field, desk.now) >= LOSSES) {
            track.contested.add(field);
            return true;
        }
        return false;
    }

    @Nullable Application owner(KubeObject live) {
        String uid = live.label(Labels.APPLICATION_UID);
        return uid.isEmpty() ? null : desk.applications.get(new Uid(uid));
    }

    /** Status alone changes neither the generation nor labels and annotations. */
    private static boolean mayDiffer(ObjectTrack track, KubeObject live) {
        long generation = generation(live);
        return generation < 0
                || generation != track.generation
                || metadataHash(live) != track.metadataHash;
    }

    private static long generation(KubeObject live) {
        return live.at("metadata", "generation") instanceof Number n ? n.longValue() : -1;
    }

    private static int metadataHash(KubeObject live) {
        return 31 * live.map("metadata", "labels").hashCode()
                + live.map("metadata", "annotations").hashCode();
    }

    /** Resource versions of one object are ordered numbers (Kubernetes 1.35 and in fact before). */
    private static boolean older(String version, String than) {
        try {
            return !than.isEmpty() && Long.parseLong(version) < Long.parseLong(than);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
