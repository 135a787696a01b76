package io.portolan.agent.core;

import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Deleted;
import io.portolan.agent.kube.KubeApi.Discovery;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The agent's core. One call of {@link #step} takes one event and answers with what is to be done
 * about it. Not thread-safe: one owner calls it, one event at a time.
 *
 * <p>The way of a work through it: {@link Session} accepts it and makes it durable; {@code
 * apply.Plan} says what its objects need next; {@link Hands} asks for the calls; {@link Results}
 * and {@link Sight} learn from the answers and from the watches; {@link Pods} gathers the evidence
 * of a stop; {@link Reports} tells central.
 */
public final class AgentCore {
    private static final Duration LOST = Duration.ZERO;

    private final Desk desk;
    private final Contents contents;
    private final Pods pods;
    private final Namespaces namespaces;
    private final Hands hands;
    private final Vanished vanished;
    private final Denials denials;
    private final Results results;
    private final Watches watches;
    private final Sweep sweep;
    private final FirstLooks looks;
    private final Session session;
    private final Reports reports;
    private final Map<Long, Effect> asked = new HashMap<>();
    private @Nullable Instant wake;

    public AgentCore(AgentSettings settings) {
        this.desk = new Desk(settings);
        this.contents = new Contents(desk);
        Recall recall = new Recall(desk);
        this.pods = new Pods(desk, recall);
        this.namespaces = new Namespaces(desk);
        this.hands = new Hands(desk, namespaces);
        Sight sight = new Sight(desk);
        this.vanished = new Vanished(desk);
        this.denials = new Denials(desk, hands);
        this.results = new Results(desk, hands, namespaces, sight, vanished, denials);
        this.watches = new Watches(desk, sight, results, pods);
        this.sweep = new Sweep(desk, this::swept);
        this.looks = new FirstLooks(desk, hands, results);
        this.session = new Session(desk, contents, pods, sweep, recall, looks, this::welcomed);
        this.reports = new Reports(desk, namespaces, pods, session, sweep);
    }

    /**
     * @param now never earlier than in the step before
     */
    public List<Effect> step(Event event, Instant now) {
        desk.now = now;
        take(event);
        for (Uid uid : List.copyOf(desk.urgent)) {
            Application application = desk.applications.get(uid);
            if (application != null) {
                pods.prove(application);
            }
        }
        hands.pump();
        if (desk.tracksChanged) {
            desk.tracksChanged = false;
            watches.fit();
        }
        wakeInTime();
        List<Effect> effects = desk.takeEffects();
        effects.forEach(this::remember);
        return effects;
    }

    /** What only central can have said. */
    private static boolean fromCentral(Event event) {
        return event instanceof Event.Welcomed
                || event instanceof Event.SyncArrived
                || event instanceof Event.ReportAcked
                || (event instanceof Event.BeatDone beat && beat.probed().isPresent());
    }

    private void take(Event event) {
        if (fromCentral(event)) {
            desk.absence.ends();
        }
        switch (event) {
            case Event.Started(var saved) -> {
                session.start(saved);
                watches.start();
                desk.ask(Effect.Discover::new);
                measure();
            }
            case Event.Persisted(var id) -> desk.persisted(id);
            case Event.Welcomed(var id, var welcome) -> session.welcome(id, welcome);
            case Event.SessionFailed(var id, _) -> session.failed(id);
            case Event.SessionLost(var id) -> session.lost(id);
            case Event.SyncArrived(var id, var sync) -> session.sync(id, sync);
            case Event.SyncFailed(var id, _) -> session.syncFailed(id);
            case Event.ContentArrived(var id, var content) -> session.content(id, content);
            case Event.ContentFailed(var id, _) -> session.contentFailed(id);
            case Event.ReportAcked(var id, var ack) -> reports.acked(id, ack.batch());
            case Event.ReportRejected(var id, var durable) -> reports.rejected(id, durable);
            case Event.ReportFailed(var id, var why) -> reports.failed(id, why);
            case Event.GrantsTold(var id, var grants) -> session.selfFencing().told(id, grants);
            case Event.GrantsFailed(var id) -> session.selfFencing().failed(id);
            case Event.BeatDone(var _, var probed) -> probed.ifPresent(reports::probed);
            case Event.ApplyDone(var id, var applied) -> applied(id, applied);
            case Event.DeleteDone(var id, var deleted) -> results.deleted(id, deleted);
            case Event.GetDone(var id, var found) -> got(id, found);
            case Event.ObjectsListed listed -> listed(listed);
            case Event.Discovered(var id, var discovery) -> discovered(id, discovery);
            case Event.Measured(_, var capacity) -> {
                reports.measured(capacity);
                desk.agenda.put(
                        new Agenda.Due.Measurement(), desk.now.plus(desk.settings.measureEvery()));
            }
            case Event.WatchListing(var type) -> watches.listing(type);
            case Event.Live(var type, var object) -> watches.live(type, object);
            case Event.WatchListed(var type) -> watches.listed(type);
            case Event.WatchUnserved(var type) -> watches.unserved(type);
            case Event.Removed(var type, var last) -> watches.removed(type, last);
            case Event.TimerDue _ -> {
                wake = null;
                desk.agenda.take(desk.now).forEach(this::due);
            }
            case Event.Unknown(var id) -> unknown(id);
        }
        forget(event);
    }

    private void applied(long id, Applied applied) {
        if (namespaces.owns(id)) {
            namespaces.applied(id, applied);
        } else {
            results.applied(id, applied);
        }
    }

    private void got(long id, Found found) {
        if (namespaces.owns(id)) {
            namespaces.got(id, found);
        } else if (looks.owns(id)) {
            looks.got(id, found);
        } else {
            results.got(id, found);
        }
    }

    private void listed(Event.ObjectsListed listed) {
        if (pods.owns(listed.effect())) {
            pods.proved(listed.effect(), listed.listed(), listed.objects());
        } else if (sweep.owns(listed.effect())) {
            sweep.listed(listed.effect(), listed.listed(), listed.objects());
        } else {
            results.listed(listed.effect(), listed.listed(), listed.objects());
        }
    }

    private void discovered(long id, Optional<Discovery> discovery) {
        discovery.ifPresent(
                d -> {
                    desk.kinds.clear();
                    List<String> names = new ArrayList<>();
                    for (ApiKind kind : d.kinds()) {
                        TypeRef type = new TypeRef(kind.apiVersion(), kind.kind());
                        desk.kinds.put(type, kind);
                        int slash = kind.apiVersion().indexOf('/');
                        names.add(
                                slash < 0
                                        ? kind.kind()
                                        : kind.kind()
                                                + "."
                                                + kind.apiVersion().substring(0, slash));
                    }
                    sweep.goOn();
                    reports.discovered(d.version(), names.stream().distinct().sorted().toList());
                });
        denials.discovered(id, discovery);
        desk.agenda.put(new Agenda.Due.Discovery(), desk.now.plus(desk.settings.discoverEvery()));
    }

    private void welcomed() {
        reports.restart();
    }

    /** What was found is durable before the cursor is, which says that nothing is left to find. */
    private void swept() {
        saveInventories();
        desk.persist(List.of(session.mark()));
    }

    private void due(Agenda.Due due) {
        switch (due) {
            case Agenda.Due.Retry(var uid) -> desk.urgent.add(uid);
            case Agenda.Due.NamespaceRetry(var name) -> namespaces.due(name);
            case Agenda.Due.Demotion(var uid) -> {
                Application application = desk.applications.get(uid);
                if (application != null) {
                    desk.touch(application);
                }
            }
            case Agenda.Due.LastWords(var uid) -> {
                Application application = desk.applications.get(uid);
                if (application != null) {
                    desk.talk(application);
                }
            }
            case Agenda.Due.Peace(var uid) -> {
                Application application = desk.applications.get(uid);
                if (application != null) {
                    vanished.peace(application);
                }
            }
            case Agenda.Due.Sweep _ -> sweep.goOn();
            case Agenda.Due.Reports _ -> reports.due();
            case Agenda.Due.Inventories _ -> saveInventories();
            case Agenda.Due.ActAlone _ -> {
                desk.alone = !desk.mayAct;
                desk.mayAct = true;
            }
            case Agenda.Due.Hello _ -> session.helloAgain();
            case Agenda.Due.Heartbeat _ -> session.beat();
            case Agenda.Due.Grants _ -> session.selfFencing().due();
            case Agenda.Due.Poll _ -> session.pollAgain();
            case Agenda.Due.Discovery _ -> desk.ask(Effect.Discover::new);
            case Agenda.Due.Measurement _ -> measure();
        }
    }

    /** Pods of what nobody asks for any more count as foreign. */
    private void measure() {
        Set<String> held = new TreeSet<>();
        for (Application application : desk.applications.values()) {
            if (!application.orphan) {
                held.add(application.uid().value());
            }
        }
        desk.ask(id -> new Effect.Measure(id, held));
    }

    /** Uids that were learned, removals that were seen, contents that nobody holds any more. */
    private void saveInventories() {
        List<Change> changes = new ArrayList<>(contents.drops(session.expected()));
        for (Application application : desk.applications.values()) {
            if (application.inventoryDirty) {
                application.inventoryDirty = false;
                changes.add(new Change.PutInventory(application.uid(), application.inventory()));
            }
            if (application.podsDirty) {
                application.podsDirty = false;
                changes.add(new Change.PutPods(application.uid(), application.ledger.remembered()));
            }
        }
        if (!changes.isEmpty()) {
            desk.persist(changes);
        }
    }

    /** A lost answer is a failure that may have been a success; every effect can be done again. */
    private void unknown(long id) {
        String lost = "the answer was lost";
        switch (asked.get(id)) {
            case Effect.Apply _, Effect.Patch _ -> applied(id, new Applied.Retry(lost, LOST));
            case Effect.Delete _ -> results.deleted(id, new Deleted.Retry(lost, LOST));
            case Effect.Get _ -> got(id, new Found.Retry(lost, LOST));
            case Effect.ListObjects _ ->
                    listed(new Event.ObjectsListed(id, new Listed.Failed(lost, LOST), List.of()));
            case Effect.OpenSession _ -> session.failed(id);
            case Effect.Poll _ -> session.syncFailed(id);
            case Effect.Fetch _ -> session.contentFailed(id);
            case Effect.SendReport _ -> reports.failed(id, lost);
            case Effect.AskGrants _ -> session.selfFencing().failed(id);
            case Effect.Discover _ -> discovered(id, Optional.empty());
            case Effect.Measure _ ->
                    desk.agenda.put(
                            new Agenda.Due.Measurement(),
                            desk.now.plus(desk.settings.measureEvery()));
            case Effect.Persist _,
                    Effect.Beat _,
                    Effect.StartWatch _,
                    Effect.StopWatch _,
                    Effect.Wake _ -> {}
            case null -> {}
        }
    }

    private void remember(Effect effect) {
        switch (effect) {
            case Effect.Persist _,
                    Effect.StartWatch _,
                    Effect.StopWatch _,
                    Effect.Wake _,
                    Effect.Beat _ -> {}
            case Effect other -> asked.put(other.id(), other);
        }
    }

    private void forget(Event event) {
        switch (event) {
            case Event.ApplyDone e -> asked.remove(e.effect());
            case Event.DeleteDone e -> asked.remove(e.effect());
            case Event.GetDone e -> asked.remove(e.effect());
            case Event.ObjectsListed e -> asked.remove(e.effect());
            case Event.Welcomed e -> asked.remove(e.effect());
            case Event.SessionFailed e -> asked.remove(e.effect());
            case Event.SessionLost e -> asked.remove(e.effect());
            case Event.SyncArrived e -> asked.remove(e.effect());
            case Event.SyncFailed e -> asked.remove(e.effect());
            case Event.ContentArrived e -> asked.remove(e.effect());
            case Event.ContentFailed e -> asked.remove(e.effect());
            case Event.GrantsTold e -> asked.remove(e.effect());
            case Event.GrantsFailed e -> asked.remove(e.effect());
            case Event.ReportAcked e -> asked.remove(e.effect());
            case Event.ReportRejected e -> asked.remove(e.effect());
            case Event.ReportFailed e -> asked.remove(e.effect());
            case Event.Discovered e -> asked.remove(e.effect());
            case Event.Measured e -> asked.remove(e.effect());
            case Event.Unknown e -> asked.remove(e.effect());
            case Event _ -> {}
        }
    }

    private void wakeInTime() {
        Instant next = desk.agenda.next().orElse(null);
        if (next != null && (wake == null || next.isBefore(wake))) {
            wake = next;
            desk.ask(id -> new Effect.Wake(id, next));
        }
    }
}
