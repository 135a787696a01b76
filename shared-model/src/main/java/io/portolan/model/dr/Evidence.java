package io.portolan.model.dr;

import io.portolan.model.Uid;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
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

    /**
     * F2 without a source: no cluster had the active role, and none was left that had it once and
     * had not shown since that it runs nothing.
     */
    record NeverActive() implements Evidence {
        @Override
        public String level() {
            return "F2";
        }
    }

    /**
     * F3: every grant that the cluster can have held has run out, and whatever runs the application
     * there ends itself when its grant does.
     *
     * @param epoch under which the role was taken
     * @param granted the longest grant that may have been outstanding
     * @param waited from when the waiting leader knew that the role was taken, on its steady clock
     */
    record Expired(Uid cluster, long epoch, Duration granted, Duration waited) implements Evidence {
        @Override
        public String level() {
            return "F3";
        }
    }

    /**
     * F4: the resource itself refuses the old writer, as was read back.
     *
     * @param epoch under which the role was taken
     * @param detail what was seen, as sessions that ended
     * @param at when it was read back
     */
    record Resource(Uid cluster, long epoch, String detail, Instant at) implements Evidence {
        @Override
        public String level() {
            return "F4";
        }
    }

    /**
     * F5: the machines are off, as was read back.
     *
     * @param epoch under which the role was taken
     * @param detail what was seen, as boot ids
     * @param at when it was read back
     */
    record PoweredOff(Uid cluster, long epoch, String detail, Instant at) implements Evidence {
        @Override
        public String level() {
            return "F5";
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

    /** One for each of several clusters that might have run it. As good as the weakest. */
    record All(List<Evidence> parts) implements Evidence {
        public All {
            parts = List.copyOf(parts);
            if (parts.isEmpty()) {
                throw new IllegalArgumentException("evidence of nothing");
            }
        }

        @Override
        public String level() {
            return parts.stream()
                    .map(p -> FenceLevel.valueOf(p.level()))
                    .min(Comparator.naturalOrder())
                    .orElseThrow()
                    .name();
        }

        @Override
        public boolean fencesSingleWriter() {
            return parts.stream().allMatch(Evidence::fencesSingleWriter);
        }
    }

    /**
     * Whether it is enough where so much is asked for. The agent's own proof always is: it saw that
     * what ran has ended, which F3 to F5 conclude of a cluster that nobody hears. Where nobody ever
     * had the role nothing is left to prove.
     */
    default boolean reaches(FenceLevel least) {
        return switch (this) {
            case All all -> all.parts.stream().allMatch(p -> p.reaches(least));
            case Demoted _, NeverActive _ -> true;
            case None _, Expired _, Resource _, PoweredOff _, Attested _ ->
                    FenceLevel.valueOf(level()).reaches(least);
        };
    }

    /** Whether a single writer may be promoted on it. */
    default boolean fencesSingleWriter() {
        return !(this instanceof None);
    }
}
