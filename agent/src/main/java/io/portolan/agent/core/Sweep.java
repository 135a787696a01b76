package io.portolan.agent.core;

import io.portolan.agent.core.Application.Key;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an earlier life of this agent may have left in the cluster, when the disk tells nothing of
 * it: each kind is listed once, and what was applied for an application that central names is held
 * from then on. Until then nothing is reported as removed, and no stop is proved before the kinds
 * that run pods are known. What was applied for others is told as orphans and left alone.
 *
 * <p>While it is due, or there are such orphans, the disk names no cursor, so a next life begins it
 * anew.
 */
final class Sweep {
    private static final int AT_ONCE = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    /** Whether orphans are still there. */
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(5);

    private final Desk desk;
    private final Runnable done;
    private final Strays strays = new Strays();
    private final ArrayDeque<TypeRef> open = new ArrayDeque<>();
    private final Map<Long, TypeRef> asked = new HashMap<>();
    private final Set<String> seen = new HashSet<>();

    /** Whose inventory the disk does not have yet as it was found. */
    private final Set<Application> handed = new HashSet<>();

    private boolean due;
    private boolean named;
    private boolean running;
    private int failures;
    private Instant notBefore = Instant.MIN;
    private Instant again = Instant.MAX;

    Sweep(Desk desk, Runnable done) {
        this.desk = desk;
        this.done = done;
    }

    void expect() {
        due = true;
        desk.knowsWhatRuns = false;
    }

    boolean due() {
        return due;
    }

    /** Whether the next life must begin it anew. */
    boolean unfinished() {
        handed.removeIf(a -> !a.inventoryDirty);
        return due || !strays.isEmpty() || !handed.isEmpty();
    }

    /** Of applications that nobody asked for, as central is told them. */
    List<String> orphans() {
        return strays.written();
    }

    /** Central has named everything that is to be here. */
    void named() {
        named = true;
        goOn();
    }

    /** What was found of an application that central names only now is held from now on. */
    void hand(Application application) {
        Map<Key, Strays.Found> found = strays.take(application.uid());
        found.forEach((key, one) -> hold(application, key, one.ref(), one.uid()));
        handed.add(application);
    }

    void goOn() {
        if (!named || desk.kinds.isEmpty() || !(running || begins())) {
            return;
        }
        while (!open.isEmpty() && asked.size() < AT_ONCE && !notBefore.isAfter(desk.now)) {
            TypeRef type = open.removeFirst();
            String selector = Labels.MANAGED + "=true";
            asked.put(desk.ask(id -> new Effect.ListObjects(id, type, selector, true)), type);
        }
        if (due
                && !desk.knowsWhatRuns
                && open.stream().noneMatch(Sweep::runsPods)
                && asked.values().stream().noneMatch(Sweep::runsPods)) {
            desk.knowsWhatRuns = true;
            desk.applications.values().forEach(desk::touch);
        }
        if (open.isEmpty() && asked.isEmpty()) {
            ends();
        }
    }

    private boolean begins() {
        if (!due && (strays.isEmpty() || again.isAfter(desk.now))) {
            return false;
        }
        running = true;
        seen.clear();
        for (TypeRef type : desk.kinds.keySet()) {
            if (runsPods(type)) {
                open.addFirst(type);
            } else {
                open.addLast(type);
            }
        }
        return true;
    }

    private void ends() {
        running = false;
        if (strays.keep(seen)) {
            desk.reportSoon();
        }
        again = desk.now.plus(LOOK_AGAIN);
        if (!strays.isEmpty()) {
            desk.agenda.put(new Agenda.Due.Sweep(), again);
        }
        if (due) {
            due = false;
            for (Application application : desk.applications.values()) {
                application.swept = true;
                desk.touch(application);
            }
            done.run();
        }
    }

    private static boolean runsPods(TypeRef type) {
        return Fence.stoppable(new ObjectRef(type.apiVersion(), type.kind(), "", ""));
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
        if (uid.isEmpty() || uid.length() > 63 || !appliedByUs(live)) {
            return;
        }
        Application application = desk.applications.get(new Uid(uid));
        if (application != null) {
            hold(application, Key.of(live.ref()), live.ref(), live.uid());
            return;
        }
        seen.add(live.uid());
        if (strays.add(new Uid(uid), live)) {
            desk.reportSoon();
        }
    }

    private void hold(Application application, Key key, ObjectRef ref, String uid) {
        if (!application.tracks.containsKey(key)) {
            ObjectTrack track = new ObjectTrack(ref);
            track.uid = uid;
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
