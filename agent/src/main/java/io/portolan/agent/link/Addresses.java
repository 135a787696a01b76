package io.portolan.agent.link;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Which of central's addresses is asked. Each may be one node, or stand for many.
 *
 * <p>A cluster has an order of its own (rendezvous hashing of its uid with each address: Thaler and
 * Ravishankar, 1998), so that a fleet spreads over the nodes, and the agents of a node that goes
 * spread over those that are left. An agent that is not at its first address looks there again
 * after a random time, at most {@link #HOMEWARD_MOST}; so a node that returns gets its agents back
 * one by one, and one that flaps moves each agent once in {@link #HOMEWARD_LEAST} at most.
 *
 * <p>Safe for use by many threads.
 */
final class Addresses {
    static final Duration HOMEWARD_LEAST = Duration.ofMinutes(1);
    static final Duration HOMEWARD_MOST = Duration.ofMinutes(5);

    /** Who failed so lately is asked again only when the others have failed, too. */
    private static final Duration SHUNNED = Duration.ofSeconds(30);

    /** A node that answers, and cannot serve so many times in a row, is left. */
    private static final int PATIENCE = 3;

    private static final Comparator<Scored> GREATEST_FIRST =
            Comparator.comparing((Scored s) -> s.score.hex()).reversed();

    private record Scored(URI address, Digest score) {}

    /**
     * Where a request is sent.
     *
     * @param stay tells two stays at one address apart
     */
    record At(URI address, long stay) {}

    private final LongSupplier nanos;
    private final RandomGenerator random;

    /** All guarded by this. The order of this cluster; random as long as it is unknown. */
    private List<URI> order;

    private final Map<URI, Long> failedAt = new HashMap<>();
    private URI address;
    private long stay;
    private int troubles;
    private long homewardAt;

    /**
     * @param all not empty
     * @param nanos a clock that only goes forward
     */
    Addresses(List<URI> all, LongSupplier nanos, RandomGenerator random) {
        this.nanos = nanos;
        this.random = random;
        this.order = ordered(all, Long.toHexString(random.nextLong()));
        this.address = order.getFirst();
    }

    private static List<URI> ordered(List<URI> all, String seed) {
        return all.stream()
                .distinct()
                .map(a -> new Scored(a, Digest.of((seed + ' ' + a).getBytes(UTF_8))))
                .sorted(GREATEST_FIRST)
                .map(Scored::address)
                .toList();
    }

    /** From now on in the order of this cluster, from its first. */
    synchronized void of(Uid cluster) {
        order = ordered(order, cluster.value());
        go(order.getFirst());
    }

    synchronized At now() {
        return new At(address, stay);
    }

    /**
     * The address is no longer served, or cannot be reached. Who asked there before it was left
     * changes nothing.
     *
     * @return whether it was left now
     */
    synchronized boolean leave(At at) {
        if (at.stay != stay) {
            return false;
        }
        long now = nanos.getAsLong();
        failedAt.put(address, now);
        if (address.equals(order.getFirst())) {
            putOffHome();
        }
        go(next(now));
        return true;
    }

    /** In the cluster's order, past those that failed lately; if all did, the longest ago. */
    private URI next(long now) {
        return order.stream()
                .filter(a -> sinceFailure(a, now) >= SHUNNED.toNanos())
                .findFirst()
                .or(() -> order.stream().max(Comparator.comparing(a -> sinceFailure(a, now))))
                .orElseThrow();
    }

    private long sinceFailure(URI of, long now) {
        Long failed = failedAt.get(of);
        return failed == null ? Long.MAX_VALUE : now - failed;
    }

    private void go(URI to) {
        address = to;
        stay++;
        troubles = 0;
    }

    /** It answered, and could not serve. Left after some of these in a row. */
    synchronized boolean troubled(At at) {
        return at.stay == stay && ++troubles >= PATIENCE && leave(at);
    }

    /** It served. */
    synchronized void served(At at) {
        if (at.stay == stay) {
            troubles = 0;
        }
    }

    /** The cluster's first address, when it is time to look whether it serves again. */
    synchronized Optional<URI> home() {
        if (address.equals(order.getFirst()) || nanos.getAsLong() - homewardAt < 0) {
            return Optional.empty();
        }
        putOffHome();
        return Optional.of(order.getFirst());
    }

    private void putOffHome() {
        long least = HOMEWARD_LEAST.toNanos();
        homewardAt =
                nanos.getAsLong() + least + random.nextLong(HOMEWARD_MOST.toNanos() - least + 1);
    }

    /** It serves again. */
    synchronized void returned(URI home) {
        failedAt.remove(home);
        if (home.equals(order.getFirst()) && !home.equals(address)) {
            go(home);
        }
    }
}
