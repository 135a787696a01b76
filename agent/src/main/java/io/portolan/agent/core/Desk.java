package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * What the parts of the core share: the applications, what is due, what is in flight and the
 * effects of the step that runs. Owned by {@link AgentCore}.
 */
final class Desk {
    /** How many objects of an inventory may be written in a millisecond, on average. */
    private static final int OBJECTS_PER_MILLI = 5;

    final AgentSettings settings;
    final Map<Uid, Application> applications = new LinkedHashMap<>();
    final Agenda agenda = new Agenda();
    final Map<TypeRef, ApiKind> kinds = new HashMap<>();

    /** Applications with something to do now; the second only when the first leaves room. */
    final LinkedHashSet<Uid> urgent = new LinkedHashSet<>();

    final LinkedHashSet<Uid> lazy = new LinkedHashSet<>();

    /** Applications whose status may have changed since it was reported. */
    final LinkedHashSet<Uid> talkative = new LinkedHashSet<>();

    /** Worth an event of its own, beside what statuses say; taken by {@link Reports}. */
    final List<AgentEvent> news = new ArrayList<>();

    /** Objects that another application of ours holds, and who waits for them. */
    private final Map<Key, Set<Uid>> coveted = new HashMap<>();

    Instant now = Instant.EPOCH;

    /** Whether the cluster may be written: central was heard, or had its time. */
    boolean mayAct;

    /**
     * Whether it acts by its disk alone, which may have been set back: nothing is started that a
     * newer order has stopped, and no single writer that is not there.
     */
    boolean alone;

    /** Whether central has welcomed this life of the agent. */
    boolean welcomed;

    /** Whether every object that may run pods of our applications is in their tracks. */
    boolean knowsWhatRuns = true;

    /** Whether the set of objects that are held changed in this step. */
    boolean tracksChanged;

    private List<Effect> effects = new ArrayList<>();

    /** Whether central is heard. */
    final Absence absence = new Absence(this);

    private final Map<Long, Runnable> persisting = new HashMap<>();
    private long lastId;

    Desk(AgentSettings settings) {
        this.settings = settings;
    }

    long ask(LongFunction<Effect> effect) {
        long id = ++lastId;
        effects.add(effect.apply(id));
        return id;
    }

    long persist(List<Change> changes) {
        return ask(id -> new Effect.Persist(id, changes));
    }

    void persist(List<Change> changes, Runnable whenDurable) {
        if (changes.isEmpty()) {
            whenDurable.run();
        } else {
            persisting.put(persist(changes), whenDurable);
        }
    }

    void persisted(long effect) {
        Runnable then = persisting.remove(effect);
        if (then != null) {
            then.run();
        }
    }

    List<Effect> takeEffects() {
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    /**
     * Orphans are whatever a full set does not name.
     *
     * @return whether it leaves out an application that the last one did not
     */
    boolean named(List<Work> full) {
        Set<Uid> named = full.stream().map(Work::application).collect(Collectors.toSet());
        boolean missed = false;
        for (Application application : applications.values()) {
            boolean orphan = !named.contains(application.uid());
            missed |= orphan && !application.orphan;
            boolean found = application.orphan && !orphan;
            application.orphan = orphan;
            if (found) {
                goOn(application);
            }
            talk(application);
        }
        return missed;
    }

    /** What was held back is looked at anew, unless something else holds it. */
    void goOn(Application application) {
        if (!application.holdsStill()) {
            application.goOn();
            touch(application);
        }
    }

    /** Something about the application changed: plan it again and see whether to report it. */
    void touch(Application application) {
        urgent.add(application.uid());
        talk(application);
    }

    void talk(Application application) {
        talkative.add(application.uid());
        reportSoon();
    }

    void reportSoon() {
        agenda.put(new Agenda.Due.Reports(), now.plus(settings.reportDelay()));
    }

    void inventoryChanged(Application application) {
        application.inventoryDirty = true;
        // It is written whole, so a large one is written less often while much of it is learned.
        Duration pause = Duration.ofMillis(application.tracks.size() / OBJECTS_PER_MILLI);
        Duration least = settings.inventoryDelay();
        agenda.put(
                new Agenda.Due.Inventories(), now.plus(pause.compareTo(least) > 0 ? pause : least));
    }

    void saveSoon() {
        agenda.put(new Agenda.Due.Inventories(), now.plus(settings.inventoryDelay()));
    }

    void retryAt(Application application, Instant at) {
        agenda.put(new Agenda.Due.Retry(application.uid()), at);
    }

    void forget(Application application, ObjectTrack track) {
        track.phase = Phase.UNKNOWN;
        tracksChanged = true;
        Key key = Key.of(track.ref);
        application.tracks.remove(key);
        inventoryChanged(application);
        Set<Uid> waiting = coveted.remove(key);
        if (waiting != null) {
            waiting.forEach(uid -> free(uid, key));
        }
    }

    void covet(Application application, ObjectTrack track) {
        coveted.computeIfAbsent(Key.of(track.ref), _ -> new HashSet<>()).add(application.uid());
    }

    /** What the application waits for may be free now: it need not wait for its time. */
    private void free(Uid uid, Key key) {
        Application application = applications.get(uid);
        ObjectTrack track = application == null ? null : application.tracks.get(key);
        if (application != null && track != null && track.phase == Phase.WAITING) {
            track.phase = Phase.UNKNOWN;
            touch(application);
        }
    }

    /** An event for the application's owner. */
    void tell(Application application, String reason, String message) {
        news.add(new AgentEvent(application.uid(), now.toEpochMilli(), true, reason, message));
        reportSoon();
    }
}
