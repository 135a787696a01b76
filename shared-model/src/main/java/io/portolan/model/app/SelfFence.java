package io.portolan.model.app;

import java.time.Duration;
import java.util.Optional;

/**
 * How a workload ends itself where its cluster is cut off (fence F3): its processes run under a
 * guard that holds a grant. It is part of the work because who gives grants reads it in the row
 * that a revocation writes, so that both agree on an order.
 *
 * @param grant how long each grant is
 * @param longest the longest grant that may be outstanding in this cluster, given under this work
 *     or an earlier one. It is stored before such a grant can be given.
 * @param since the sequence from which on every work of this application here was rendered with the
 *     guard
 * @param url where the guards ask, as they are rendered
 */
public record SelfFence(Duration grant, Duration longest, long since, String url) {
    /**
     * What follows after another work of the same cluster.
     *
     * @param sequence of the work that this is for
     * @param former of the work before, if that was rendered with the guard
     * @param stopped whether the cluster had shown by then that it runs nothing: no grant of before
     *     matters any more
     */
    public static SelfFence after(
            Duration grant,
            String url,
            long sequence,
            Optional<SelfFence> former,
            boolean stopped) {
        Duration longest =
                former.filter(_ -> !stopped)
                        .map(SelfFence::longest)
                        .filter(l -> l.compareTo(grant) > 0)
                        .orElse(grant);
        return new SelfFence(grant, longest, former.map(SelfFence::since).orElse(sequence), url);
    }

    /** How long to wait until no grant is left of those that may be outstanding. */
    public Duration runsOutIn() {
        return runsOutIn(longest);
    }

    /**
     * How long to wait, on a steady clock of the waiter's own, until a grant has run out on the
     * guard's: clocks may drift by one percent against each other, and a second is for all else.
     */
    public static Duration runsOutIn(Duration grant) {
        return grant.plus(grant.dividedBy(100)).plusSeconds(1);
    }
}
