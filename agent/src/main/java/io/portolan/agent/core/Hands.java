package io.portolan.agent.core;

import io.portolan.agent.apply.Action;
import io.portolan.agent.apply.FieldPath;
import io.portolan.agent.apply.Phase;
import io.portolan.agent.apply.Plan;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns plans into calls, within the limit of calls in flight, and remembers what each is for. */
final class Hands {
    /** Why a call was made. */
    sealed interface Purpose {
        record Look() implements Purpose {}

        /**
         * @param starts whether it creates what runs: should its answer be lost, it may come
         *     through at any later time
         */
        record Put(KubeObject sent, String digest, boolean force, boolean starts)
                implements Purpose {}

        /** Whose are the fields that were in conflict? */
        record Decide(List<FieldConflict> conflicts) implements Purpose {}

        /**
         * May it be deleted, to be made anew?
         *
         * @param digest of the desired state that Kubernetes makes in no object that exists
         * @param message in Kubernetes' words
         */
        record Replace(String digest, String message) implements Purpose {}

        record Remove() implements Purpose {}

        /** Is it still ours to give up? */
        record GiveUp() implements Purpose {}

        record GivenUp() implements Purpose {}

        /**
         * Does the kind still hold objects of others?
         *
         * @param established whether the cluster takes its definition for good
         */
        record Holds(boolean established) implements Purpose {}
    }

    record Call(Uid application, Key key, Purpose purpose) {}

    private static final int HANDFUL = 6;

    private final Desk desk;
    private final Namespaces namespaces;
    private final Map<Long, Call> inFlight = new HashMap<>();

    Hands(Desk desk, Namespaces namespaces) {
        this.desk = desk;
        this.namespaces = namespaces;
    }

    /** Starts what may be started. */
    void pump() {
        if (!desk.mayAct) {
            return;
        }
        pump(desk.urgent, desk.settings.callsInFlight());
        if (desk.urgent.isEmpty()) {
            pump(desk.lazy, desk.settings.lazyCalls());
        }
    }

    /**
     * A plan looks at all objects of its application, so it is made again when it can start a
     * handful of calls, not for each that ended; those in flight will come back here.
     */
    private void pump(LinkedHashSet<Uid> queue, int limit) {
        if (inFlight.size() > Math.max(0, limit - HANDFUL)) {
            return;
        }
        Iterator<Uid> queued = queue.iterator();
        while (queued.hasNext() && inFlight.size() + namespaces.inFlight() < limit) {
            Application application = desk.applications.get(queued.next());
            if (application == null || !application.ready || act(application, limit)) {
                queued.remove();
            }
        }
    }

    /** Whether everything that the plan asked for was started. */
    private boolean act(Application application, int limit) {
        if (!desk.welcomed
                && application.role() == Role.ACTIVE
                && application.work.grant().isPresent()) {
            // Touched again at the welcome, and when its grant is over.
            return true;
        }
        var slots = application.slots(desk.now, track -> gated(application, track));
        for (Action action : Plan.next(slots)) {
            if (inFlight.size() + namespaces.inFlight() >= limit) {
                return false;
            }
            ObjectTrack track = application.tracks.get(Key.of(action.ref()));
            if (track == null) {
                continue;
            }
            switch (action) {
                case Action.Look _ -> look(application, track);
                case Action.Put _ when application.holdsStill() -> {
                    if (track.changedOnly()) {
                        look(application, track);
                    } else {
                        track.holdBack(application.orphan ? "when central knows it" : "on resume");
                        desk.talk(application);
                    }
                }
                case Action.Put _ -> put(application, track);
                case Action.Remove _ when application.holdsStill() -> {}
                case Action.Remove(var ref, var uid) -> remove(application, track, uid);
                case Action.GiveUp _ ->
                        start(
                                application,
                                track,
                                new Purpose.GiveUp(),
                                desk.ask(id -> new Effect.Get(id, track.ref)));
                case Action.Forget _ -> {
                    GivingUp.left(desk, application, track);
                    desk.forget(application, track);
                    desk.retryAt(application, desk.now);
                }
            }
        }
        // One date per application: the one that brought us here may have hidden a later one.
        application.nextLook().ifPresent(at -> desk.retryAt(application, at));
        return true;
    }

    private void look(Application application, ObjectTrack track) {
        start(
                application,
                track,
                new Purpose.Look(),
                desk.ask(id -> new Effect.Get(id, track.ref)));
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Whether a look that was asked for already is this object's; not when it needs none. */
    boolean look(Application application, Key key, long asked) {
        ObjectTrack track = application.tracks.get(key);
        if (track == null || track.phase != Phase.UNKNOWN || !track.isWanted()) {
            return false;
        }
        start(application, track, new Purpose.Look(), asked);
        return true;
    }

    private boolean gated(Application application, ObjectTrack track) {
        String namespace = track.ref.namespace();
        return track.isWanted()
                && !application.holdsStill()
                && !application.work.makesNothing()
                && !namespace.isEmpty()
                && !ownNamespace(application, namespace)
                && !namespaces.ready(namespace, application.work);
    }

    /** Whether the application brings it itself, as it is allowed to. */
    private static boolean ownNamespace(Application application, String name) {
        ObjectTrack own = application.tracks.get(new Key("", "Namespace", "", name));
        return own != null && own.isWanted() && own.phase != Phase.WAITING;
    }

    private void put(Application application, ObjectTrack track) {
        Optional<String> wrong = wrongScope(track);
        if (wrong.isPresent()) {
            refuse(application, track, Health.FAILED, "WrongScope", wrong.get());
            return;
        }
        Optional<Trouble> late =
                track.uid.isEmpty() ? Once.tooLate(desk, application, track) : Optional.empty();
        if (late.isPresent()) {
            track.waitUntil(Instant.MAX, late.get());
            desk.talk(application);
            return;
        }
        boolean fencing = application.stops() && Fence.stoppable(track.ref);
        boolean starts = Fence.stoppable(track.ref) && !fencing;
        if (starts && desk.alone && doubtful(application, track)) {
            track.holdBack("when central is heard");
            desk.talk(application);
            return;
        }
        if (starts && application.startsTooLate(track)) {
            track.holdBack("under a later epoch than " + track.stoppedIn + ", which stopped it");
            desk.talk(application);
            return;
        }
        if (starts && application.work.singleWriter() && !provable(application, track)) {
            return;
        }
        KubeObject object = track.desired();
        if (!fencing) {
            for (String field : track.yielded.keySet()) {
                object = FieldPath.without(object, field);
            }
            for (String field : track.contested) {
                object = FieldPath.without(object, field);
            }
        }
        KubeObject sent = object;
        KubeObject written = meant(application, track, object);
        boolean force = fencing || track.force;
        if (Fence.stoppable(track.ref) && application.stopping != null) {
            application.stopping.disturbed();
        }
        start(
                application,
                track,
                new Purpose.Put(sent, track.wanted, force, starts && track.uid.isEmpty()),
                desk.ask(id -> new Effect.Apply(id, written, force)));
    }

    /** Whether central may have ended meanwhile what the disk asks for, were it set back. */
    private static boolean doubtful(Application application, ObjectTrack track) {
        return track.uid.isEmpty() ? application.work.singleWriter() : track.stoppedSince;
    }

    /**
     * Whether a write that starts a single writer can be kept from coming late: it names the
     * version that it was made for; or it creates, and the disk says so, so that also a next life
     * of the agent waits it out before it proves a stop.
     */
    private boolean provable(Application application, ObjectTrack track) {
        if (!track.uid.isEmpty()) {
            boolean known = !track.resourceVersion.isEmpty();
            if (!known) {
                look(application, track);
            }
            return known;
        }
        if (!track.announced) {
            track.phase = Phase.BUSY;
            application.inFlight++;
            desk.persist(
                    List.of(new Change.PutInventory(application.uid(), application.inventory())),
                    () -> {
                        application.inFlight--;
                        track.announced = true;
                        track.phase = Phase.UNKNOWN;
                        desk.touch(application);
                    });
        }
        return track.announced;
    }

    /**
     * A look is of the past when the write arrives: the server itself refuses to write into what
     * somebody made, or made anew, in between.
     */
    private static KubeObject meant(Application application, ObjectTrack track, KubeObject object) {
        if (track.uid.isEmpty()) {
            return object.with(KubeApi.NEVER, "metadata", "resourceVersion");
        }
        KubeObject known = object.with(track.uid, "metadata", "uid");
        return guarded(application, track)
                ? known.with(track.resourceVersion, "metadata", "resourceVersion")
                : known;
    }

    /**
     * A write that starts a single writer must not come through late, after its fence: it names the
     * version that it was made for.
     */
    private static boolean guarded(Application application, ObjectTrack track) {
        return application.work.singleWriter()
                && !application.stops()
                && Fence.stoppable(track.ref)
                && !track.resourceVersion.isEmpty();
    }

    private Optional<String> wrongScope(ObjectTrack track) {
        ApiKind kind = desk.kinds.get(TypeRef.of(track.ref));
        if (kind == null || kind.namespaced() != track.ref.namespace().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                kind.namespaced()
                        ? track.ref.kind() + " belongs into a namespace: write metadata.namespace"
                        : track.ref.kind()
                                + " belongs to the whole cluster: remove metadata.namespace, and"
                                + " ask for the tenant to be allowed this kind");
    }

    private void remove(Application application, ObjectTrack track, String uid) {
        if (track.ref.kind().equals("CustomResourceDefinition")) {
            start(
                    application,
                    track,
                    new Purpose.Holds(true),
                    desk.ask(id -> new Effect.Get(id, track.ref)));
            return;
        }
        delete(application, track, uid);
    }

    void delete(Application application, ObjectTrack track, String uid) {
        track.deletedUid = uid;
        start(
                application,
                track,
                new Purpose.Remove(),
                desk.ask(id -> new Effect.Delete(id, track.ref, uid)));
    }

    void start(Application application, ObjectTrack track, Purpose purpose, long id) {
        track.phase = Phase.BUSY;
        application.inFlight++;
        inFlight.put(id, new Call(application.uid(), Key.of(track.ref), purpose));
    }

    /** Ends the call; null when it was not made in this life or its application is gone. */
    @Nullable Call finish(long effect) {
        Call call = inFlight.remove(effect);
        if (call != null) {
            Application application = desk.applications.get(call.application);
            if (application != null) {
                application.inFlight--;
            }
        }
        return call;
    }

    void refuse(
            Application application,
            ObjectTrack track,
            Health health,
            String reason,
            String message) {
        wait(application, track, Duration.ZERO, new Trouble(track.ref, health, reason, message));
    }

    /** Doubles from a quarter of a second up to the longest; longer when the server asks for it. */
    void wait(
            Application application, ObjectTrack track, Duration asked, @Nullable Trouble trouble) {
        long millis = 250L << Math.min(track.failures, 12);
        Duration backoff = Duration.ofMillis(millis);
        if (backoff.compareTo(desk.settings.longestBackoff()) > 0) {
            backoff = desk.settings.longestBackoff();
        }
        if (asked.compareTo(backoff) > 0) {
            backoff = asked;
        }
        track.waitUntil(desk.now.plus(backoff), trouble);
        desk.retryAt(application, desk.now.plus(backoff));
        desk.touch(application);
    }
}
