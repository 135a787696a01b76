package io.portolan.model.dr;

import io.portolan.model.Uid;
import java.time.Instant;
import java.util.List;

/**
 * Why it is believed that the source no longer runs the active role. The levels are those of
 * DESIGN.md section 7; a promotion of a single writer carries one that is at least F2.
 */
public sealed interface Evidence {
    String level();

    /** F0: nothing was proved; enough for stateless applications only. */
    record None(String why) implements Evidence {
        @Override
        public String level() {
            return "F0";
        }
    }

    /**
     * F2: the source's agent acknowledged the demote sequence and a consistent list shows no pod.
     */
    record Demoted(Uid cluster, long sequence, long epoch) implements Evidence {
        @Override
        public String level() {
            return "F2";
        }
    }

    /** F2 without a source: no cluster ever ran the active role. */
    record NeverActive() implements Evidence {
        @Override
        public String level() {
            return "F2";
        }
    }

    /** F6: an operator swears to it, with a reason. */
    record Attested(List<Uid> clusters, String operator, String reason, Instant at)
            implements Evidence {
        public Attested {
            clusters = List.copyOf(clusters);
        }

        @Override
        public String level() {
            return "F6";
        }
    }

    /** Whether a single writer may be promoted on it. */
    default boolean fencesSingleWriter() {
        return !(this instanceof None);
    }
}
