package io.portolan.agent.core;

import io.portolan.agent.apply.FieldPath;
import io.portolan.agent.apply.Phase;
import io.portolan.agent.apply.Projection;
import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.agent.state.InventoryEntry;
import io.portolan.agent.state.Packing;
import io.portolan.model.Digest;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Trouble;
import io.portolan.model.wire.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One object that is wanted, held or both. Compact: neither side is kept as a tree. */
final class ObjectTrack {
    ObjectRef ref;

    /** Packed desired object, null when it is only to be removed. */
    byte @Nullable [] desired;

    /** Digest of the desired object, and of what was applied last. */
    String wanted = "";

    String applied = "";
    String uid = "";
    String resourceVersion = "";

    Phase phase = Phase.UNKNOWN;
    int failures;
    Instant notBefore = Instant.MIN;

    /** Whether the disk says that it may be being created, as it must before it is. */
    boolean announced = true;

    /** The next write takes every field that is not left to others: their owners were asked. */
    boolean force;

    /** Our fields as they were live after the last apply; null while unknown. */
    int @Nullable [] fields;

    /** A newer state than the last apply's answer, seen while that was in flight. */
    int @Nullable [] lateFields;

    String lateVersion = "";

    /** What cannot have changed while these two did not; -1 when the kind counts none. */
    long generation = -1;

    int metadataHash;

    /** Whether its controller has seen the newest state of it. */
    boolean observed;

    @Nullable Verdict verdict;
    @Nullable Trouble trouble;

    /** What another hand changed while the application is paused. */
    @Nullable Trouble drift;

    /** Fields left to others, with the manager; and fields that were lost too often. */
    final Map<String, String> yielded = new HashMap<>(0);

    final TreeSet<String> contested = new TreeSet<>();
    final Map<String, List<Instant>> losses = new HashMap<>(0);

    /** What the cluster's admission made of our fields at the last write, as the owner reads it. */
    List<String> altered = List.of();

    /** The desired state that has run to its end: a job's, that is not to run again. */
    String finished = "";

    /** Of our object that was seen to be gone while a call about it was in flight. */
    String goneUid = "";

    /** Not made again before: another hand takes it away again and again. */
    Instant notMadeBefore = Instant.MIN;

    /** What is there was stopped by a newer order than that which is known here. */
    boolean stoppedSince;

    /** The epoch in which what is there was stopped; 0 where it was not, or is not ours. */
    long stoppedIn;

    /** A write of it whose answer was lost may come through until then, and make it anew. */
    Instant mayComeUntil = Instant.MIN;

    /** Of the object that we asked to be deleted ourselves. */
    String deletedUid = "";

    /** It is not there and, while its application {@link Work#makesNothing}, not to be made. */
    boolean leftOut;

    /** Not wanted, and cannot be deleted without loss to others: it is given up. */
    boolean kept;

    /** Whose it was by its label when it was adopted; empty for nobody's. */
    String takenFrom = "";

    /** The desired state for which it was deleted to be made anew. */
    String recreatedFor = "";

    /** Which listing of its kind named it last. */
    long listing;

    ObjectTrack(ObjectRef ref) {
        this.ref = ref;
    }

    static ObjectTrack held(InventoryEntry entry) {
        ObjectTrack track = new ObjectTrack(entry.ref());
        track.uid = entry.uid();
        track.applied = entry.applied();
        track.finished = entry.finished();
        track.announced = entry.uid().isEmpty();
        return track;
    }

    /** Whether what is there under its name never was ours: it runs none of our pods. */
    boolean isAnothers() {
        return uid.isEmpty() && trouble != null && Telling.tellsOfAnother(trouble);
    }

    boolean isWanted() {
        return desired != null;
    }

    KubeObject desired() {
        byte[] packed = desired;
        if (packed == null) {
            throw new IllegalStateException("not wanted: " + ref);
        }
        return Packing.read(packed, KubeObject.class);
    }

    void want(KubeObject object) {
        String digest = Digest.of(Codec.lenient().write(object)).hex();
        if (digest.equals(wanted) && desired != null) {
            return;
        }
        ref = object.ref();
        drift = null;
        kept = false;
        desired = Packing.write(object);
        wanted = digest;
        yielded.clear();
        contested.clear();
        losses.clear();
        notMadeBefore = Instant.MIN;
        altered = List.of();
        fields = null;
        reopen();
    }

    void unwant() {
        if (desired != null) {
            desired = null;
            drift = null;
            wanted = "";
            fields = null;
            reopen();
        }
    }

    /** It is not there: what was known of it is of the past. */
    void lost() {
        uid = "";
        resourceVersion = "";
        fields = null;
        verdict = null;
        altered = List.of();
    }

    /** Something changed: whatever made it wait may be over. */
    void reopen() {
        failures = 0;
        if (phase != Phase.BUSY) {
            phase = uid.isEmpty() || trouble != null ? Phase.UNKNOWN : Phase.READY;
        }
    }

    /** Whether another holds the field, or a part of it, by right. */
    boolean leaves(String field) {
        return yielded.keySet().stream().anyMatch(theirs -> FieldPath.overlap(theirs, field));
    }

    /**
     * Counts a loss within the time that makes it a war.
     *
     * @param what a field; empty for the object itself
     */
    int loses(String what, Instant now) {
        List<Instant> times = losses.computeIfAbsent(what, _ -> new ArrayList<>(Sight.LOSSES));
        times.removeIf(t -> t.plus(Sight.WAR).isBefore(now));
        times.add(now);
        return times.size();
    }

    boolean settled() {
        return phase == Phase.DONE && (leftOut || applied.equals(wanted));
    }

    void waitUntil(Instant at, @Nullable Trouble why) {
        failures++;
        phase = Phase.WAITING;
        notBefore = at;
        trouble = why;
    }

    /** Whether it was written as it is wanted, and another hand has changed it since. */
    boolean changedOnly() {
        return !uid.isEmpty() && fields != null && applied.equals(wanted);
    }

    /** It has run to its end and went: as it is wanted. */
    boolean isFinished() {
        return isWanted() && finished.equals(wanted);
    }

    void finish() {
        applied = wanted;
        trouble = null;
        phase = Phase.DONE;
    }

    /**
     * Instead of making it, until the role comes.
     *
     * @param doubt until when it may still be made by a write whose answer was lost
     */
    void leaveOut(Instant doubt, Instant now) {
        leftOut = true;
        trouble = null;
        phase = doubt.isAfter(now) ? Phase.WAITING : Phase.DONE;
        notBefore = doubt;
    }

    /** Whether it is there is asked of the cluster again. */
    void lookAgain() {
        leftOut = false;
        if (phase != Phase.BUSY) {
            phase = Phase.UNKNOWN;
        }
    }

    /**
     * Instead of writing it.
     *
     * @param until what lets it go on
     */
    void holdBack(String until) {
        trouble =
                uid.isEmpty()
                        ? new Trouble(
                                ref,
                                Health.DEGRADED,
                                "Missing",
                                "is missing and would be made " + until)
                        : new Trouble(
                                ref, Health.HEALTHY, "NotWritten", "would be written " + until);
        phase = Phase.WAITING;
        notBefore = Instant.MAX;
    }

    InventoryEntry entry() {
        announced &= uid.isEmpty();
        return new InventoryEntry(ref, uid, applied, finished);
    }

    /** The names of our fields whose live value differs from the remembered one. */
    List<String> lost(int[] now) {
        int[] before = fields;
        List<String> paths = Projection.paths(desired());
        List<String> lost = new ArrayList<>();
        for (int i = 0; before != null && i < before.length && i < now.length; i++) {
            if (before[i] != now[i]) {
                lost.add(paths.get(i));
            }
        }
        return lost;
    }

    /** Whether it waits for the cluster to know its kind. */
    boolean unserved() {
        return trouble != null && trouble.reason().equals(Telling.UNKNOWN_KIND);
    }

    Optional<Trouble> currentTrouble() {
        return Optional.ofNullable(trouble);
    }
}
