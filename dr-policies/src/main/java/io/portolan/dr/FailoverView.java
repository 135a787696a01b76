package io.portolan.dr;

import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus.Reach;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.Assignment;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that the planner may know, of one instant of the image.
 *
 * @param generation of the application now
 * @param clusters every cluster that is a member, a source, the target, or could be one
 * @param answers of hooks, that are not stored yet
 * @param jobs hooks' Jobs that have not ended
 * @param barrier why no operation may begin on the application at all, as a policy that is missing
 * @param rival another live operation on the application, by name
 * @param ports what acts outside of a commit; where a point is missing nothing does
 * @param restored what is not known since the database was restored
 */
public record FailoverView(
        Failover operation,
        DrPolicySpec policy,
        long generation,
        Assignment assignment,
        List<Candidate> clusters,
        List<HookAnswer> answers,
        List<JobSeen> jobs,
        Optional<String> barrier,
        Optional<String> rival,
        Map<HookPoint, StepPort> ports,
        Restored restored) {
    public FailoverView {
        clusters = List.copyOf(clusters);
        answers = List.copyOf(answers);
        jobs = List.copyOf(jobs);
        ports = Map.copyOf(ports);
    }

    /** The same, with what the hooks of its policy have come to. */
    public FailoverView withPorts(Map<HookPoint, StepPort> known) {
        Map<HookPoint, StepPort> all = new EnumMap<>(HookPoint.class);
        all.putAll(ports);
        all.putAll(known);
        return new FailoverView(
                operation,
                policy,
                generation,
                assignment,
                clusters,
                answers,
                jobs,
                barrier,
                rival,
                all,
                restored);
    }

    /** The same, with the operation as a move has left it. */
    public FailoverView with(Failover moved) {
        return new FailoverView(
                moved,
                policy,
                generation,
                assignment,
                clusters,
                answers,
                jobs,
                barrier,
                rival,
                ports,
                restored);
    }

    /**
     * What a restore of the database leaves open.
     *
     * @param firstEpoch greater than all epochs of before, also those that were lost
     * @param untold clusters that have not been heard since: they may have got the role in a
     *     decision that was lost
     */
    public record Restored(long firstEpoch, List<Uid> untold) {
        /** No restore. */
        public static final Restored NEVER = new Restored(1, List.of());

        public Restored {
            untold = List.copyOf(untold);
        }
    }

    /** Whether its role may have been given to another in a decision that was lost. */
    boolean unsettled() {
        return assignment.isBefore(restored.firstEpoch());
    }

    /** Whether the operation had to take the role from everybody, its target included. */
    boolean tookAnywhere() {
        return !restored.equals(Restored.NEVER) && operation.epochBefore() < restored.firstEpoch();
    }

    /** What the next decision goes on from: its epoch is greater than any that was lost. */
    Assignment base() {
        return new Assignment(
                assignment.application(),
                Math.max(assignment.epoch(), restored.firstEpoch() - 1),
                assignment.members(),
                assignment.decision());
    }

    /** How far what acts at this point has come. */
    public StepPort port(HookPoint point) {
        return ports.getOrDefault(point, new StepPort.Absent());
    }

    /**
     * One cluster.
     *
     * @param refusal why the application may not run there (from placement's filters); empty when
     *     it may
     * @param crowded what it lacks of room for the application; empty where it has room
     * @param work what central wants of it, as stored
     * @param status what its agent last said of that work
     * @param lastHeard on PostgreSQL's clock
     * @param revoked since when whoever leads has known that the cluster, which may fence itself,
     *     does not have the active role: no grant was given since. On the leader's steady clock;
     *     absent where that is not known
     */
    public record Candidate(
            Uid uid,
            String name,
            String region,
            Reach reach,
            Optional<String> refusal,
            Optional<String> crowded,
            Optional<Work> work,
            Optional<WorkStatus> status,
            Optional<Instant> lastHeard,
            Optional<Instant> revoked) {}

    /**
     * A hook's Job that has not ended.
     *
     * @param key and attempt, see {@link io.portolan.model.operation.HookRun}
     * @param says what it waits for, for people; may be empty
     */
    public record JobSeen(String key, int attempt, String says) {}

    /** By its name; empty where none of those that matter has it. */
    Optional<Candidate> named(String name) {
        return clusters.stream().filter(c -> c.name().equals(name)).findFirst();
    }

    public Optional<Candidate> cluster(Uid uid) {
        return clusters.stream().filter(c -> c.uid().equals(uid)).findFirst();
    }
}
