package io.portolan.agent.core;

import io.portolan.agent.core.Application.PodMemory;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.fence.PodTrace;
import io.portolan.agent.fence.Stopping;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.observe.Labels;
import io.portolan.agent.observe.PodStop;
import io.portolan.agent.observe.PodTrouble;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The pods of our applications: their troubles, and the evidence that none is left (F2). Each one
 * of a single writer is remembered from its first sight to its seen end, whatever the role; of
 * applications with many writers those that went and were not seen to end, for they may get one.
 */
final class Pods {
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    static final Set<String> COUNT_REPLICAS =
            Set.of("Deployment", "StatefulSet", "ReplicaSet", "ReplicationController");

    private static final String UNWATCHED = "it went while no agent watched";

    private record Asked(Uid application, long ticket) {}

    private final Desk desk;
    private final Nodes nodes;
    private final Recall recall;
    private final Map<Long, Asked> lists = new HashMap<>();

    /** Before the first whole list, a pod that is not known may still be there. */
    private boolean listedOnce;

    Pods(Desk desk, Recall recall) {
        this.desk = desk;
        this.nodes = new Nodes(desk);
        this.recall = recall;
    }

    void nodesListing() {
        nodes.listing();
    }

    void nodesListed() {
        nodes.unlisted().forEach(this::nodeGone);
    }

    void node(KubeObject node) {
        if (!nodes.saw(node)) {
            return;
        }
        boolean ready = nodes.ready(node.name());
        for (Application application : desk.applications.values()) {
            boolean news = application.ledger.node(node.name(), ready, nodes.boot(node.name()));
            for (PodNote note : List.copyOf(application.pods.values())) {
                if (note.node().equals(node.name()) && !note.ended()) {
                    news |= account(application, note.ended(note.ends() && ready));
                }
            }
            if (news) {
                podsChanged(application);
            }
            if (news || application.work.tombstone()) {
                desk.touch(application);
            }
        }
    }

    void nodeGone(String name) {
        boolean named = false;
        for (Application application : desk.applications.values()) {
            if (application.ledger.names(name)) {
                named = true;
                desk.touch(application);
            }
        }
        nodes.gone(name, named);
    }

    void live(KubeObject pod, long listing) {
        Application application = owner(pod);
        if (application == null) {
            return;
        }
        Once.hear(application, pod);
        PodNote note = note(application, pod, listing);
        if (account(application, note)) {
            podsChanged(application);
        }
        Stopping stopping = application.stopping;
        if (stopping == null) {
            desk.talk(application);
        } else {
            if (!note.ended()) {
                stopping.disturbed();
            }
            desk.touch(application);
        }
    }

    /** Whether what is remembered of the application's pods has changed by it. */
    private boolean account(Application application, PodNote note) {
        application.pods.put(note.uid(), note);
        if (note.ended()) {
            return application.ledger.ended(note.uid());
        }
        return application.podMemory() == PodMemory.EACH && application.ledger.saw(trace(note));
    }

    private PodTrace trace(PodNote note) {
        return PodTrace.running(
                note.uid(), note.name(), note.node(), nodes.boot(note.node()), note.guarded());
    }

    void removed(KubeObject last) {
        Application application = owner(last);
        if (application == null) {
            return;
        }
        Once.hear(application, last);
        PodNote note = note(application, last, 0);
        application.pods.remove(note.uid());
        if (note.ended() || PodStop.ended(last, nodes.ready(note.node()))) {
            if (application.ledger.ended(note.uid())) {
                podsChanged(application);
            }
        } else {
            String why =
                    nodes.ready(note.node())
                            ? "removed before its containers were seen to end"
                            : "removed while its node was not ready";
            went(application, trace(note), why);
        }
        desk.touch(application);
    }

    private void went(Application application, PodTrace last, String why) {
        if (application.podMemory() != PodMemory.NOTHING
                && application.ledger.went(last, why, nodes.boot(last.node()))) {
            application.doubtedAt = desk.now;
            podsChanged(application);
        }
    }

    /** A list ended: whatever it did not name went while nobody watched. */
    void listed(long listing) {
        listedOnce = true;
        for (Application application : desk.applications.values()) {
            for (PodNote note : List.copyOf(application.pods.values())) {
                if (note.listing() < listing) {
                    application.pods.remove(note.uid());
                    if (!note.ended() && !note.node().isEmpty()) {
                        went(application, trace(note), UNWATCHED);
                    }
                    desk.touch(application);
                }
            }
            for (PodTrace trace : application.ledger.running()) {
                if (!application.pods.containsKey(trace.uid())) {
                    went(application, trace, UNWATCHED);
                    desk.touch(application);
                }
            }
            if (application.stopping != null) {
                desk.touch(application);
            }
        }
    }

    /** A work takes force: a demotion begins, goes on or is over. */
    void follow(Application application) {
        Work work = application.work;
        if (work.keeps() || (!work.tombstone() && !application.stops())) {
            application.stopping = null;
        } else if (application.stopping == null) {
            application.stopping = new Stopping();
        } else {
            application.stopping.disturbed();
        }
        boolean news =
                switch (application.podMemory()) {
                    case EACH -> false;
                    case DOUBTS -> application.ledger.forgetRunning();
                    case NOTHING -> application.ledger.clear();
                };
        for (PodNote note : List.copyOf(application.pods.values())) {
            news |= account(application, note);
        }
        if (news) {
            podsChanged(application);
        }
    }

    private void podsChanged(Application application) {
        application.podsDirty = true;
        desk.saveSoon();
    }

    /** {@link Guards#since}. */
    long guarded(Application application) {
        boolean known =
                listedOnce
                        && desk.knowsWhatRuns
                        && !application.uncounted
                        && !application.uncertainUntil.isAfter(desk.now);
        return Guards.since(application, known);
    }

    /** {@link Doubts#of}. */
    List<Trouble> doubts(Application application) {
        return Doubts.of(application, nodes);
    }

    /** Asks for the list that proves, once every write has ended and everything says stopped. */
    void prove(Application application) {
        recall.count(application);
        Stopping stopping = application.stopping;
        if (stopping == null
                || !listedOnce
                || !desk.mayAct
                || !desk.knowsWhatRuns
                || application.uncounted) {
            return;
        }
        boolean still =
                application.work.tombstone()
                        ? application.cleared() && application.swept
                        : application.inFlight == 0 && standsStill(application);
        if (!still || !stopping.wantsList() || runsPods(application)) {
            lookAgain(application);
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
        long id = desk.ask(i -> new Effect.ListObjects(i, Watches.POD, selector, false));
        lists.put(id, new Asked(application.uid(), stopping.ticket()));
    }

    private static boolean runsPods(Application application) {
        return !application.ledger.running().isEmpty()
                || (application.work.tombstone()
                        && application.pods.values().stream().anyMatch(n -> !n.ended()));
    }

    /**
     * Whether nothing of a tombstone's application is left: no object, and no pod that has not
     * ended. Of a single writer also a pod that went unseen counts, for as long as its machine may
     * still run it; that is no evidence for a promotion.
     */
    boolean removed(Application application) {
        if (application.work.keeps()) {
            return application.cleared() && application.swept;
        }
        Stopping stopping = application.stopping;
        return stopping != null
                && application.cleared()
                && application.swept
                && !stopping.wantsList()
                && application.ledger.running().isEmpty()
                && application.ledger.doubtful().stream()
                        .noneMatch(t -> nodes.lapses(application, t).isAfter(desk.now));
    }

    private void lookAgain(Application application) {
        if (!application.cleared() || removed(application)) {
            return;
        }
        application.ledger.doubtful().stream()
                .map(t -> nodes.lapses(application, t))
                .filter(at -> at.isAfter(desk.now) && at.isBefore(Instant.MAX))
                .min(Comparator.naturalOrder())
                .ifPresent(at -> desk.agenda.put(new Agenda.Due.Demotion(application.uid()), at));
    }

    /** Accepted {@code replicas: 0} is not enough: its controller must have said that none runs. */
    private static boolean standsStill(Application application) {
        for (ObjectTrack track : application.tracks.values()) {
            boolean runs = Fence.stoppable(track.ref) || track.ref.kind().equals("Pod");
            if (!runs || track.isAnothers()) {
                continue;
            }
            if (!track.isWanted() || !track.settled()) {
                return false;
            }
            if (COUNT_REPLICAS.contains(track.ref.kind())
                    && !track.leftOut
                    && (!track.observed
                            || track.verdict == null
                            || track.verdict.health() != Health.STOPPED)) {
                return false;
            }
        }
        return true;
    }

    boolean owns(long effect) {
        return lists.containsKey(effect) || recall.owns(effect);
    }

    void proved(long effect, Listed listed, List<KubeObject> objects) {
        if (recall.owns(effect)) {
            recall.listed(effect, listed).ifPresent(a -> counted(a, objects));
            return;
        }
        Asked asked = lists.remove(effect);
        Application application = asked == null ? null : desk.applications.get(asked.application);
        if (asked == null || application == null || application.stopping == null) {
            return;
        }
        boolean none = listed instanceof Listed.Ok;
        for (KubeObject pod : objects) {
            PodNote note = note(application, pod, Long.MAX_VALUE);
            if (!note.ended()) {
                none = false;
                application.stopping.disturbed();
                if (!application.pods.containsKey(note.uid()) && account(application, note)) {
                    podsChanged(application);
                }
            }
        }
        if (none) {
            application.stopping.noneListed(asked.ticket);
            lookAgain(application);
        }
        if (application.stopping.wantsList()) {
            desk.agenda.put(new Agenda.Due.Demotion(application.uid()), desk.now.plus(LOOK_AGAIN));
        }
        desk.talk(application);
    }

    private void counted(Application application, List<KubeObject> objects) {
        recall.counted(application, objects).forEach(t -> went(application, t, UNWATCHED));
        desk.touch(application);
    }

    private @Nullable Application owner(KubeObject pod) {
        String uid = pod.label(Labels.APPLICATION_UID);
        return uid.isEmpty() ? null : desk.applications.get(new Uid(uid));
    }

    private PodNote note(Application application, KubeObject pod, long listing) {
        String node = pod.at("spec", "nodeName") instanceof String s ? s : "";
        PodNote former = application.pods.get(pod.uid());
        return new PodNote(
                pod.ref(),
                pod.uid(),
                node,
                Guards.all(pod),
                PodStop.terminal(pod, true),
                PodStop.terminal(pod, nodes.ready(node)) || (former != null && former.ended()),
                listing,
                PodTrouble.of(pod).orElse(null));
    }
}
