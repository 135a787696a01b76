package io.portolan.model.dr;

import io.portolan.model.Check;
import java.time.Duration;
import java.util.Locale;

/**
 * Whether an application returns to the cluster that it was failed over from.
 *
 * @param by who has it return
 * @param after for how long that cluster must have been healthy without a break
 */
public record Failback(By by, Duration after) {
    public static final Duration AFTER = Duration.ofMinutes(30);

    /** An operator has it return. */
    public static final Failback USUAL = new Failback(By.MANUAL, AFTER);

    /** Who has it return. */
    public enum By {
        MANUAL,
        /** Central, by a planned relocation that every rule of an automatic operation holds for. */
        AUTOMATIC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    void check(Check at) {
        at.at("after")
                .require(
                        after.compareTo(Duration.ofMinutes(1)) >= 0
                                && after.compareTo(Duration.ofDays(7)) <= 0,
                        "must be 1m..168h");
    }
}
