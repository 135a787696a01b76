package io.portolan.agent.core;

import io.portolan.agent.core.Agenda.Due;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Work;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes the namespaces that objects need, for a tenant. One that exists already is used as it is,
 * unless its label says that it is another tenant's. They belong to no application and are kept:
 * what else lives in one, the agent cannot know.
 */
final class Namespaces {
    private static final class Note {
        boolean present;
        boolean busy;
        boolean waiting;
        boolean another;
        String tenant = "";
        String trouble = "";
        final Set<Uid> waiters = new LinkedHashSet<>();
    }

    private final Desk desk;
    private final Map<String, Note> notes = new HashMap<>();
    private final Map<Long, String> inFlight = new HashMap<>();

    Namespaces(Desk desk) {
        this.desk = desk;
    }

    int inFlight() {
        return inFlight.size();
    }

    /** Whether it is there; else it is being made, and the application is touched when it is. */
    boolean ready(String name, Work waiter) {
        Note note = notes.computeIfAbsent(name, _ -> new Note());
        if (note.present && note.tenant.equals(waiter.tenant())) {
            return true;
        }
        if (!note.busy && !note.tenant.equals(waiter.tenant())) {
            note.tenant = waiter.tenant();
            note.present = false;
            note.waiting = false;
        }
        note.waiters.add(waiter.application());
        if (!note.busy && !note.waiting) {
            note.busy = true;
            look(name);
        }
        return false;
    }

    private void look(String name) {
        inFlight.put(desk.ask(id -> new Effect.Get(id, ref(name))), name);
    }

    /** Why it is not there, empty while nothing went wrong. */
    String trouble(String name) {
        Note note = notes.get(name);
        return note == null || note.present ? "" : note.trouble;
    }

    /** What keeps objects out of it: that it is not there, or is another tenant's. */
    String reason(String name) {
        Note note = notes.get(name);
        return note != null && note.another ? Telling.NAMESPACE_OF_ANOTHER : "NamespaceMissing";
    }

    /** A write was told that it is not there. */
    void missing(String name) {
        notes.remove(name);
    }

    boolean owns(long effect) {
        return inFlight.containsKey(effect);
    }

    void got(long effect, Found found) {
        String name = ended(effect);
        Note note = notes.computeIfAbsent(name, _ -> new Note());
        note.another = false;
        switch (found) {
            case Found.Ok(var live) when Whose.ofAnotherTenant(note.tenant, live) -> {
                note.another = true;
                retry(name, note, Telling.ofAnotherTenant(live));
            }
            case Found.Ok(var live) when live.at("metadata", "deletionTimestamp") != null ->
                    retry(name, note, Telling.ending(live));
            case Found.Ok _ -> present(note);
            case Found.Absent _ ->
                    inFlight.put(
                            desk.ask(id -> new Effect.Apply(id, made(name, note.tenant), false)),
                            name);
            case Found.UnknownKind _ -> retry(name, note, "the server knows no namespaces");
            case Found.Refused(_, var reason, var message) ->
                    retry(name, note, reason + ": " + message);
            case Found.Retry(var message, _) -> retry(name, note, message);
        }
    }

    void applied(long effect, Applied applied) {
        String name = ended(effect);
        Note note = notes.computeIfAbsent(name, _ -> new Note());
        switch (applied) {
            case Applied.Ok _ -> present(note);
            // Someone else made it in between: whose is it?
            case Applied.Conflict _ -> look(name);
            case Applied.Refused(int code, _, _) when code == 409 -> look(name);
            case Applied.Refused(_, var reason, var message) ->
                    retry(name, note, reason + ": " + message);
            case Applied.Retry(var message, _) -> retry(name, note, message);
        }
    }

    private String ended(long effect) {
        String name = inFlight.remove(effect);
        if (name == null) {
            throw new IllegalStateException("asked for before: owns " + effect);
        }
        return name;
    }

    void due(String name) {
        Note note = notes.get(name);
        if (note != null) {
            note.waiting = false;
            wake(note);
        }
    }

    private void present(Note note) {
        note.present = true;
        note.busy = false;
        note.trouble = "";
        wake(note);
    }

    private void retry(String name, Note note, String why) {
        note.busy = false;
        note.waiting = true;
        note.trouble = why;
        desk.agenda.put(new Due.NamespaceRetry(name), desk.now.plusSeconds(1));
        for (Uid waiter : note.waiters) {
            Application application = desk.applications.get(waiter);
            if (application != null) {
                desk.talk(application);
            }
        }
    }

    private void wake(Note note) {
        for (Uid waiter : note.waiters) {
            Application application = desk.applications.get(waiter);
            if (application != null) {
                desk.touch(application);
            }
        }
        note.waiters.clear();
    }

    private static ObjectRef ref(String name) {
        return new ObjectRef("v1", "Namespace", "", name);
    }

    private static KubeObject made(String name, String tenant) {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Namespace",
                        "metadata",
                        Map.of(
                                "name",
                                name,
                                "resourceVersion",
                                KubeApi.NEVER,
                                "labels",
                                Map.of(Labels.MANAGED, "true", Labels.TENANT, tenant))));
    }
}
