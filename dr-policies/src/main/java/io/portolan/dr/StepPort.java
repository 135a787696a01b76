package io.portolan.dr;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far what acts outside of a commit has come at one {@link io.portolan.model.dr.HookPoint} of
 * an operation. The planner reads it and never acts: whoever fills {@link FailoverView#ports} does.
 */
public sealed interface StepPort {
    Duration SHORTEST = Duration.ofSeconds(5);
    Duration LONGEST = Duration.ofMinutes(1);

    /** Nothing is configured: the point is passed over without a step. */
    record Absent() implements StepPort {}

    /** It is to be begun as soon as the operation stands in the point's state. */
    record NotBegun() implements StepPort {}

    /**
     * It acts.
     *
     * @param what for people, as {@code job/checkout-gate in berlin}
     */
    record Running(String what) implements StepPort {}

    /** It is done. */
    record Succeeded(String output) implements StepPort {}

    /**
     * It failed.
     *
     * @param attempts so far, since the step began or was tried anew
     * @param again when it is tried again; empty: never by itself
     */
    record Failed(String error, int attempts, Optional<Instant> again) implements StepPort {}

    /** How long to wait after so many failed attempts: 5 s, doubling to 1 min. */
    static Duration backoff(int attempts) {
        Duration wait = SHORTEST;
        for (int i = 1; i < attempts && wait.compareTo(LONGEST) < 0; i++) {
            wait = wait.multipliedBy(2);
        }
        return wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
    }
}
