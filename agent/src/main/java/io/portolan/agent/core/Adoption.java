package io.portolan.agent.core;

import io.portolan.agent.apply.Fate;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;

/**
 * Whether an object that exists already and is not the application's becomes it. Nobody's objects
 * do where the application adopts; those of another application of ours only where that one does
 * not want them any more: it dropped and kept the object, or it is not to be on this cluster and
 * the object was asked for by name.
 */
final class Adoption {
    private final Desk desk;

    Adoption(Desk desk) {
        this.desk = desk;
    }

    /** Whether it is taken over; who held it then holds it no more. */
    boolean takes(Application application, ObjectTrack track, KubeObject live) {
        ObjectRef ref = track.ref;
        if (!application.work.adopts(ref)) {
            return false;
        }
        String owner = live.label(Labels.APPLICATION_UID);
        if (owner.isEmpty()) {
            return true;
        }
        Application holder = desk.applications.get(new Uid(owner));
        if (holder == null || holder.orphan) {
            return application.work.adoptsByName(ref)
                    && live.label(Labels.TENANT).equals(application.work.tenant());
        }
        ObjectTrack held = holder.tracks.get(Key.of(ref));
        boolean kept =
                held == null
                        ? holder.ready && holder.swept && application.work.adoptsByName(ref)
                        : !held.isWanted() && holder.fate(held) == Fate.STAY;
        if (kept && held != null) {
            desk.forget(holder, held);
            desk.touch(holder);
        }
        return kept;
    }

    /** What its owner reads while it belongs to another one, and the way out. */
    Trouble claimed(Application application, ObjectRef ref, KubeObject live) {
        Application holder = desk.applications.get(new Uid(live.label(Labels.APPLICATION_UID)));
        return holder == null || holder.orphan
                ? Telling.left(application.work.name(), ref, live)
                : Telling.claimed(ref, live);
    }
}
