package io.portolan.agent.state;

import java.util.Optional;

/** Where the agent keeps who it is. */
public interface Credentials {
    /**
     * @throws StateException when it cannot be read
     */
    Optional<Credential> credential();

    /**
     * Durable when this returns: the join token is spent by then and cannot be used again.
     *
     * @throws StateException when it cannot be written
     */
    void keep(Credential credential);
}
