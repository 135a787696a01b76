package io.portolan.agent.core;

import io.portolan.agent.apply.Fate;
import io.portolan.agent.apply.Phase;
import io.portolan.agent.apply.Slot;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.fence.PodLedger;
import io.portolan.agent.fence.Stopping;
import io.portolan.agent.observe.OwnRules;
import io.portolan.agent.state.InventoryEntry;
import io.portolan.agent.state.Saved;
import io.portolan.model.Condition;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One application on this cluster: what is wanted of it and where each object is. */
final class Application {
    /** The identity of an object, whatever version of its API names it. */
    record Key(String group, String kind, String namespace, String name) {
        static Key of(ObjectRef ref) {
            return new Key(ref.group(), ref.kind(), ref.namespace(), ref.name());
        }
    }

    Work work;
    Optional<Digest> held;
    final Map<Key, ObjectTrack> tracks = new LinkedHashMap<>();
    final Map<String, PodNote> pods = new LinkedHashMap<>();
    final PodLedger ledger = new PodLedger();
    @Nullable Stopping stopping;

    /** Its pods must be listed before the memory that central kept of them is compared. */
    boolean uncounted;

    /** Central, asked for everything, did not name it. Kept, and said. */
    boolean orphan;

    /** Objects of it that another hand changed while central was not heard. */
    final Set<String> changedAlone = new TreeSet<>();

    /** What it did in the last absence of central. */
    Absence.@Nullable Alone alone;

    /** Nothing in the cluster may be written for it before its inventory is durable. */
    boolean ready;

    /** Of the work of this sequence; works begin with 1. */
    private WorkSet share = WorkSet.EMPTY;

    private long sharedSequence;

    int inFlight;
    boolean inventoryDirty;
    boolean podsDirty;

    /** A creation may still come through although its answer was lost. */
    Instant uncertainUntil = Instant.MIN;

    /** When central last granted it, if it fences itself; at the latest when that was asked. */
    Instant grantedAt = Instant.MIN;

    /** Scaled to zero, although it has the active role, because central does not grant it. */
    boolean down;

    /** {@link WorkStatus#guarded}. */
    long guardedAt;

    /** Whether everything that an earlier life may have left of it is in the tracks. */
    boolean swept = true;

    /** When a pod last went without being seen to end. */
    Instant doubtedAt = Instant.MIN;

    /** Of what runs once: what its pod said last, and whether one has ended. */
    String said = "";

    boolean podEnded;

    /** When it was first seen to have ended. */
    Instant endedAt = Instant.MAX;

    /** When its work was last taken up. */
    Instant takenAt = Instant.MIN;

    long appliedSequence;
    @Nullable WorkStatus reported;

    /** As they were last; they keep their age when a new session is told everything again. */
    List<Condition> conditions = List.of();

    /** Since when each object that is not well is not. */
    final Map<ObjectRef, Instant> ill = new HashMap<>();

    OwnRules ownRules = new OwnRules(List.of());
    Instant reportedAt = Instant.MIN;
    final Set<String> told = new HashSet<>();

    Application(Work work, Optional<Digest> held) {
        this.work = work;
        this.held = held;
    }

    /** As it was when the agent last knew it. */
    Application(Saved.SavedApplication saved) {
        this(saved.work(), saved.held());
        saved.inventory().forEach(e -> tracks.put(Key.of(e.ref()), ObjectTrack.held(e)));
        ledger.restore(saved.pods());
        want(saved.content());
        ready = true;
    }

    /** What it is to do here now. */
    Role role() {
        return down ? Role.QUARANTINED : work.role();
    }

    /** How much of it is to run here now. */
    Running running() {
        return down ? Running.NOTHING : work.running();
    }

    /** Whether nothing is. */
    boolean stops() {
        return running() == Running.NOTHING;
    }

    /** Paused, or an orphan: what runs is kept, and nothing is made, written or started anew. */
    boolean holdsStill() {
        return (orphan || work.holdsStill()) && !stops();
    }

    Uid uid() {
        return work.application();
    }

    /** What must be remembered of its pods. */
    enum PodMemory {
        /** Of a single writer in every role: a stop may be asked for at any time. */
        EACH,
        /** What went and was not seen to end: it counts when it gets a single writer. */
        DOUBTS,
        NOTHING
    }

    PodMemory podMemory() {
        boolean goes = work.tombstone();
        return work.singleWriter() || (stopping != null && !goes)
                ? PodMemory.EACH
                : goes ? PodMemory.NOTHING : PodMemory.DOUBTS;
    }

    /** Makes the tracks say what the content in this role wants. */
    void want(Optional<Content> content) {
        content.ifPresent(c -> judgeBy(c.health()));
        List<KubeObject> objects =
                work.tombstone()
                        ? List.of()
                        : Fence.in(
                                running(),
                                Fence.order(work.epoch(), work.sequence())
                                        + (role() == work.role() ? "" : "-self"),
                                content.map(Content::objects).orElse(List.of()));
        tracks.values().stream().filter(t -> t.leftOut).forEach(ObjectTrack::lookAgain);
        Set<Key> wanted = new HashSet<>();
        for (KubeObject object : objects) {
            Key key = Key.of(object.ref());
            wanted.add(key);
            tracks.computeIfAbsent(key, _ -> new ObjectTrack(object.ref())).want(object);
        }
        tracks.forEach(
                (key, track) -> {
                    if (!wanted.contains(key)) {
                        track.unwant();
                    }
                });
    }

    /**
     * Whether a single writer was stopped there in a later epoch than that of the work: central's
     * database was set back, and a disk that was lost does not know.
     */
    boolean startsTooLate(ObjectTrack track) {
        return work.singleWriter() && track.stoppedIn > work.epoch();
    }

    /** What was judged by other rules is read again. */
    private void judgeBy(List<HealthRule> rules) {
        if (ownRules.sameAs(rules)) {
            return;
        }
        OwnRules former = ownRules;
        ownRules = new OwnRules(rules);
        for (ObjectTrack track : tracks.values()) {
            if (track.phase == Phase.DONE
                    && (former.judges(track.ref) || ownRules.judges(track.ref))) {
                track.phase = Phase.UNKNOWN;
            }
        }
    }

    /** What the inventory must name before anything of this content is applied. */
    List<InventoryEntry> union(Optional<Content> content) {
        Map<Key, InventoryEntry> entries = new LinkedHashMap<>();
        tracks.forEach((key, track) -> entries.put(key, track.entry()));
        content.ifPresent(
                c ->
                        c.objects()
                                .forEach(
                                        o ->
                                                entries.putIfAbsent(
                                                        Key.of(o.ref()),
                                                        InventoryEntry.planned(o.ref()))));
        return List.copyOf(entries.values());
    }

    List<InventoryEntry> inventory() {
        return tracks.values().stream().map(ObjectTrack::entry).toList();
    }

    List<Slot> slots(Instant now, Predicate<ObjectTrack> gated) {
        List<Slot> slots = new ArrayList<>(tracks.size());
        for (ObjectTrack track : tracks.values()) {
            boolean waits = track.phase == Phase.WAITING || track.phase == Phase.LEAVING;
            if (waits && !track.notBefore.isAfter(now)) {
                track.phase = Phase.UNKNOWN;
            }
            slots.add(
                    new Slot(
                            track.ref,
                            track.isWanted(),
                            fate(track),
                            track.phase,
                            track.uid,
                            gated.test(track)));
        }
        return slots;
    }

    /** What becomes of an object where it is not wanted. What stays must be known to be there. */
    Fate fate(ObjectTrack track) {
        Fate fate = track.kept ? Fate.GIVE_UP : Fate.of(track.ref, work.end());
        return fate == Fate.STAY && track.uid.isEmpty() ? Fate.REMOVE : fate;
    }

    /** When the first of the objects that wait is to be looked at again. */
    Optional<Instant> nextLook() {
        return tracks.values().stream()
                .filter(t -> t.phase == Phase.WAITING || t.phase == Phase.LEAVING)
                .map(t -> t.notBefore)
                .filter(t -> t.isBefore(Instant.MAX))
                .min(Comparator.naturalOrder());
    }

    /** The pause is over: whatever was held back, seen or overlooked meanwhile is looked at. */
    void goOn() {
        for (ObjectTrack track : tracks.values()) {
            track.drift = null;
            track.fields = null;
            track.failures = 0;
            if (track.phase != Phase.BUSY) {
                track.phase = Phase.UNKNOWN;
            }
        }
    }

    /** Whether everything is as this work wants it: all applied, all else gone. */
    boolean settled() {
        for (ObjectTrack track : tracks.values()) {
            if (track.isWanted() ? !track.settled() : fate(track) != Fate.STAY) {
                return false;
            }
        }
        return inFlight == 0 && contentIsHere();
    }

    /**
     * Until when a write of it whose answer was lost may come through: forgotten before, the object
     * would be left behind.
     */
    Instant mayComeUntil(ObjectTrack track) {
        return Fence.stoppable(track.ref) && uncertainUntil.isAfter(track.mayComeUntil)
                ? uncertainUntil
                : track.mayComeUntil;
    }

    /** Its part of what is compared with central's digest. */
    WorkSet share() {
        if (work.tombstone()) {
            return WorkSet.EMPTY;
        }
        if (sharedSequence != work.sequence()) {
            sharedSequence = work.sequence();
            share = WorkSet.EMPTY.toggled(work);
        }
        return share;
    }

    boolean contentIsHere() {
        return work.tombstone() || work.content().equals(held);
    }

    /** Whether a tombstone has nothing more to remove; its pods may still end. */
    boolean cleared() {
        return work.tombstone() && ready && tracks.isEmpty() && inFlight == 0;
    }
}
