package io.portolan.agent.core;

import io.portolan.agent.fence.PodTrace;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.observe.Labels;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.AgentMessages.Remembered;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The memory of pods that central keeps for an agent which lost its disk. It is taken up with the
 * application's work; then a list tells which of the pods are still there, and until it has no stop
 * is proved. The disk names no cursor before all of it is durable, so that a next life asks again.
 */
final class Recall {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Desk desk;
    private final Map<Uid, List<String>> told = new HashMap<>();
    private final Map<Long, Uid> lists = new HashMap<>();

    /** Whose memory the disk does not have yet. */
    private final Set<Application> undurable = new HashSet<>();

    Recall(Desk desk) {
        this.desk = desk;
    }

    /** A welcome names it all; to an agent that has its disk, nothing. */
    void told(List<Remembered> memories) {
        told.clear();
        memories.forEach(m -> told.put(m.application(), m.pods()));
        desk.applications.values().forEach(this::meet);
    }

    /** The application is here now. What the disk knows of its pods is newer. */
    void meet(Application application) {
        List<String> pods = told.remove(application.uid());
        if (pods != null && application.ledger.isEmpty() && application.ledger.recall(pods)) {
            application.uncounted = true;
            application.podsDirty = true;
            undurable.add(application);
            desk.saveSoon();
            count(application);
        }
    }

    boolean unfinished() {
        undurable.removeIf(a -> !a.podsDirty);
        return !told.isEmpty() || !undurable.isEmpty();
    }

    /** Asks which of them are there, unless that is known. */
    void count(Application application) {
        if (application.uncounted && !lists.containsValue(application.uid())) {
            String selector = Labels.APPLICATION_UID + "=" + application.uid();
            long id = desk.ask(i -> new Effect.ListObjects(i, Watches.POD, selector, true));
            lists.put(id, application.uid());
        }
    }

    boolean owns(long effect) {
        return lists.containsKey(effect);
    }

    /** The pods that went, as far as the list tells; the watch tells of all later ones. */
    List<PodTrace> counted(Application application, List<KubeObject> objects) {
        application.uncounted = false;
        Set<String> there = objects.stream().map(KubeObject::uid).collect(Collectors.toSet());
        return application.ledger.running().stream()
                .filter(t -> !there.contains(t.uid()))
                .filter(t -> !application.pods.containsKey(t.uid()))
                .toList();
    }

    /** Whose pods were listed, when they were. */
    Optional<Application> listed(long effect, Listed listed) {
        Uid uid = lists.remove(effect);
        Application application = uid == null ? null : desk.applications.get(uid);
        if (application == null || !application.uncounted) {
            return Optional.empty();
        }
        if (!(listed instanceof Listed.Ok)) {
            desk.agenda.put(new Agenda.Due.Demotion(application.uid()), desk.now.plus(AGAIN));
            return Optional.empty();
        }
        return Optional.of(application);
    }
}
