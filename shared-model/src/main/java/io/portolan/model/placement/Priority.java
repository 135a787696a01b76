package io.portolan.model.placement;

import io.portolan.model.Check;

/**
 * Who comes first where not everything fits.
 *
 * @param value the higher goes first of those that wait
 * @param preempts whether it may take the room of preemptible applications of lower priority, after
 *     no cluster was found without
 * @param preemptible whether it gives way to one that preempts and has a higher priority; one of a
 *     single writer never does, whatever is said here
 */
public record Priority(int value, boolean preempts, boolean preemptible) {
    /** Of whoever says nothing. */
    public static final Priority USUAL = new Priority(0, false, false);

    private static final int MOST = 1_000;

    void check(Check at) {
        at.at("value").range(value, -MOST, MOST);
    }
}
