package io.portolan.central.reconcile;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import io.portolan.model.app.RunOnce;
import io.portolan.model.app.Running;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import io.portolan.model.cluster.ClusterStatus.Guarding;
import io.portolan.model.cluster.ClusterStatus.Observation;
import io.portolan.model.cluster.ClusterStatus.Probed;
import io.portolan.model.wire.AgentMessages;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An agent that does at once what its works say, and says so, while it is not cut off. */
final class FakeAgent implements Comparable<FakeAgent> {
    private final World world;
    private final Uid uid;
    private final String name;
    private final Map<Uid, WorkStatus> told = new TreeMap<>();
    private long session;
    private long batch;
    boolean cutOff;

    /** What it can beyond the first agent; one without does not read how a work ends. */
    List<String> abilities =
            List.of(AgentMessages.GIVES_UP, AgentMessages.STANDS_BY, AgentMessages.RUNS_ONCE);

    /** How what runs once ends; empty while it runs. */
    Function<Work, Optional<RunOnce.Outcome>> ends =
            _ -> Optional.of(new RunOnce.Outcome(true, "done"));

    /** What it found of other clusters. */
    List<Probed> probed = List.of();

    /** What its cluster runs. */
    String kubernetesVersion = "v1.36.3";

    /** How its reports differ from a good agent's. */
    UnaryOperator<WorkStatus> temper = s -> s;

    Optional<Capacity> capacity = Optional.empty();

    /** Whether it opens a door for guards. */
    Optional<Guarding> guarding = Optional.empty();

    FakeAgent(World world, Uid uid, String name) {
        this.world = world;
        this.uid = uid;
        this.name = name;
    }

    Uid uid() {
        return uid;
    }

    void join(String... orphans) {
        session = world.store.openSession(uid);
        batch = 0;
        heartbeat();
        observe(orphans);
    }

    /** Tells what it is and what it holds unasked. */
    void observe(String... orphans) {
        List<Write> writes = new ArrayList<>();
        writes.add(
                new Write.Put(
                        new Row.ObservationRow(
                                uid,
                                new Observation(
                                        "1",
                                        kubernetesVersion,
                                        capacity,
                                        List.of("Deployment.apps", "Service", "CronJob.batch"),
                                        List.of(orphans),
                                        abilities,
                                        guarding,
                                        probed))));
        send(writes);
    }

    void heartbeat() {
        if (!cutOff && session > 0) {
            world.store.heard(Map.of(uid, session));
        }
    }

    /** Carries out what is new; false when there was nothing to say. */
    boolean work() {
        if (cutOff || session == 0) {
            return false;
        }
        List<Write> writes = new ArrayList<>();
        for (Work work : world.store.works(uid).plain()) {
            WorkStatus status = temper.apply(status(work));
            if (!status.equals(told.put(work.application(), status))) {
                writes.add(new Write.Put(new Row.WorkStatusRow(status)));
            }
        }
        if (writes.isEmpty()) {
            return false;
        }
        send(writes);
        return true;
    }

    private void send(List<Write> writes) {
        CommitResult result =
                world.store.commit(new Authority.Agent(uid, session, ++batch), List.of(), writes);
        if (!(result instanceof CommitResult.Committed)) {
            throw new AssertionError(name + " was refused: " + result);
        }
    }

    private WorkStatus status(Work work) {
        boolean ends =
                abilities.contains(AgentMessages.GIVES_UP)
                        ? work.tombstone()
                        : work.content().isEmpty();
        boolean runs = work.running() != Running.NOTHING && !ends;
        return new WorkStatus(
                work.application(),
                uid,
                work.role(),
                work.generation(),
                work.epoch(),
                work.sequence(),
                work.sequence(),
                ends,
                runs ? Health.HEALTHY : Health.STOPPED,
                "",
                ends ? 0 : 2,
                runs ? 1 : 0,
                runs ? 1 : 0,
                List.of(),
                List.of(),
                runs
                        ? Optional.empty()
                        : Optional.of(
                                new WorkStatus.Demotion(work.sequence(), work.epoch(), List.of())),
                List.of(),
                work.selfFence().isPresent() ? work.sequence() : 0,
                runs && work.once().isPresent() ? this.ends.apply(work) : Optional.empty());
    }

    /** Whether it believes that it runs the application now. */
    boolean runs(Uid application) {
        WorkStatus status = told.get(application);
        return status != null && status.role() == Role.ACTIVE && !status.removed();
    }

    static WorkStatus with(WorkStatus s, Health health) {
        return new WorkStatus(
                s.application(),
                s.cluster(),
                s.role(),
                s.generation(),
                s.epoch(),
                s.sequence(),
                s.appliedSequence(),
                s.removed(),
                health,
                s.message(),
                s.inventory(),
                s.readyReplicas(),
                s.desiredReplicas(),
                s.troubles(),
                s.conditions(),
                s.demotion());
    }

    /** It does not say that it stopped. */
    static WorkStatus silent(WorkStatus s) {
        return new WorkStatus(
                s.application(),
                s.cluster(),
                s.role(),
                s.generation(),
                s.epoch(),
                s.sequence(),
                s.appliedSequence(),
                s.removed(),
                s.health(),
                s.message(),
                s.inventory(),
                s.readyReplicas(),
                s.desiredReplicas(),
                s.troubles(),
                s.conditions(),
                Optional.empty());
    }

    /** Kubernetes took none of it. */
    static WorkStatus refused(WorkStatus s, WorkStatus.Trouble trouble) {
        return new WorkStatus(
                s.application(),
                s.cluster(),
                s.role(),
                s.generation(),
                s.epoch(),
                s.sequence(),
                0,
                s.removed(),
                Health.FAILED,
                s.message(),
                s.inventory(),
                0,
                1,
                List.of(trouble),
                s.conditions(),
                s.demotion());
    }

    @Override
    public int compareTo(FakeAgent other) {
        return name.compareTo(other.name);
    }
}
