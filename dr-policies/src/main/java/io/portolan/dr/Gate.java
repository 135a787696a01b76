package io.portolan.dr;

import io.portolan.model.dr.Safety;
import java.util.Optional;

/** The switch in a policy with which people hold what is begun by policy. */
final class Gate {
    private Gate() {}

    /** {@code its policy's gate is closed (storage firmware)}; empty while it is open. */
    static Optional<String> closed(Safety safety) {
        return safety.closed().map(why -> "its policy's gate is closed (" + why + ")");
    }
}
