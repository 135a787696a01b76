package io.portolan.central.http;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.portolan.central.telemetry.Metrics;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Who is let in when there is too much: a token bucket for each principal and lane, and a bound on
 * what is being served at once in each lane. It is asked before a body is read. Safe for use by
 * many threads.
 */
final class Admission {
    /** Principals and addresses that are remembered; of more, the longest unseen start anew. */
    private static final int REMEMBERED = 10_000;

    private static final int OPERATIONS_PER_SECOND = 100;
    private static final int OPERATIONS_IN_FLIGHT = 64;

    /** An agent fetches what a thousand works name when it starts. */
    private static final int AGENT_PER_SECOND = 1_000;

    private static final int AGENTS_IN_FLIGHT = 512;

    private record Who(Lane lane, String principal) {}

    private final Limits limits;
    private final Metrics metrics;
    private final Recent<Who> rates = new Recent<>();
    private final Recent<String> guesses = new Recent<>();
    private final Semaphore users;
    private final Semaphore operations = new Semaphore(OPERATIONS_IN_FLIGHT);
    private final Semaphore agents = new Semaphore(AGENTS_IN_FLIGHT);

    Admission(Limits limits, Metrics metrics) {
        this.limits = limits;
        this.metrics = metrics;
        this.users = new Semaphore(limits.inFlight());
    }

    /** A place among those that are being served; given back when closed. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    /** Lets a request in or refuses it: 429 to who asks too fast, 503 when too many are inside. */
    Place enter(Lane lane, String principal) {
        int perSecond =
                switch (lane) {
                    case READ -> limits.readsPerSecond();
                    case WRITE -> limits.writesPerSecond();
                    case OPERATION -> OPERATIONS_PER_SECOND;
                    case AGENT -> AGENT_PER_SECOND;
                    case PULSE -> 0;
                };
        if (perSecond > 0) {
            Bucket bucket =
                    rates.of(
                            new Who(lane, principal),
                            () -> bucket(2L * perSecond, perSecond, Duration.ofSeconds(1)));
            ConsumptionProbe asked = bucket.tryConsumeAndReturnRemaining(1);
            if (!asked.isConsumed()) {
                metrics.refused(lane.name(), "rate");
                throw tooMany(
                        "at most " + perSecond + " requests of this sort a second",
                        asked.getNanosToWaitForRefill());
            }
        }
        return room(lane).map(r -> place(lane, r)).orElse(() -> {});
    }

    private Optional<Semaphore> room(Lane lane) {
        return switch (lane) {
            case READ, WRITE -> Optional.of(users);
            case OPERATION -> Optional.of(operations);
            case AGENT -> Optional.of(agents);
            case PULSE -> Optional.empty();
        };
    }

    private Place place(Lane lane, Semaphore room) {
        if (!room.tryAcquire()) {
            metrics.refused(lane.name(), "in-flight");
            throw Problem.unavailable("too many requests are being served; try again").refusal();
        }
        return room::release;
    }

    /** Refuses an address from which too many tokens came that nobody holds. */
    void mayGuess(SocketAddress from) {
        var left = guesses(from).estimateAbilityToConsume(1);
        if (!left.canBeConsumed()) {
            metrics.refused("OPEN", "failed-tokens");
            throw tooMany(
                    "too many tokens that nobody holds came from this address",
                    left.getNanosToWaitForRefill());
        }
    }

    void guessed(SocketAddress from) {
        var _ = guesses(from).tryConsume(1);
    }

    private Bucket guesses(SocketAddress from) {
        int most = limits.failedTokensPerMinute();
        return guesses.of(network(from), () -> bucket(most, most, Duration.ofMinutes(1)));
    }

    /** Of IPv6 the first half: the other one is the sender's to choose. */
    static String network(SocketAddress from) {
        if (!(from instanceof InetSocketAddress address) || address.getAddress() == null) {
            return from.toString();
        }
        InetAddress ip = address.getAddress();
        return ip instanceof Inet6Address
                ? Arrays.toString(Arrays.copyOf(ip.getAddress(), 8))
                : ip.getHostAddress();
    }

    private static Bucket bucket(long capacity, long refill, Duration every) {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(capacity).refillGreedy(refill, every))
                .build();
    }

    private static Refusal tooMany(String detail, long nanos) {
        int seconds = (int) TimeUnit.NANOSECONDS.toSeconds(nanos + 999_999_999);
        return Problem.tooMany(detail, Math.max(1, seconds)).refusal();
    }

    /** Buckets of who was seen last. */
    private static final class Recent<K> {
        /** Guarded by itself; longest unseen first. */
        private final Map<K, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

        Bucket of(K who, java.util.function.Supplier<Bucket> fresh) {
            synchronized (buckets) {
                Bucket bucket = buckets.computeIfAbsent(who, _ -> fresh.get());
                if (buckets.size() > REMEMBERED) {
                    buckets.remove(buckets.keySet().iterator().next());
                }
                return bucket;
            }
        }
    }
}
