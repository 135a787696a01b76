package io.portolan.agent.core;

import io.portolan.agent.observe.Labels;
import io.portolan.model.app.KubeObject;

/** Whose is a live object? */
final class Whose {
    private Whose() {}

    /**
     * By the label that we write; or it is the very object that we wrote it on before; or a
     * namespace that was made for the tenant's objects.
     */
    static boolean ours(Application application, ObjectTrack track, KubeObject live) {
        String owner = live.label(Labels.APPLICATION_UID);
        return owner.equals(application.uid().value())
                || (owner.isEmpty() && !track.applied.isEmpty() && track.uid.equals(live.uid()))
                || (owner.isEmpty()
                        && live.kind().equals("Namespace")
                        && live.label(Labels.MANAGED).equals("true")
                        && !ofAnotherTenant(application.work.tenant(), live));
    }

    /** Chosen to be taken over, and nothing of ours is on it yet. */
    static boolean adopted(Application application, ObjectTrack track, KubeObject live) {
        return application.work.adopts(track.ref)
                && live.label(Labels.APPLICATION_UID).equals(track.takenFrom)
                && track.uid.equals(live.uid());
    }

    /**
     * A namespace that says so. Without the label it is nobody's: made by hand, or by an older
     * agent.
     */
    static boolean ofAnotherTenant(String tenant, KubeObject live) {
        String owner = live.label(Labels.TENANT);
        return live.kind().equals("Namespace") && !owner.isEmpty() && !owner.equals(tenant);
    }
}
