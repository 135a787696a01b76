package io.portolan.agent.lease;

import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One process' claim on the Lease, as Kubernetes' own leader election makes it: every write names
 * the version that it was decided from; another's Lease is free when it was seen unchanged for its
 * whole term on this process' own monotonic clock, so that the machines' clocks need not agree. The
 * holder stops acting well before that, counted from before it asked for the renewal.
 *
 * <p>Pure: times are nanoseconds of one monotonic clock.
 */
final class Claim {
    /** How long others leave a Lease alone that is not renewed. */
    static final Duration TERM = Duration.ofSeconds(15);

    /** How long the holder acts on a renewal; the rest of the term is for calls under way. */
    static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final String identity;
    private String seenVersion = "";
    private long seenAt;

    Claim(String identity) {
        this.identity = identity;
    }

    /** What to do about the Lease as it is. */
    sealed interface Next {
        /** Merge patch, to be written only over the version that it was decided from. */
        record Write(KubeObject patch, String version) implements Next {}

        /** It is another's. */
        record Wait(String holder) implements Next {}
    }

    Next next(KubeObject lease, Instant wall, long now) {
        String holder = lease.at("spec", "holderIdentity") instanceof String s ? s : "";
        String version = lease.resourceVersion();
        if (holder.equals(identity)) {
            return new Next.Write(patch(Map.of("renewTime", time(wall))), version);
        }
        if (!version.equals(seenVersion)) {
            seenVersion = version;
            seenAt = now;
        }
        if (!holder.isEmpty() && now - seenAt < term(lease).toNanos()) {
            return new Next.Wait(holder);
        }
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("holderIdentity", identity);
        spec.put("leaseDurationSeconds", (int) TERM.toSeconds());
        spec.put("acquireTime", time(wall));
        spec.put("renewTime", time(wall));
        spec.put("leaseTransitions", number(lease, "leaseTransitions") + 1);
        return new Next.Write(patch(spec), version);
    }

    /** Leaves the Lease to whoever comes, if this process still is its holder. */
    KubeObject release() {
        return patch(Map.of("holderIdentity", "", "leaseDurationSeconds", 1));
    }

    boolean mine(KubeObject lease) {
        return identity.equals(lease.at("spec", "holderIdentity"));
    }

    /** Until when a write that succeeded lets this process act. */
    static long until(long askedAt) {
        return askedAt + DEADLINE.toNanos();
    }

    /** What the holder promised, which may be longer than ours. */
    private static Duration term(KubeObject lease) {
        Duration told = Duration.ofSeconds(number(lease, "leaseDurationSeconds"));
        return told.isPositive() ? told : TERM;
    }

    private static int number(KubeObject lease, String field) {
        return lease.at("spec", field) instanceof Number n ? n.intValue() : 0;
    }

    private static KubeObject patch(Map<String, Object> spec) {
        return new KubeObject(new LinkedHashMap<>(Map.of("spec", spec)));
    }

    private static String time(Instant wall) {
        return MICRO_TIME.format(wall);
    }
}
