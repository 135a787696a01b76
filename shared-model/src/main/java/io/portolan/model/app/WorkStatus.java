package io.portolan.model.app;

import io.portolan.model.Condition;
import io.portolan.model.Uid;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an agent reports of one work.
 *
 * @param sequence of the work that this speaks of
 * @param appliedSequence the newest sequence of which every object was applied; 0 when none
 * @param removed true when a tombstone was carried out: nothing of the application is left
 * @param inventory how many objects the agent holds for it
 * @param troubles objects that are not well, worst first, at most 20
 * @param demotion proof that no pod of it runs, when the role asks for none to run
 * @param pods what the agent remembers of pods that a stop must account for, in its own words:
 *     central only keeps it, for an agent that loses its disk
 * @param guarded the sequence of a work rendered with the guard, at which the agent knew that no
 *     pod without the guard was left and none could come; 0 where it does not know that now
 * @param outcome how what runs once has ended; absent while it has not, and of applications
 */
public record WorkStatus(
        Uid application,
        Uid cluster,
        Role role,
        long generation,
        long epoch,
        long sequence,
        long appliedSequence,
        boolean removed,
        Health health,
        String message,
        int inventory,
        int readyReplicas,
        int desiredReplicas,
        List<Trouble> troubles,
        List<Condition> conditions,
        Optional<Demotion> demotion,
        List<String> pods,
        long guarded,
        Optional<RunOnce.Outcome> outcome) {
    public WorkStatus {
        troubles = List.copyOf(troubles);
        conditions = List.copyOf(conditions);
        pods = List.copyOf(pods);
    }

    /** Of an application. */
    public WorkStatus(
            Uid application,
            Uid cluster,
            Role role,
            long generation,
            long epoch,
            long sequence,
            long appliedSequence,
            boolean removed,
            Health health,
            String message,
            int inventory,
            int readyReplicas,
            int desiredReplicas,
            List<Trouble> troubles,
            List<Condition> conditions,
            Optional<Demotion> demotion,
            List<String> pods,
            long guarded) {
        this(
                application,
                cluster,
                role,
                generation,
                epoch,
                sequence,
                appliedSequence,
                removed,
                health,
                message,
                inventory,
                readyReplicas,
                desiredReplicas,
                troubles,
                conditions,
                demotion,
                pods,
                guarded,
                Optional.empty());
    }

    /** Of which no pod is remembered. */
    public WorkStatus(
            Uid application,
            Uid cluster,
            Role role,
            long generation,
            long epoch,
            long sequence,
            long appliedSequence,
            boolean removed,
            Health health,
            String message,
            int inventory,
            int readyReplicas,
            int desiredReplicas,
            List<Trouble> troubles,
            List<Condition> conditions,
            Optional<Demotion> demotion) {
        this(
                application,
                cluster,
                role,
                generation,
                epoch,
                sequence,
                appliedSequence,
                removed,
                health,
                message,
                inventory,
                readyReplicas,
                desiredReplicas,
                troubles,
                conditions,
                demotion,
                List.of(),
                0);
    }

    /**
     * One object that is not well, in the words of Kubernetes.
     *
     * @param since when the agent first saw the object ill, on the agent's clock; absent from
     *     agents that do not say
     */
    public record Trouble(
            ObjectRef object,
            Health health,
            String reason,
            String message,
            Optional<Instant> since) {
        /** Seen now, by someone who holds no clock. */
        public Trouble(ObjectRef object, Health health, String reason, String message) {
            this(object, health, reason, message, Optional.empty());
        }
    }

    /**
     * The agent's word for fence F2: after its in-flight writes ended, a consistent list showed no
     * pod of the application.
     *
     * @param sequence of the work that demanded it
     * @param vanished pods that were removed by force or from a node that was not ready: while
     *     there is one, this proves nothing
     */
    public record Demotion(long sequence, long epoch, List<String> vanished) {
        public Demotion {
            vanished = List.copyOf(vanished);
        }

        public boolean proves() {
            return vanished.isEmpty();
        }
    }
}
