package io.portolan.e2e.harness;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Waits for what another process will do. A probe that throws counts as "not yet", because the
 * thing asked is often still starting; only a {@link HarnessException} ends the wait at once.
 */
public final class Await {
    private static final Duration POLL = Duration.ofMillis(20);

    private Await() {}

    /** Waits until the probe holds. */
    public static void until(String what, Duration atMost, Callable<Boolean> probe) {
        until(what, atMost, probe, () -> "");
    }

    /** Waits until the probe holds; the diagnosis is asked for only when it never does. */
    public static void until(
            String what, Duration atMost, Callable<Boolean> probe, Supplier<String> diagnosis) {
        value(what, atMost, () -> probe.call() ? Optional.of(true) : Optional.empty(), diagnosis);
    }

    /** Waits until the probe finds something, and returns that. */
    public static <T> T value(String what, Duration atMost, Callable<Optional<T>> probe) {
        return value(what, atMost, probe, () -> "");
    }

    /**
     * Waits until the probe finds something, and returns that; the diagnosis is asked for only when
     * it never does.
     */
    public static <T> T value(
            String what, Duration atMost, Callable<Optional<T>> probe, Supplier<String> diagnosis) {
        try {
            return Awaitility.await(what)
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(POLL)
                    .atMost(atMost)
                    .ignoreExceptionsMatching(e -> !(e instanceof HarnessException))
                    .until(probe, Optional::isPresent)
                    .orElseThrow();
        } catch (ConditionTimeoutException e) {
            Throwable cause = e.getCause();
            throw new HarnessException(
                    "waited "
                            + atMost.toMillis()
                            + " ms in vain for "
                            + what
                            + (cause == null ? "" : "; the last probe failed: " + cause)
                            + diagnosis.get(),
                    e);
        }
    }
}
