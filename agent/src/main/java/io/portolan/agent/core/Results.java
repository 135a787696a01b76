package io.portolan.agent.core;

import io.portolan.agent.apply.FieldOwners;
import io.portolan.agent.apply.Phase;
import io.portolan.agent.apply.Projection;
import io.portolan.agent.core.Hands.Call;
import io.portolan.agent.core.Hands.Purpose;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.observe.Labels;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the answers of the cluster mean for the object that was asked about.
 *
 * <p>Long because each kind of answer has its case for each purpose of the question; what follows
 * from one is in classes of its own ({@link Vanished}, {@link Adoption}, {@link Denials}).
 */
final class Results {
    private static final Duration LEAVING_LOOK = Duration.ofSeconds(2);

    /** Kubernetes' own words for a namespace that takes nothing new. */
    private static final String TERMINATING = "because it is being terminated";

    private final Desk desk;
    private final Hands hands;
    private final Namespaces namespaces;
    private final Sight sight;
    private final Vanished vanished;
    private final KindRemoval kindRemoval;
    private final GivingUp givingUp;
    private final Adoption adoption;
    private final Denials denials;

    Results(
            Desk desk,
            Hands hands,
            Namespaces namespaces,
            Sight sight,
            Vanished vanished,
            Denials denials) {
        this.desk = desk;
        this.hands = hands;
        this.namespaces = namespaces;
        this.sight = sight;
        this.vanished = vanished;
        this.kindRemoval = new KindRemoval(desk, hands);
        this.givingUp = new GivingUp(desk, hands);
        this.adoption = new Adoption(desk);
        this.denials = denials;
    }

    /** The end of one call, with what it was about. */
    private record Ended(Application application, ObjectTrack track, Purpose purpose) {}

    private @Nullable Ended end(long effect) {
        Call call = hands.finish(effect);
        if (call == null) {
            return null;
        }
        Application application = desk.applications.get(call.application());
        if (application == null) {
            return null;
        }
        desk.touch(application);
        ObjectTrack track = application.tracks.get(call.key());
        if (track == null) {
            return null;
        }
        track.phase = Phase.UNKNOWN;
        track.leftOut = false;
        return new Ended(application, track, call.purpose());
    }

    void got(long effect, Found found) {
        Ended ended = end(effect);
        if (ended == null) {
            return;
        }
        Application application = ended.application;
        ObjectTrack track = ended.track;
        switch (found) {
            case Found.Ok(var live) -> {
                switch (ended.purpose) {
                    case Purpose.Decide(var conflicts) ->
                            decide(application, track, conflicts, live);
                    case Purpose.Replace why when track.isWanted() ->
                            replace(application, track, why, live);
                    case Purpose.Holds _
                            when !track.isWanted() && Whose.ours(application, track, live) ->
                            kindRemoval.ask(application, track, live);
                    case Purpose.GiveUp _
                            when !track.isWanted() && Whose.ours(application, track, live) ->
                            givingUp.found(application, track, live);
                    case Purpose _ when track.isWanted() -> met(application, track, live);
                    case Purpose _ -> metUnwanted(application, track, live);
                }
            }
            case Found.Absent _ -> {
                if (track.isWanted()) {
                    absent(application, track);
                } else if (application.mayComeUntil(track).isAfter(desk.now)) {
                    Duration doubt = Duration.between(desk.now, application.mayComeUntil(track));
                    hands.wait(application, track, doubt, null);
                } else {
                    desk.forget(application, track);
                }
            }
            case Found.UnknownKind _ -> {
                if (track.isWanted()) {
                    absent(application, track);
                    if (!track.leftOut) {
                        hands.wait(
                                application, track, Duration.ZERO, Telling.unknownKind(track.ref));
                    }
                } else {
                    denials.denied(application, track);
                }
            }
            case Found.Refused(_, var reason, var message) ->
                    hands.refuse(application, track, Health.FAILED, reason, message);
            case Found.Retry(var message, var after) ->
                    hands.wait(application, track, after, Telling.unreached(track, message));
        }
    }

    private void absent(Application application, ObjectTrack track) {
        if (vanished.forGood(application, track)) {
            return;
        }
        vanished.note(application, track);
        track.lost();
        track.force = false;
        vanished.settle(application, track);
    }

    /** First contact with, or another look at, an object that we want. */
    private void met(Application application, ObjectTrack track, KubeObject live) {
        if (live.at("metadata", "deletionTimestamp") != null) {
            sight.see(application, track, live);
            hands.wait(application, track, LEAVING_LOOK, Telling.leaving(track, live));
        } else if (Whose.ours(application, track, live)) {
            sight.see(application, track, live);
            if (!track.uid.equals(live.uid())) {
                track.uid = live.uid();
                desk.inventoryChanged(application);
            }
            track.trouble = null;
            track.phase = Phase.READY;
            if (application.holdsStill()) {
                sight.leaveAsIs(application, track, live);
            }
        } else {
            foreign(application, track, live);
        }
    }

    private void foreign(Application application, ObjectTrack track, KubeObject live) {
        if (!track.uid.equals(live.uid())) {
            vanished.note(application, track);
        }
        if (Whose.ofAnotherTenant(application.work.tenant(), live)) {
            hands.refuse(
                    application,
                    track,
                    Health.FAILED,
                    Telling.NAMESPACE_OF_ANOTHER,
                    Telling.ofAnotherTenant(live));
        } else if (adoption.takes(application, track, live)) {
            track.takenFrom = live.label(Labels.APPLICATION_UID);
            track.uid = live.uid();
            track.applied = "";
            track.resourceVersion = live.resourceVersion();
            track.trouble = null;
            track.phase = Phase.READY;
            desk.inventoryChanged(application);
        } else if (!live.label(Labels.APPLICATION_UID).isEmpty()) {
            desk.covet(application, track);
            hands.wait(
                    application,
                    track,
                    Duration.ZERO,
                    adoption.claimed(application, track.ref, live));
        } else {
            hands.wait(application, track, Duration.ZERO, Telling.foreign(track.ref, live));
        }
    }

    private void metUnwanted(Application application, ObjectTrack track, KubeObject live) {
        if (!Whose.ours(application, track, live)) {
            desk.forget(application, track);
            return;
        }
        track.uid = live.uid();
        sight.see(application, track, live);
        if (live.at("metadata", "deletionTimestamp") == null) {
            track.phase = Phase.READY;
        } else {
            leaving(application, track);
            track.trouble = Telling.leaving(track, live);
        }
    }

    private void leaving(Application application, ObjectTrack track) {
        track.phase = Phase.LEAVING;
        track.failures++;
        Duration look = LEAVING_LOOK.multipliedBy(1L << Math.min(track.failures - 1, 4));
        track.notBefore = desk.now.plus(look);
        desk.retryAt(application, track.notBefore);
    }

    /** Fields of ours that others hold: theirs to keep, or drift to take back. */
    private void decide(
            Application application,
            ObjectTrack track,
            List<FieldConflict> conflicts,
            KubeObject live) {
        if (!track.isWanted()) {
            return;
        }
        boolean leaves = live.at("metadata", "deletionTimestamp") != null;
        boolean adopted = Whose.adopted(application, track, live);
        if (leaves || !(adopted || Whose.ours(application, track, live))) {
            met(application, track, live);
            return;
        }
        for (FieldConflict left :
                adopted
                        ? FieldOwners.scaled(conflicts, live)
                        : FieldOwners.yielded(conflicts, live)) {
            track.yielded.put(left.field(), left.manager());
        }
        track.uid = live.uid();
        track.resourceVersion = live.resourceVersion();
        track.force = true;
        track.phase = Phase.READY;
    }

    void applied(long effect, Applied applied) {
        Ended ended = end(effect);
        if (ended != null && ended.purpose instanceof Purpose.GivenUp) {
            givingUp.done(ended.application, ended.track, applied);
        }
        if (ended == null || !(ended.purpose instanceof Purpose.Put put)) {
            return;
        }
        Application application = ended.application;
        ObjectTrack track = ended.track;
        switch (applied) {
            case Applied.Ok(var live, _) -> written(application, track, put, live);
            case Applied.Conflict(var fields) ->
                    hands.start(
                            application,
                            track,
                            new Purpose.Decide(fields),
                            desk.ask(id -> new Effect.Get(id, track.ref)));
            case Applied.Refused(var code, var reason, var message) ->
                    refused(application, track, code, reason, message);
            case Applied.Retry(var message, var after) -> {
                track.mayComeUntil = desk.now.plus(desk.settings.creationDoubt());
                if (put.starts()) {
                    application.uncertainUntil = track.mayComeUntil;
                }
                hands.wait(application, track, after, Telling.unreached(track, message));
            }
        }
    }

    private void refused(
            Application application, ObjectTrack track, int code, String reason, String message) {
        boolean terminating = code == 403 && message.contains(TERMINATING);
        if (!track.ref.namespace().isEmpty() && (code == 404 || terminating)) {
            namespaces.missing(track.ref.namespace());
        }
        Trouble trouble = new Trouble(track.ref, Health.FAILED, reason, message);
        if (notTheOneMeant(code, message)) {
            // The look that comes next says what is there now.
            trouble = application.work.singleWriter() || track.failures == 0 ? null : trouble;
        } else if (!track.uid.isEmpty() && Unchangeable.meant(code, message)) {
            boolean again = track.recreatedFor.equals(track.wanted);
            if (track.isWanted() && !again && Unchangeable.mayRecreate(track.desired())) {
                hands.start(
                        application,
                        track,
                        new Purpose.Replace(track.wanted, message),
                        desk.ask(id -> new Effect.Get(id, track.ref)));
                return;
            }
            trouble = Unchangeable.trouble(track.ref, message, again);
        }
        hands.wait(application, track, Duration.ZERO, trouble);
    }

    /** May it be deleted as it is, to be made anew? Deleted it is once for each desired state. */
    private void replace(
            Application application, ObjectTrack track, Purpose.Replace why, KubeObject live) {
        boolean leaves = live.at("metadata", "deletionTimestamp") != null;
        boolean still = why.digest().equals(track.wanted) && !application.holdsStill();
        if (leaves || !still || !Whose.ours(application, track, live)) {
            met(application, track, live);
        } else if (Unchangeable.takesClaimsAlong(live)
                || Unchangeable.takesClaimsAlong(track.desired())) {
            hands.wait(
                    application,
                    track,
                    Duration.ZERO,
                    Unchangeable.claimsWouldGo(track.ref, why.message()));
        } else {
            if (!track.deletedUid.equals(live.uid())) {
                desk.tell(
                        application,
                        "MadeAnew",
                        track.ref + " is deleted and made anew: " + why.message());
            }
            hands.delete(application, track, live.uid());
        }
    }

    /** It was made, changed, removed or made anew between our look and our write. */
    private static boolean notTheOneMeant(int code, String message) {
        return code == 409 || (code == 422 && message.contains("metadata.uid: Invalid value"));
    }

    private void written(
            Application application, ObjectTrack track, Purpose.Put put, KubeObject live) {
        boolean learned = !track.uid.equals(live.uid()) || !track.applied.equals(put.digest());
        track.uid = live.uid();
        track.applied = put.digest();
        track.trouble = null;
        track.failures = 0;
        track.force = false;
        if (live.uid().equals(track.goneUid)) {
            // The watch was quicker than the answer.
            gone(application, track);
            return;
        }
        if (learned) {
            desk.inventoryChanged(application);
        }
        sight.see(application, track, live);
        if (!track.isWanted()) {
            track.phase = Phase.READY;
            return;
        }
        track.altered = Altered.of(put.sent(), live);
        boolean current = track.applied.equals(track.wanted);
        track.fields = current ? Projection.of(track.desired(), live) : null;
        track.phase = current ? Phase.DONE : Phase.READY;
        sight.judgeLate(application, track, live);
    }

    void deleted(long effect, Deleted deleted) {
        Ended ended = end(effect);
        if (ended == null) {
            return;
        }
        Application application = ended.application;
        ObjectTrack track = ended.track;
        switch (deleted) {
            case Deleted.Accepted _ -> {
                // Nearly all are gone at once: the look that UNKNOWN asks for sees it.
                track.failures = 0;
                track.trouble = null;
                track.recreatedFor = track.wanted;
            }
            case Deleted.Gone _ -> gone(application, track);
            case Deleted.UnknownKind _ when !track.isWanted() -> denials.denied(application, track);
            case Deleted.UnknownKind _ -> {}
            case Deleted.OtherUid _ -> track.uid = "";
            case Deleted.Refused(_, var reason, var message) ->
                    hands.refuse(application, track, Health.DEGRADED, reason, message);
            case Deleted.Retry(var message, var after) ->
                    hands.wait(application, track, after, Telling.unreached(track, message));
        }
    }

    /** The object that we knew is no more. */
    void gone(Application application, ObjectTrack track) {
        if (track.isWanted() && track.phase != Phase.BUSY && vanished.forGood(application, track)) {
            return;
        }
        if (track.isWanted()) {
            track.goneUid = track.uid;
            vanished.note(application, track);
            desk.absence.changed(application, track);
            if (track.phase != Phase.BUSY) {
                track.phase = Phase.UNKNOWN;
            }
        } else if (application.mayComeUntil(track).isAfter(desk.now)) {
            track.phase = track.phase == Phase.BUSY ? Phase.BUSY : Phase.UNKNOWN;
        } else if (track.phase != Phase.BUSY) {
            desk.forget(application, track);
        }
        desk.touch(application);
    }

    /** Whether it was the list of a kind's objects before the kind is removed. */
    boolean listed(long effect, Listed listed, List<KubeObject> objects) {
        Ended ended = end(effect);
        if (ended == null) {
            return false;
        }
        kindRemoval.listed(ended.application, ended.track, ended.purpose, listed, objects);
        return true;
    }
}
