package io.portolan.model.app;

import io.portolan.model.Uid;
import java.time.Duration;

/**
 * Marks a work that is no application: a step of an operation, a Job that is made once, never made
 * again when it went, and whose last words are told.
 *
 * @param operation whose step it is
 * @param application that the operation is about: where a work of it has a later epoch, this is of
 *     the past
 * @param key of the step, see {@link io.portolan.model.operation.HookRun#key}
 * @param attempt from 1
 * @param within so long after it took the order an agent may still make the Job; later it says that
 *     it was too late
 */
public record RunOnce(Uid operation, Uid application, String key, int attempt, Duration within) {
    /**
     * How it ended.
     *
     * @param output the termination message of its pod, or why it failed, shortened
     */
    public record Outcome(boolean succeeded, String output) {}
}
