package io.portolan.agent.state;

import io.portolan.model.Uid;

/**
 * Who the agent is to central.
 *
 * @param token bearer token; a secret, kept out of {@link #toString}
 */
public record Credential(Uid cluster, String name, String token) {
    @Override
    public String toString() {
        return "Credential[" + name + " " + cluster + "]";
    }
}
