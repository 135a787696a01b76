package io.portolan.central.http;

/**
 * How much one node takes. The defaults lie far above what a node can do for one user, so that they
 * stop runaways and not work; a fleet with many programs sets them lower.
 *
 * @param readsPerSecond of one user; twice as many at once
 * @param writesPerSecond of one user; twice as many at once
 * @param inFlight requests of users that are being served at the same time, watches not counted
 * @param failedTokensPerMinute from one address, and as many at once
 */
public record Limits(
        int readsPerSecond, int writesPerSecond, int inFlight, int failedTokensPerMinute) {
    public static final int READS = 10_000;
    public static final int WRITES = 5_000;
    public static final int IN_FLIGHT = 256;
    public static final int FAILED_TOKENS = 300;
    public static final Limits USUAL = new Limits(READS, WRITES, IN_FLIGHT, FAILED_TOKENS);

    /**
     * @throws IllegalArgumentException naming what is not from 1 to a million
     */
    public Limits {
        within("reads per second", readsPerSecond);
        within("writes per second", writesPerSecond);
        within("requests in flight", inFlight);
        within("failed tokens per minute", failedTokensPerMinute);
    }

    private static void within(String what, int value) {
        if (value < 1 || value > 1_000_000) {
            throw new IllegalArgumentException(what + " must be 1..1000000, was " + value);
        }
    }
}
