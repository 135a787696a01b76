package io.portolan.sim;

import io.portolan.agent.core.Event;
import io.portolan.agent.state.Change;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.Sync;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Plants a fault into an agent by what it lets the core hear. */
final class Planted {
    private final Plant plant;
    private final Map<Uid, Work> first = new TreeMap<>();
    private final Map<Uid, Work> last = new TreeMap<>();

    /** Applications with many writers, as the disk has them. */
    private final Set<String> many = new HashSet<>();

    private int writes;

    Planted(Plant plant) {
        this.plant = plant;
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
            case NONE,
                    FORGETFUL_CENTRAL,
                    LEFTOVERS_UNSEEN,
                    LYING_AGENT,
                    STALE_EPOCHS,
                    UNPROVED_PROMOTION,
                    STUCK_OPERATION,
                    FORGOTTEN_COOLDOWN,
                    BRAKE_OFF,
                    FALSE_ATTESTATION ->
                    event;
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

    /** Now and then writes again what it first had, as if nothing had been said since. */
    List<Change> written(List<Change> changes) {
        for (Change change : changes) {
            if (change instanceof Change.PutWork(Work work, var _)) {
                many.remove(work.application().value());
                if (!work.singleWriter()) {
                    many.add(work.application().value());
                }
            }
        }
        if (plant != Plant.STALE_EPOCHS) {
            return changes;
        }
        for (Change change : changes) {
            if (change instanceof Change.PutWork(Work work, var _)) {
                first.putIfAbsent(work.application(), work);
            }
        }
        return changes.stream()
                .map(
                        c ->
                                c instanceof Change.PutWork(Work work, var held)
                                                && !work.tombstone()
                                                && ++writes % 3 == 0
                                        ? new Change.PutWork(
                                                first.getOrDefault(work.application(), work), held)
                                        : c)
                .toList();
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

    private static Work deleted(Work w) {
        return new Work(
                w.application(),
                w.tenant(),
                w.name(),
                w.cluster(),
                Role.STANDBY,
                w.generation(),
                w.epoch(),
                w.sequence() + 1,
                Optional.empty(),
                w.singleWriter(),
                w.adopt());
    }
}
