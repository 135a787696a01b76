package io.portolan.central.agentlink;

import io.portolan.central.http.Problem;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which session of each agent is the newest, as this node knows. The store is asked at most every
 * few seconds per agent, so an agent that was replaced through another node may still read for that
 * long; its writes are refused at once, by the store.
 */
final class Sessions {
    private static final Duration TRUSTED = Duration.ofSeconds(5);

    /**
     * @param trustedUntil on the monotonic clock
     */
    private record Known(long session, long trustedUntil) {}

    private final Store store;
    private final Map<Uid, Known> newest = new ConcurrentHashMap<>();

    Sessions(Store store) {
        this.store = store;
    }

    long open(Uid cluster) {
        long session = store.openSession(cluster);
        trust(cluster, session);
        return session;
    }

    /** Refuses a session that is not the cluster's newest. */
    void require(Uid cluster, long session) {
        Known known = newest.get(cluster);
        if (known != null && known.session > session) {
            throw over(session);
        }
        if (known != null
                && known.session == session
                && known.trustedUntil - System.nanoTime() > 0) {
            return;
        }
        if (!store.sessionOpen(cluster, session)) {
            throw over(session);
        }
        trust(cluster, session);
    }

    private void trust(Uid cluster, long session) {
        Known now = new Known(session, System.nanoTime() + TRUSTED.toNanos());
        newest.merge(cluster, now, (a, b) -> b.session >= a.session ? b : a);
    }

    /** Forgets what a fenced write has disproved. */
    void doubt(Uid cluster) {
        newest.remove(cluster);
    }

    static RuntimeException over(long session) {
        return Problem.of(
                        410,
                        "Session over",
                        "session " + session + " is not the newest: say hello again")
                .refusal();
    }
}
