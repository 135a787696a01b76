package io.portolan.agent.core;

import io.portolan.agent.state.Change;
import io.portolan.agent.state.Saved;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The talk with central about what should be here: hello, poll, contents, full sets.
 *
 * <p>Long because the order of its steps is what keeps it safe: what is heard becomes durable, then
 * is compared with central's digest, and only then acted on.
 */
final class Session {
    /** A full set that still does not match is not asked for again at once. */
    private static final Duration FULL_AGAIN = Duration.ofSeconds(60);

    /** Before the first work central's cursor is 0, which it answers without waiting. */
    private static final Duration EMPTY_PAUSE = Duration.ofMillis(250);

    private final Desk desk;
    private final Contents contents;
    private final Pods pods;
    private final Sweep sweep;
    private final Recall recall;
    private final FirstLooks looks;
    private final Runnable welcomed;
    private final SelfFencing selfFencing;

    private long session;
    private long generation;
    private long cursor;
    private long opening;
    private long polling;
    private int failures;
    private boolean askFull;
    private Instant fullDiffered = Instant.MIN;
    private int heartbeatSeconds = 5;

    private final Losses losses = new Losses();
    private final Fetches fetches;

    /** Accepted and not yet durable. */
    private final Map<Uid, Work> pending = new HashMap<>();

    Session(
            Desk desk,
            Contents contents,
            Pods pods,
            Sweep sweep,
            Recall recall,
            FirstLooks looks,
            Runnable welcomed) {
        this.desk = desk;
        this.contents = contents;
        this.pods = pods;
        this.sweep = sweep;
        this.recall = recall;
        this.looks = looks;
        this.fetches = new Fetches(desk, contents);
        this.welcomed = welcomed;
        this.selfFencing = new SelfFencing(desk, this);
    }

    SelfFencing selfFencing() {
        return selfFencing;
    }

    long number() {
        return session;
    }

    boolean open() {
        return session != 0;
    }

    void start(Saved saved) {
        generation = saved.generation();
        cursor = saved.cursor();
        if (cursor == 0) {
            sweep.expect();
        }
        saved.applications().forEach(this::load);
        desk.tracksChanged = true;
        hello();
        desk.agenda.put(new Agenda.Due.ActAlone(), desk.now.plus(desk.settings.centralFirst()));
    }

    private void load(Saved.SavedApplication one) {
        Application application = new Application(one);
        one.held().ifPresent(d -> one.content().ifPresent(content -> contents.put(d, content)));
        boolean creating = one.inventory().stream().anyMatch(e -> e.uid().isEmpty());
        if (creating && one.work().singleWriter()) {
            application.uncertainUntil = desk.now.plus(desk.settings.creationDoubt());
        }
        application.swept = !sweep.due();
        if (one.work().tombstone()) {
            application.takenAt = desk.now;
        }
        desk.applications.put(one.uid(), application);
        pods.follow(application);
        selfFencing.follow(application);
        desk.lazy.add(one.uid());
    }

    private void hello() {
        session = 0;
        polling = 0;
        Hello hello = Greeting.of(desk, generation, cursor);
        opening = desk.ask(id -> new Effect.OpenSession(id, hello, failures));
    }

    void failed(long effect) {
        if (effect == opening) {
            failures++;
            hello();
        }
    }

    /** Whichever lane heard it first; the others' words come too late and are ignored. */
    void lost(long effect) {
        fetches.lost(effect);
        if (effect == opening) {
            failed(effect);
        } else if (open()) {
            failures++;
            losses.add(desk.now);
            Duration pause = losses.pause();
            session = 0;
            polling = 0;
            if (pause.isZero()) {
                hello();
            } else {
                desk.agenda.put(new Agenda.Due.Hello(), desk.now.plus(pause));
            }
        }
    }

    /** The pause after sessions that were lost one after the other is over. */
    void helloAgain() {
        if (!open() && opening == 0) {
            hello();
        }
    }

    void welcome(long effect, Welcome welcome) {
        if (effect != opening) {
            return;
        }
        opening = 0;
        failures = 0;
        session = welcome.session();
        heartbeatSeconds = Math.max(1, welcome.heartbeatSeconds());
        desk.absence.expect(heartbeatSeconds);
        if (welcome.generation() != generation) {
            askFull = true;
        }
        selfFencing.welcomed();
        welcomed.run();
        desk.agenda.put(new Agenda.Due.Heartbeat(), desk.now.plusSeconds(heartbeatSeconds));
        recall.told(welcome.remembered());
        quarantine(welcome.quarantined());
        poll(0);
    }

    void beat() {
        if (open()) {
            desk.ask(id -> new Effect.Beat(id, session));
            desk.agenda.put(new Agenda.Due.Heartbeat(), desk.now.plusSeconds(heartbeatSeconds));
        }
    }

    /**
     * Stopped before anything else is done, and durably, so that a restart keeps it stopped. What a
     * former session brought and is still on its way to the disk is overruled too.
     */
    private void quarantine(List<Uid> uids) {
        List<Change> changes = new ArrayList<>();
        List<Work> stopped = new ArrayList<>();
        for (Uid uid : uids) {
            Application application = desk.applications.get(uid);
            Work newest = pending.get(uid);
            if (newest == null && application != null) {
                newest = application.work;
            }
            if (newest == null || newest.tombstone() || newest.running() == Running.NOTHING) {
                continue;
            }
            Work work = Acceptance.quarantined(newest);
            if (application != null) {
                application.work = Acceptance.quarantined(application.work);
                application.ready = false;
            }
            pending.put(uid, work);
            stopped.add(work);
            changes.addAll(contents.remember(work));
        }
        desk.persist(changes, () -> stopped.forEach(this::settle));
    }

    private void settle(Work work) {
        // Else a welcome has stopped it, or a newer work is on its way.
        if (pending.remove(work.application(), work)) {
            take(work);
        }
    }

    private void poll(int waitSeconds) {
        if (!open()) {
            return;
        }
        long from = askFull ? 0 : cursor;
        polling =
                desk.ask(
                        id ->
                                new Effect.Poll(
                                        id, session, generation, from, waitSeconds, failures));
    }

    void syncFailed(long effect) {
        if (effect == polling) {
            failures++;
            poll(desk.settings.pollSeconds());
        }
    }

    /** Durable first: works, the contents that came along, and what will be in the cluster. */
    void sync(long effect, Sync sync) {
        if (effect != polling) {
            return;
        }
        polling = 0;
        failures = 0;
        // Not asked for and from before what is known here: central's database was set back.
        boolean setBack = sync.full() && !askFull && sync.cursor() < cursor;
        boolean foreign = setBack || sync.generation() != generation;
        List<Change> changes = new ArrayList<>();
        List<Work> accepted = new ArrayList<>();
        for (Work work : sync.works()) {
            Application known = desk.applications.get(work.application());
            if (known != null && !Acceptance.accepts(known.work, work, foreign)) {
                continue;
            }
            accepted.add(work);
            pending.put(work.application(), work);
            work.runs()
                    .filter(d -> !contents.has(d) && sync.contents().containsKey(d.hex()))
                    .ifPresent(
                            d -> {
                                Content content =
                                        Objects.requireNonNull(sync.contents().get(d.hex()));
                                contents.put(d, content);
                                changes.add(new Change.PutContent(d, content));
                            });
            changes.addAll(contents.remember(work));
            if (known == null) {
                contents.get(work.runs()).ifPresent(c -> looks.ask(work.application(), c));
            }
        }
        if (foreign || sync.cursor() != cursor) {
            changes.add(mark(sync.generation(), sync.cursor()));
        }
        desk.persist(changes, () -> settle(sync, accepted));
    }

    Change mark() {
        return mark(generation, cursor);
    }

    private Change mark(long generation, long cursor) {
        return new Change.PutCursor(
                generation, sweep.unfinished() || recall.unfinished() ? 0 : cursor);
    }

    private void settle(Sync sync, List<Work> accepted) {
        generation = sync.generation();
        cursor = sync.cursor();
        accepted.forEach(this::settle);
        compare(sync, sync.full() && desk.named(sync.works()));
        if (sync.full()) {
            sweep.named();
        } else if (sweep.due()) {
            askFull = true;
        }
        // A disk that was set back may name what central has long ended: the full set tells.
        if (!askFull) {
            desk.mayAct = true;
            if (desk.alone) {
                desk.alone = false;
                desk.applications.values().forEach(desk::goOn);
            }
        }
        fetches.missing();
        if (sync.full() && cursor == 0) {
            desk.agenda.put(new Agenda.Due.Poll(), desk.now.plus(EMPTY_PAUSE));
        } else {
            poll(desk.settings.pollSeconds());
        }
    }

    /** The digest covers no order to remove: one that was missed is found by what is not named. */
    private void compare(Sync sync, boolean missed) {
        WorkSet mine =
                WorkSet.joined(
                        desk.applications.values().stream()
                                .filter(a -> !a.orphan)
                                .map(Application::share)
                                .toList());
        boolean differs = !mine.digest().equals(sync.digest());
        if (differs && sync.full()) {
            fullDiffered = desk.now;
        }
        boolean again = !fullDiffered.plus(FULL_AGAIN).isAfter(desk.now);
        askFull = missed || (differs && !sync.full() && again);
    }

    private void take(Work work) {
        Application application =
                desk.applications.computeIfAbsent(work.application(), _ -> fresh(work));
        Optional<Digest> before = application.held;
        boolean still =
                application.orphan
                        || application.work.holdsStill()
                        || application.tracks.values().stream()
                                .anyMatch(application::startsTooLate);
        application.work = work;
        application.takenAt = desk.now;
        application.held = contents.holding(application, work);
        application.orphan = false;
        before.filter(d -> !application.held.equals(Optional.of(d))).ifPresent(contents::release);
        selfFencing.follow(application);
        enforce(application);
        if (still) {
            desk.goOn(application);
        }
    }

    private Application fresh(Work work) {
        Application application = new Application(work, Optional.empty());
        if (work.tombstone()) {
            // A disk that was set back knows nothing of what is to be removed.
            sweep.expect();
        }
        application.swept = !sweep.due();
        sweep.hand(application);
        recall.meet(application);
        return application;
    }

    /** The work is durable: the objects are wanted accordingly from now on. */
    void enforce(Application application) {
        application.want(contents.get(application.held));
        desk.tracksChanged = true;
        application.ready = true;
        pods.follow(application);
        looks.use(application);
        desk.lazy.remove(application.uid());
        desk.touch(application);
    }

    void contentFailed(long effect) {
        fetches.failed(effect);
    }

    void content(long effect, Content content) {
        Digest digest = fetches.done(effect);
        if (digest == null) {
            return;
        }
        List<Application> waiting =
                desk.applications.values().stream()
                        .filter(a -> a.work.runs().equals(Optional.of(digest)))
                        // A newer work is on its way to the disk and asks for its own content.
                        .filter(a -> !pending.containsKey(a.uid()))
                        .toList();
        if (waiting.isEmpty()) {
            return;
        }
        contents.put(digest, content);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.PutContent(digest, content));
        for (Application application : waiting) {
            changes.addAll(contents.remember(application.work));
        }
        desk.persist(
                changes,
                () ->
                        waiting.stream()
                                .filter(a -> a.work.runs().equals(Optional.of(digest)))
                                .forEach(a -> take(a.work)));
    }

    /** After a pause: unless a new session or another poll came in between. */
    void pollAgain() {
        if (open() && polling == 0) {
            poll(desk.settings.pollSeconds());
        }
    }

    /** Contents that works on their way to the disk will hold. */
    Set<Digest> expected() {
        return pending.values().stream()
                .flatMap(w -> w.runs().stream())
                .collect(Collectors.toSet());
    }
}
