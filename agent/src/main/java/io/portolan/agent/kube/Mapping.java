package io.portolan.agent.kube;

import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.TypeRef;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * From kinds to paths. Positive answers are kept until the server denies them; a negative one comes
 * from a discovery that is at most {@link #FRESH} old, so that a kind is found soon after its CRD
 * and a wrong kind does not cost a discovery per call.
 */
final class Mapping {
    static final Duration FRESH = Duration.ofSeconds(2);

    private final DiscoveryReader reader;
    private final LongSupplier nanoTime;
    private final ReentrantLock refreshing = new ReentrantLock();
    private volatile @Nullable Known known;

    Mapping(DiscoveryReader reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
    }

    /** What is known of a kind. */
    sealed interface Lookup {
        record Found(ApiKind kind) implements Lookup {}

        /** The server does not serve it. */
        record Unknown() implements Lookup {}

        /** Cannot be told now. */
        record Unclear(String message, Duration retryAfter) implements Lookup {}
    }

    private record Known(Map<TypeRef, ApiKind> kinds, DiscoveryReader.Kinds read, long at) {}

    Lookup find(TypeRef type) {
        Known now = known;
        ApiKind hit = now == null ? null : now.kinds.get(type);
        if (hit != null) {
            return new Lookup.Found(hit);
        }
        try {
            Known fresh = refreshed(now);
            ApiKind kind = fresh.kinds.get(type);
            if (kind != null) {
                return new Lookup.Found(kind);
            }
            return fresh.read.silent().contains(type.apiVersion())
                    ? new Lookup.Unclear(
                            "the server behind " + type.apiVersion() + " does not answer", FRESH)
                    : new Lookup.Unknown();
        } catch (DiscoveryReader.Failed e) {
            return new Lookup.Unclear(e.getMessage(), e.retryAfter());
        } catch (IOException e) {
            return new Lookup.Unclear(reader.words(e), Duration.ZERO);
        }
    }

    /** All kinds, asked anew. */
    DiscoveryReader.Kinds all() throws IOException {
        refreshing.lock();
        try {
            return readNow().read;
        } finally {
            refreshing.unlock();
        }
    }

    /** The server denied the kind's path. */
    void forget(TypeRef type) {
        refreshing.lock();
        try {
            Known now = known;
            if (now != null && now.kinds.containsKey(type)) {
                Map<TypeRef, ApiKind> rest = new HashMap<>(now.kinds);
                rest.remove(type);
                known = new Known(rest, now.read, now.at);
            }
        } finally {
            refreshing.unlock();
        }
    }

    private Known refreshed(@Nullable Known seen) throws IOException {
        refreshing.lock();
        try {
            Known now = known;
            boolean fresh = now != null && nanoTime.getAsLong() - now.at < FRESH.toNanos();
            // Another thread refreshed while this one waited: its answer is as good.
            return now != null && (fresh || now != seen) ? now : readNow();
        } finally {
            refreshing.unlock();
        }
    }

    private Known readNow() throws IOException {
        long at = nanoTime.getAsLong();
        DiscoveryReader.Kinds read = reader.read();
        Map<TypeRef, ApiKind> kinds = new HashMap<>();
        for (ApiKind kind : read.kinds()) {
            kinds.putIfAbsent(new TypeRef(kind.apiVersion(), kind.kind()), kind);
        }
        Known next = new Known(Map.copyOf(kinds), read, at);
        known = next;
        return next;
    }
}
