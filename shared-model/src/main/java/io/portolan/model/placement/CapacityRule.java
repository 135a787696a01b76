package io.portolan.model.placement;

import io.portolan.model.Check;
import io.portolan.model.Percent;
import java.util.Locale;

/**
 * What a policy asks of the room in a cluster, for newcomers: what is there already is not evicted
 * for it.
 *
 * @param headroom of what the cluster's nodes can take: so much stays free after the application
 *     has come
 * @param unknown what to think of a cluster whose agent has not told its room
 */
public record CapacityRule(Percent headroom, Unknown unknown) {
    /** No headroom; a cluster that does not tell its room takes everything. */
    public static final CapacityRule USUAL = new CapacityRule(Percent.ZERO, Unknown.FITS);

    private static final int MOST_HEADROOM = 90;

    /** Whether a cluster of unknown room takes anything. */
    public enum Unknown {
        /** It is as good as one with room for all; the decision tells that nobody knows. */
        FITS,
        /** It takes nothing new that this policy governs. */
        REFUSES;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void check(Check at) {
        at.at("headroom")
                .require(
                        headroom.value() <= MOST_HEADROOM,
                        "must be 0%.." + MOST_HEADROOM + "%, was " + headroom);
    }
}
