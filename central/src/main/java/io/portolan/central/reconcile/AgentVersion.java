package io.portolan.central.reconcile;

import io.portolan.central.image.Held;
import io.portolan.model.Condition;
import io.portolan.model.Condition.Truth;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus.Observation;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a cluster's agent is the one that is wanted. Tells only: the image is rolled by whoever
 * owns the agent's Deployment.
 *
 * @param usual wanted where a cluster does not say; empty where this build does not know its own
 */
record AgentVersion(String usual) {
    static AgentVersion ofThisBuild() {
        return new AgentVersion(
                Optional.ofNullable(AgentVersion.class.getPackage().getImplementationVersion())
                        .orElse(""));
    }

    /** Empty before the agent has told its version, and where none is wanted. */
    Optional<Condition> condition(
            ClusterSpec spec, Optional<Held<Observation>> observation, Instant now) {
        String wanted = spec.agent().map(ClusterSpec.Agent::version).orElse(usual);
        if (wanted.isEmpty() || observation.isEmpty()) {
            return Optional.empty();
        }
        String runs = observation.get().value().agentVersion();
        return Optional.of(
                runs.equals(wanted)
                        ? new Condition(
                                "AgentCurrent", Truth.TRUE, "Current", "its agent is " + runs, now)
                        : new Condition(
                                "AgentCurrent",
                                Truth.FALSE,
                                "OtherVersion",
                                "its agent is "
                                        + runs
                                        + ", wanted is "
                                        + wanted
                                        + ": give its Deployment the image of that version",
                                now));
    }
}
