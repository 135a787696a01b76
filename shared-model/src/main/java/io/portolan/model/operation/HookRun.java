package io.portolan.model.operation;

import io.portolan.model.Uid;
import io.portolan.model.dr.HookPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What was asked of a hook. Stored before it is asked, and again with what came of it, so that
 * whoever leads after a crash asks again under the same key.
 *
 * @param cluster whom it is about, of a fence or a Job in a cluster that is left
 * @param key the same in all attempts: the operation, the point and how often it was asked before
 * @param occurrence how often, from 1; an answer that does not settle the matter is asked for anew
 * @param controls how many words had been said of the operation when it began
 * @param firstAttempt of the present round of retries: somebody may have it tried anew
 * @param attempt from 1
 * @param epoch of the assignment when it began
 * @param silentSince when the cluster that it is about was last heard when it began
 * @param retryAt not before, where it failed and is tried again
 * @param output what it said, shortened
 * @param job where it runs; absent where it is asked by HTTP
 */
public record HookRun(
        HookPoint point,
        Optional<Uid> cluster,
        String key,
        int occurrence,
        int controls,
        int firstAttempt,
        int attempt,
        Phase phase,
        long epoch,
        Instant startedAt,
        Optional<Instant> silentSince,
        Optional<Instant> endedAt,
        Optional<Instant> retryAt,
        String output,
        Optional<Lag> lag,
        Optional<Fenced> fenced,
        Optional<Job> job) {
    /** How far it is. */
    public enum Phase {
        RUNNING,
        SUCCEEDED,
        /** Tried again after a while. */
        RETRYING,
        /** Somebody has to decide. */
        FAILED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How far the target's data is behind.
     *
     * @param time of writes that would be lost
     */
    public record Lag(Optional<Duration> time, Optional<Long> bytes) {}

    /**
     * What was read back of a fence.
     *
     * @param fenced whether it is in force
     * @param detail what was seen: boot ids, sessions that ended
     */
    public record Fenced(boolean fenced, String detail) {}

    /**
     * A Kubernetes Job, of one attempt.
     *
     * @param clusterName as it was called when this began
     * @param name in the tenant's namespace there
     */
    public record Job(Uid cluster, String clusterName, String name) {}

    /** Whether it is of this point, and about this cluster. */
    public boolean at(HookPoint here, Optional<Uid> whom) {
        return point == here && cluster.equals(whom);
    }

    /** With what came of it. */
    public HookRun ended(
            Phase phase,
            Instant at,
            Optional<Instant> retryAt,
            String output,
            Optional<Lag> lag,
            Optional<Fenced> fenced) {
        return new HookRun(
                point,
                cluster,
                key,
                occurrence,
                controls,
                firstAttempt,
                attempt,
                phase,
                epoch,
                startedAt,
                silentSince,
                Optional.of(at),
                retryAt,
                output,
                lag,
                fenced,
                job);
    }
}
