package io.portolan.agent.core;

import io.portolan.agent.fence.Fence;
import io.portolan.agent.fence.Stopping;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.observe.PodStop;
import io.portolan.agent.observe.PodTrouble;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pods of our applications: their troubles, and the evidence that none is left (F2). */
final class Pods {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final Set<String> COUNT_REPLICAS =
            Set.of("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController");

    private record Asked(Uid application, long ticket) {}

    private final Desk desk;
    private final Map<String, Boolean> readyNodes = new HashMap<>();
    private final Map<Long, Asked> lists = new HashMap<>();

    /** Before the first whole list, a pod that is not known may still be there. */
    private boolean listedOnce;

    Pods(Desk desk) {
        this.desk = desk;
    }

    void node(KubeObject node) {
        readyNodes.put(node.name(), ready(node));
    }

    void nodeGone(KubeObject node) {
        readyNodes.remove(node.name());
    }

    void live(KubeObject pod, long listing) {
        Application application = owner(pod);
        if (application == null) {
            return;
        }
        PodNote note = note(pod, listing);
        application.pods.put(note.uid(), note);
        Stopping stopping = application.stopping;
        if (stopping != null) {
            boolean news = note.ended() ? stopping.ended(note.id()) : stopping.saw(note.id());
            if (news) {
                desk.inventoryChanged(application);
            }
            desk.touch(application);
        } else {
            desk.talk(application);
        }
    }

    void removed(KubeObject last) {
        Application application = owner(last);
        if (application != null) {
            PodNote note = note(last, 0);
            application.pods.remove(note.uid());
            went(application, note.id(), PodStop.ended(last, nodeReady(note)));
        }
    }

    private void went(Application application, String pod, boolean seenToEnd) {
        Stopping stopping = application.stopping;
        if (stopping != null && (seenToEnd ? stopping.ended(pod) : stopping.vanished(pod))) {
            desk.inventoryChanged(application);
        }
        desk.touch(application);
    }

    /** A list ended: whatever it did not name went while nobody watched. */
    void listed(long listing) {
        listedOnce = true;
        for (Application application : desk.applications.values()) {
            for (PodNote note : List.copyOf(application.pods.values())) {
                if (note.listing() < listing) {
                    application.pods.remove(note.uid());
                    went(application, note.id(), note.ended());
                }
            }
            reconcileStopping(application);
        }
    }

    private void reconcileStopping(Application application) {
        Stopping stopping = application.stopping;
        if (stopping == null) {
            return;
        }
        Set<String> there =
                application.pods.values().stream().map(PodNote::id).collect(Collectors.toSet());
        for (String pod : stopping.unaccounted()) {
            if (!there.contains(pod) && stopping.vanished(pod)) {
                desk.inventoryChanged(application);
            }
        }
        desk.touch(application);
    }

    /** A work takes force: a demotion begins, goes on or is over. */
    void follow(Application application, List<String> remembered) {
        Work work = application.work;
        if (work.tombstone() || work.role() == Role.ACTIVE) {
            application.stopping = null;
        } else if (application.stopping == null) {
            List<String> pods = new ArrayList<>(remembered);
            application.pods.values().stream()
                    .filter(p -> !p.ended())
                    .map(PodNote::id)
                    .forEach(pods::add);
            application.stopping = new Stopping(pods);
        } else {
            application.stopping.disturbed();
        }
    }

    static Change remember(Application application) {
        Stopping stopping = application.stopping;
        return new Change.PutPods(
                application.uid(), stopping == null ? List.of() : stopping.unaccounted());
    }

    /** Asks for the list that proves, once every write has ended and everything says stopped. */
    void prove(Application application) {
        Stopping stopping = application.stopping;
        if (stopping == null || !stopping.wantsList() || !listedOnce || !desk.mayAct) {
            return;
        }
        if (application.inFlight > 0 || stopping.runs() > 0 || !standsStill(application)) {
            return;
        }
        if (application.uncertainUntil.isAfter(desk.now)) {
            desk.agenda.put(new Agenda.Due.Demotion(application.uid()), application.uncertainUntil);
            return;
        }
        if (lists.values().stream().anyMatch(a -> a.application.equals(application.uid()))) {
            return;
        }
        String selector = Labels.APPLICATION_UID + "=" + application.uid();
        long id = desk.ask(i -> new Effect.ListObjects(i, Watches.POD, selector));
        lists.put(id, new Asked(application.uid(), stopping.ticket()));
    }

    /** Accepted {@code replicas: 0} is not enough: its controller must have said that none runs. */
    private static boolean standsStill(Application application) {
        for (ObjectTrack track : application.tracks.values()) {
            if (!Fence.stoppable(track.ref) && !track.ref.kind().equals("Pod")) {
                continue;
            }
            if (!track.isWanted() || !track.settled()) {
                return false;
            }
            if (COUNT_REPLICAS.contains(track.ref.kind())
                    && (!track.observed
                            || track.verdict == null
                            || track.verdict.health() != Health.STOPPED)) {
                return false;
            }
        }
        return true;
    }

    boolean owns(long effect) {
        return lists.containsKey(effect);
    }

    void proved(long effect, Listed listed, List<KubeObject> objects) {
        Asked asked = lists.remove(effect);
        Application application = asked == null ? null : desk.applications.get(asked.application);
        if (asked == null || application == null || application.stopping == null) {
            return;
        }
        boolean none = listed instanceof Listed.Ok;
        for (KubeObject pod : objects) {
            PodNote note = note(pod, Long.MAX_VALUE);
            if (!note.ended()) {
                none = false;
                application.pods.putIfAbsent(note.uid(), note);
                application.stopping.saw(note.id());
            }
        }
        if (none) {
            application.stopping.noneListed(asked.ticket);
        }
        if (application.stopping.wantsList()) {
            desk.agenda.put(new Agenda.Due.Demotion(application.uid()), desk.now.plus(LOOK_AGAIN));
        }
        desk.talk(application);
    }

    private @Nullable Application owner(KubeObject pod) {
        String uid = pod.label(Labels.APPLICATION_UID);
        return uid.isEmpty() ? null : desk.applications.get(new Uid(uid));
    }

    private PodNote note(KubeObject pod, long listing) {
        String node = pod.at("spec", "nodeName") instanceof String s ? s : "";
        return new PodNote(
                pod.ref(),
                pod.uid(),
                node,
                PodStop.terminal(pod),
                listing,
                PodTrouble.of(pod).orElse(null));
    }

    private static boolean ready(KubeObject node) {
        return node.at("status", "conditions") instanceof List<?> conditions
                && conditions.stream()
                        .anyMatch(
                                c ->
                                        c instanceof Map<?, ?> condition
                                                && "Ready".equals(condition.get("type"))
                                                && "True".equals(condition.get("status")));
    }

    private boolean nodeReady(PodNote note) {
        return note.node().isEmpty() || readyNodes.getOrDefault(note.node(), false);
    }
}
