package io.portolan.agent.core;

import io.portolan.model.cluster.ClusterStatus.Guarding;
import java.time.Duration;
import java.util.Optional;

/**
 * The figures that the core works by.
 *
 * @param callsInFlight most Kubernetes calls at once
 * @param lazyCalls most of them for healing after a restart, so that new work finds room
 * @param reportDelay how long a change waits for others to share its report
 * @param healthEvery least time between two reports of one application that differ in health only
 * @param creationDoubt how long a creation whose answer was lost may still come through: longer
 *     than the API server's own request timeout
 * @param guarding what central renders into workloads that fence themselves; absent where no door
 *     is open for their guards
 */
public record AgentSettings(
        String version,
        int callsInFlight,
        int lazyCalls,
        Duration reportDelay,
        Duration healthEvery,
        Duration inventoryDelay,
        Duration centralFirst,
        Duration longestBackoff,
        Duration measureEvery,
        Duration discoverEvery,
        Duration creationDoubt,
        int pollSeconds,
        Optional<Guarding> guarding) {
    public static AgentSettings of(String version) {
        return new AgentSettings(
                version,
                24,
                8,
                Duration.ofMillis(25),
                Duration.ofMillis(250),
                Duration.ofMillis(50),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60),
                Duration.ofSeconds(65),
                25,
                Optional.empty());
    }

    /** Of an agent that opens a door for guards. */
    public AgentSettings with(Optional<Guarding> door) {
        return new AgentSettings(
                version,
                callsInFlight,
                lazyCalls,
                reportDelay,
                healthEvery,
                inventoryDelay,
                centralFirst,
                longestBackoff,
                measureEvery,
                discoverEvery,
                creationDoubt,
                pollSeconds,
                door);
    }
}
