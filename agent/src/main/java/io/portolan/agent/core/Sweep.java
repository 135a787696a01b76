package io.portolan.agent.core;

import io.portolan.agent.core.Application.Key;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an earlier life of this agent may have left in the cluster, when the disk tells nothing of
 * it: each kind is listed once, and what was applied for an application that central names is held
 * from then on. Until then nothing is reported as removed.
 *
 * <p>While it is due the disk names no cursor, so a next life begins it anew.
 */
final class Sweep {
    private static final int AT_ONCE = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Desk desk;
    private final Runnable done;
    private final ArrayDeque<TypeRef> open = new ArrayDeque<>();
    private final Map<Long, TypeRef> asked = new HashMap<>();
    private boolean due;
    private boolean named;
    private boolean begun;
    private int failures;
    private Instant notBefore = Instant.MIN;

    Sweep(Desk desk, Runnable done) {
        this.desk = desk;
        this.done = done;
    }

    void expect() {
        due = true;
    }

    boolean due() {
        return due;
    }

    /** Central has named everything that is to be here. */
    void named() {
        named = true;
        goOn();
    }

    void goOn() {
        if (!due || !named || desk.kinds.isEmpty()) {
            return;
        }
        if (!begun) {
            begun = true;
            open.addAll(desk.kinds.keySet());
        }
        while (!open.isEmpty() && asked.size() < AT_ONCE && !notBefore.isAfter(desk.now)) {
            TypeRef type = open.removeFirst();
            String selector = Labels.MANAGED + "=true";
            asked.put(desk.ask(id -> new Effect.ListObjects(id, type, selector, true)), type);
        }
        if (open.isEmpty() && asked.isEmpty()) {
            due = false;
            for (Application application : desk.applications.values()) {
                application.swept = true;
                desk.touch(application);
            }
            done.run();
        }
    }

    boolean owns(long effect) {
        return asked.containsKey(effect);
    }

    void listed(long effect, Listed listed, List<KubeObject> objects) {
        TypeRef type = asked.remove(effect);
        if (type == null) {
            return;
        }
        switch (listed) {
            case Listed.Ok _ -> {
                failures = 0;
                objects.forEach(this::found);
            }
            // What it may not list it could not hold.
            case Listed.UnknownKind _, Listed.Forbidden _ -> {}
            case Listed.Failed(_, var after) -> {
                open.addLast(type);
                Duration wait = Duration.ofMillis(250L << Math.min(failures++, 7));
                wait = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
                notBefore = desk.now.plus(after.compareTo(wait) > 0 ? after : wait);
                desk.agenda.put(new Agenda.Due.Sweep(), notBefore);
            }
        }
        goOn();
    }

    /** Controllers copy labels to what they make, and remove that themselves. */
    private void found(KubeObject live) {
        String uid = live.label(Labels.APPLICATION_UID);
        Application application = uid.isEmpty() ? null : desk.applications.get(new Uid(uid));
        if (application == null || !appliedByUs(live)) {
            return;
        }
        Key key = Key.of(live.ref());
        if (!application.tracks.containsKey(key)) {
            ObjectTrack track = new ObjectTrack(live.ref());
            track.uid = live.uid();
            application.tracks.put(key, track);
            desk.tracksChanged = true;
            desk.inventoryChanged(application);
            desk.touch(application);
        }
    }

    private static boolean appliedByUs(KubeObject live) {
        return live.at("metadata", "managedFields") instanceof List<?> entries
                && entries.stream()
                        .anyMatch(
                                e ->
                                        e instanceof Map<?, ?> entry
                                                && KubeApi.FIELD_MANAGER.equals(
                                                        entry.get("manager")));
    }
}
