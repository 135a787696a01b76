package io.portolan.agent.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sessions that were lost of late. One is lost when central forgets it; many in a row are lost when
 * two agents have one identity and each takes the other's session: they must not do so for ever.
 */
final class Losses {
    private static final Logger LOG = Logger.getLogger(Losses.class.getName());
    private static final Duration LATELY = Duration.ofMinutes(30);
    private static final int IN_ORDER = 5;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final ArrayDeque<Instant> times = new ArrayDeque<>();

    void add(Instant now) {
        while (!times.isEmpty() && times.getFirst().plus(LATELY).isBefore(now)) {
            times.removeFirst();
        }
        times.addLast(now);
    }

    /** How long to leave central alone; doubles with each further loss. */
    Duration pause() {
        int over = times.size() - IN_ORDER;
        if (over <= 0) {
            return Duration.ZERO;
        }
        Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(over - 1, 10));
        Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        LOG.log(
                Level.SEVERE,
                "{0} sessions were lost within {1}: another agent uses this identity. Let only one"
                        + " run with this state directory''s credential; join the other with a token"
                        + " of its own. The next session is asked for in {2}; what runs keeps"
                        + " running",
                new Object[] {times.size(), LATELY, bounded});
        return bounded;
    }
}
