package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.state.Change;
import io.portolan.agent.state.Saved.SavedApplication;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What an agent may do, judged at the moment that it asks for it by what it made durable: the
 * invariants 4, 6, 14 and 15 of DESIGN.md section 7.
 */
final class Conduct {
    private final Uid cluster;
    private final Consumer<String> fails;
    private final Set<Work> told = new HashSet<>();
    private final Map<Uid, Work> held = new HashMap<>();

    Conduct(Uid cluster, Consumer<String> fails) {
        this.cluster = cluster;
        this.fails = fails;
    }

    /** Central said this, in whatever answer. */
    void told(List<Work> works) {
        works.forEach(w -> told.add(w));
    }

    void diskLost() {
        held.clear();
    }

    /** Only what central said becomes durable, and of one application never an older epoch. */
    void durable(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.PutWork(Work work, var _) -> {
                    if (!told.contains(work) && work.role() != Role.QUARANTINED) {
                        fails.accept(cluster + " made up a work: " + work);
                    }
                    Work former = held.put(work.application(), work);
                    if (former != null && former.epoch() > work.epoch()) {
                        fails.accept(
                                cluster
                                        + " went back from epoch "
                                        + former
                                        + " to that of "
                                        + work);
                    }
                }
                case Change.DropApplication(Uid application) -> {
                    Work former = held.remove(application);
                    if (former != null && !former.tombstone()) {
                        fails.accept(cluster + " forgets without a tombstone: " + former);
                    }
                }
                case Change _ -> {}
            }
        }
    }

    /** Nothing runs that was not to run, nothing stops or goes that was to run. */
    void asked(Effect effect, SimDisk disk) {
        switch (effect) {
            case Effect.Apply(long _, KubeObject object, boolean _) ->
                    applies(object, disk.read().applications());
            case Effect.Delete(long _, ObjectRef ref, String _) ->
                    deletes(ref, disk.read().applications());
            case Effect _ -> {}
        }
    }

    private void applies(KubeObject object, List<SavedApplication> disk) {
        String owner = object.label("portolan.io/application-uid");
        if (owner.isEmpty() || !Fence.stoppable(object.ref())) {
            return;
        }
        int replicas = object.at("spec", "replicas") instanceof Number n ? n.intValue() : 1;
        Role role =
                disk.stream()
                        .filter(a -> a.uid().value().equals(owner) && !a.work().tombstone())
                        .map(a -> a.work().role())
                        .findFirst()
                        .orElse(Role.STANDBY);
        if (replicas > 0 && role != Role.ACTIVE) {
            fails.accept(cluster + " starts " + object.ref() + " as " + role);
        }
        if (replicas == 0 && role == Role.ACTIVE) {
            fails.accept(cluster + " stops " + object.ref() + ", which it was told to run");
        }
    }

    private void deletes(ObjectRef ref, List<SavedApplication> disk) {
        for (SavedApplication application : disk) {
            boolean wanted =
                    !application.work().tombstone()
                            && application.held().equals(application.work().content())
                            && application
                                    .content()
                                    .filter(
                                            c ->
                                                    c.objects().stream()
                                                            .anyMatch(o -> o.ref().equals(ref)))
                                    .isPresent();
            if (wanted) {
                fails.accept(cluster + " deletes " + ref + " of " + application.work());
            }
        }
    }
}
