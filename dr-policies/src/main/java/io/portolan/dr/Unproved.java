package io.portolan.dr;

import io.portolan.model.Uid;
import java.time.Instant;
import java.util.Optional;

/**
 * A cluster that may run what a failover wants to start elsewhere, and for which nobody has vouched
 * yet.
 *
 * @param why what is missing
 * @param attestable whether its own proof will not come by waiting alone, or has not come in time
 * @param silentSince when it was last heard, if it is not heard now
 */
public record Unproved(
        Uid cluster, String name, String why, boolean attestable, Optional<Instant> silentSince) {}
