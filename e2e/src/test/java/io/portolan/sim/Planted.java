package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Plants a fault into an agent by what it lets the core hear and the disk keep. */
final class Planted {
    /** Polls that failed in a row, for an agent that loses its nerve. */
    private static final int PATIENCE = 6;

    private final Plant plant;
    private final Map<Uid, Work> first = new TreeMap<>();
    private final Map<Uid, Work> last = new TreeMap<>();
    private final Set<Long> applies = new HashSet<>();

    /** Applications with many writers, as the disk has them. */
    private final Set<String> many = new HashSet<>();

    private int writes;
    private int failures;

    Planted(Plant plant) {
        this.plant = plant;
    }

    void asked(Effect effect) {
        if (effect instanceof Effect.Apply apply) {
            applies.add(apply.id());
        }
    }

    Effect sent(Effect effect, SimDisk disk) {
        return plant == Plant.STANDBY_TAKEN_FOR_ACTIVE
                        && effect instanceof Effect.Apply(long id, KubeObject object, boolean force)
                        && disk.works().stream().anyMatch(w -> standsByWarm(w, object))
                        && Integer.valueOf(1).equals(object.at("spec", "replicas"))
                ? new Effect.Apply(id, object.with(3, "spec", "replicas"), force)
                : effect;
    }

    private static boolean standsByWarm(Work work, KubeObject object) {
        return work.running() == Running.ONE_EACH
                && object.label("portolan.io/application-uid").equals(work.application().value());
    }

    Event heard(Event event) {
        return switch (plant) {
            case FORGETFUL_AGENT -> ended(event);
            case FORGETFUL_OF_MANY ->
                    event instanceof Event.Removed(var _, KubeObject pod) && ofMany(pod)
                            ? ended(event)
                            : event;
            case ABSENCE_DELETES ->
                    event instanceof Event.SyncArrived(long id, Sync sync) && sync.full()
                            ? new Event.SyncArrived(id, deleting(sync))
                            : event;
            case LOST_WRITE_REFUSED ->
                    event instanceof Event.Unknown(long id) && applies.contains(id)
                            ? new Event.ApplyDone(
                                    id, new Applied.Refused(400, "Planted", "taken for refused"))
                            : event;
            case OUTAGE_STOPS -> patient(event);
            case QUARANTINE_FORGOTTEN -> unquarantined(event);
            case Plant _ -> event;
        };
    }

    private static Event unquarantined(Event event) {
        return switch (event) {
            case Event.Welcomed(long id, Welcome welcome) ->
                    new Event.Welcomed(id, Altered.with(welcome, "quarantined", List.of()));
            case Event.SyncArrived(long id, Sync sync) ->
                    new Event.SyncArrived(
                            id,
                            Altered.with(
                                    sync,
                                    "works",
                                    sync.works().stream()
                                            .filter(w -> w.role() != Role.QUARANTINED)
                                            .toList()));
            case Event _ -> event;
        };
    }

    private static Event ended(Event event) {
        return event instanceof Event.Removed(var type, KubeObject pod) && type.kind().equals("Pod")
                ? new Event.Removed(type, pod.with("", "spec", "nodeName"))
                : event;
    }

    private boolean ofMany(KubeObject pod) {
        return many.contains(pod.label("portolan.io/application-uid"));
    }

    private Event patient(Event event) {
        if (event instanceof Event.SyncArrived(long _, Sync sync)) {
            failures = 0;
            sync.works().forEach(w -> last.put(w.application(), w));
        }
        if (event instanceof Event.SyncFailed(long id, var _) && ++failures == PATIENCE) {
            return new Event.SyncArrived(
                    id,
                    new Sync(
                            0,
                            0,
                            false,
                            last.values().stream().map(Planted::stopped).toList(),
                            io.portolan.model.wire.WorkSet.of(List.of()).digest(),
                            Map.of()));
        }
        return event;
    }

    private static Work stopped(Work work) {
        return Altered.with(
                Altered.with(work, "role", Role.QUARANTINED), "sequence", work.sequence() + 1);
    }

    /**
     * What gets to the disk: now and then what it had before, as if nothing had been said since.
     */
    List<Change> written(List<Change> changes) {
        List<Change> out = new ArrayList<>();
        for (Change change : changes) {
            out.add(
                    change instanceof Change.PutWork(Work work, var held)
                            ? put(work, held)
                            : change);
        }
        return out;
    }

    private Change put(Work work, Optional<io.portolan.model.Digest> held) {
        many.remove(work.application().value());
        if (!work.singleWriter()) {
            many.add(work.application().value());
        }
        Work oldest = first.getOrDefault(work.application(), work);
        if (plant == Plant.STALE_ORDERS && oldest.epoch() != work.epoch()) {
            oldest = work;
        }
        first.put(work.application(), oldest);
        boolean stale = plant == Plant.STALE_EPOCHS || plant == Plant.STALE_ORDERS;
        boolean again = stale && !work.tombstone() && ++writes % 3 == 0;
        return new Change.PutWork(again ? oldest : work, held);
    }

    private Sync deleting(Sync sync) {
        Set<Uid> named = new HashSet<>();
        for (Work work : sync.works()) {
            named.add(work.application());
            last.put(work.application(), work);
        }
        List<Work> works = new ArrayList<>(sync.works());
        for (Work work : last.values()) {
            if (!named.contains(work.application())) {
                works.add(deleted(work));
            }
        }
        return new Sync(
                sync.generation(), sync.cursor(), true, works, sync.digest(), sync.contents());
    }

    private static Work deleted(Work work) {
        return Altered.with(
                Altered.with(
                        Altered.with(work, "role", Role.STANDBY), "sequence", work.sequence() + 1),
                "content",
                Optional.empty());
    }
}
