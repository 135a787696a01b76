package io.portolan.dr;

import io.portolan.model.dr.Safety;
import io.portolan.model.dr.Safety.Freeze;
import java.time.Instant;
import java.util.Optional;

/**
 * That nothing is begun by policy now, because a window of the policy says so.
 *
 * @param until when the last of the windows that follow each other ends
 */
public record Frozen(Freeze by, Instant until) {
    /** Empty where no window holds. Windows are of the wall clock of their zone. */
    public static Optional<Frozen> at(Safety safety, Instant now) {
        return safety.freeze().stream()
                .filter(f -> f.until(now, safety.inZone()).isPresent())
                .findFirst()
                .map(f -> new Frozen(f, safety.frozenUntil(now).orElseThrow()));
    }

    /** {@code frozen 22:00-06:00 on sat (peak): until 2026-11-22T06:00:00Z}. */
    public String words() {
        return "frozen " + by.words() + " (" + by.why() + ") until " + until;
    }
}
