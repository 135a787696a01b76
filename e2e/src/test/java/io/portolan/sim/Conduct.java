package io.portolan.sim;

import io.portolan.agent.core.Effect;
import io.portolan.agent.fence.Fence;
import io.portolan.agent.state.Change;
import io.portolan.agent.state.Saved.SavedApplication;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What an agent may do, judged at the moment that it asks for it by what it made durable: the
 * invariants 4, 6, 7, 14 and 15 of DESIGN.md section 7.
 */
final class Conduct {
    private final Uid cluster;
    private final BiConsumer<Invariant, String> fails;
    private final Set<Work> told = new HashSet<>();
    private final Map<Uid, Work> held = new HashMap<>();
    private final Set<Uid> named = new HashSet<>();

    /** What central said before its database was restored. */
    private final Set<Work> foreign = new HashSet<>();

    private Set<Uid> mustStop = new HashSet<>();

    Conduct(Uid cluster, BiConsumer<Invariant, String> fails) {
        this.cluster = cluster;
        this.fails = fails;
    }

    /** Central said this, in whatever answer. */
    void told(List<Work> works) {
        told.addAll(works);
    }

    /** Its session is open, and these it must not start before it is told to. */
    void welcomed(Set<Uid> mustStop) {
        this.mustStop = new HashSet<>(mustStop);
        named.addAll(mustStop);
    }

    /** Sequences count within one generation of central's database. */
    void restored() {
        foreign.addAll(told);
    }

    /** Of what is stateless it may have forgotten that it was told to stop. */
    void diskSetBack(SimDisk disk) {
        held.clear();
        disk.works().forEach(w -> held.put(w.application(), w));
        disk.works().stream()
                .filter(w -> !w.singleWriter())
                .forEach(w -> mustStop.remove(w.application()));
    }

    /** Only what central said becomes durable, and of one application never an older order. */
    void durable(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.PutWork(Work work, var _) -> taken(work);
                case Change.DropApplication(Uid application) -> {
                    Work former = held.remove(application);
                    if (former != null && !former.tombstone()) {
                        fails.accept(
                                Invariant.ABSENCE,
                                cluster + " forgets without a tombstone: " + former);
                    }
                }
                case Change _ -> {}
            }
        }
    }

    private void taken(Work work) {
        boolean stop = work.role() == Role.QUARANTINED && named.contains(work.application());
        if (!told.contains(work) && !stop) {
            fails.accept(
                    work.tombstone() ? Invariant.ABSENCE : Invariant.OUTAGE,
                    cluster + " made up a work: " + work);
        }
        if (work.running() != Running.NOTHING) {
            mustStop.remove(work.application());
        }
        Work former = held.put(work.application(), work);
        if (former != null && former.epoch() > work.epoch()) {
            fails.accept(
                    Invariant.STALE_EPOCH,
                    cluster + " went back from epoch " + former + " to that of " + work);
        }
        if (former != null
                && former.epoch() == work.epoch()
                && former.sequence() > work.sequence()
                && !isForeign(former)) {
            fails.accept(
                    Invariant.REPEATED,
                    cluster + " took an older order: " + work + " after " + former);
        }
    }

    /** Also as the welcome quarantined it. */
    private boolean isForeign(Work order) {
        return foreign.stream()
                .anyMatch(
                        w ->
                                w.application().equals(order.application())
                                        && w.sequence() == order.sequence());
    }

    /**
     * Nothing runs that was not to run, nothing stops or goes that was to run.
     *
     * @param owner whose what is there is by its label: two lives of an application have the same
     *     names
     */
    void asked(Effect effect, SimDisk disk, Function<ObjectRef, String> owner) {
        switch (effect) {
            case Effect.Apply(long _, KubeObject object, boolean _) ->
                    applies(object, disk.read().applications());
            case Effect.Delete(long _, ObjectRef ref, String _) ->
                    deletes(ref, owner.apply(ref), disk.read().applications());
            case Effect _ -> {}
        }
    }

    private void applies(KubeObject object, List<SavedApplication> disk) {
        String owner = object.label("portolan.io/application-uid");
        if (owner.isEmpty() || !Fence.stoppable(object.ref())) {
            return;
        }
        int replicas = object.at("spec", "replicas") instanceof Number n ? n.intValue() : 1;
        Optional<Work> work =
                disk.stream()
                        .map(SavedApplication::work)
                        .filter(w -> w.application().value().equals(owner) && !w.tombstone())
                        .findFirst();
        Role role = work.map(Work::role).orElse(Role.STANDBY);
        if (replicas > 0 && work.map(Work::running).orElse(Running.NOTHING) == Running.NOTHING) {
            fails.accept(Invariant.RETURN, cluster + " starts " + object.ref() + " as " + role);
        }
        if (replicas > 1 && work.map(Work::running).equals(Optional.of(Running.ONE_EACH))) {
            fails.accept(
                    Invariant.RETURN,
                    cluster + " runs " + replicas + " of " + object.ref() + ", and stands by warm");
        }
        if (replicas > 0 && mustStop.contains(new Uid(owner))) {
            fails.accept(
                    Invariant.RETURN,
                    cluster
                            + " starts "
                            + object.ref()
                            + ", which it is to stop since its welcome");
        }
        if (replicas == 0 && role == Role.ACTIVE && work.flatMap(Work::selfFence).isEmpty()) {
            fails.accept(
                    Invariant.OUTAGE,
                    cluster + " stops " + object.ref() + ", which it was told to run");
        }
    }

    private void deletes(ObjectRef ref, String owner, List<SavedApplication> disk) {
        for (SavedApplication application : disk) {
            boolean wanted =
                    application.uid().value().equals(owner)
                            && !application.work().tombstone()
                            && application.held().equals(application.work().content())
                            && application
                                    .content()
                                    .filter(
                                            c ->
                                                    c.objects().stream()
                                                            .anyMatch(o -> o.ref().equals(ref)))
                                    .isPresent();
            if (wanted) {
                fails.accept(
                        Invariant.ABSENCE,
                        cluster + " deletes " + ref + " of " + application.work());
            }
        }
    }
}
