package io.portolan.model.placement;

import io.portolan.model.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether an application that stands where it fits moves to where it would be better. Placement
 * itself never does so: it is proposed, and applied by hand or by the leader.
 *
 * @param minGain points that the preferences must give more, over all its clusters together; for
 *     less it stays, so that it cannot swing. Absent: see {@link #gainUnder}
 * @param cooldown how long after its last move none is proposed
 */
public record Rebalance(Apply apply, Optional<Integer> minGain, Duration cooldown) {
    public static final Duration COOLDOWN = Duration.ofHours(1);

    /** What holds where a policy does not say. */
    public static final Rebalance USUAL = new Rebalance(Apply.BY_HAND, Optional.empty(), COOLDOWN);

    private static final int MOST_POINTS = 100_000_000;
    private static final Duration LONGEST = Duration.ofDays(366);

    /** Who applies what is proposed. */
    public enum Apply {
        /** Nothing is proposed. */
        NEVER("never"),
        /** An operator or the tenant, by {@code portolan rebalance apply}. */
        BY_HAND("byHand"),
        /** The leader, a few at a time. */
        AUTOMATIC("automatic");

        private final String word;

        Apply(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /** The points that a move must gain: as said, or a tenth of what one cluster can have. */
    public int gainUnder(PlacementPolicySpec policy) {
        int weights = policy.prefer().stream().mapToInt(Preference::weight).sum();
        return minGain.orElse(Math.max(1, weights / 10));
    }

    void check(Check at) {
        minGain.ifPresent(points -> at.at("minGain").range(points, 1, MOST_POINTS));
        at.at("cooldown")
                .require(
                        !cooldown.isNegative() && cooldown.compareTo(LONGEST) <= 0,
                        "must be 0s.." + LONGEST.toDays() + "d");
    }
}
