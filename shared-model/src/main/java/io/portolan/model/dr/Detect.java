package io.portolan.model.dr;

import io.portolan.model.Check;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a silence means what for one application. What is absent is central's own: three, eight
 * and six heartbeats.
 *
 * @param suspect from this silence on something may be wrong: it is told
 * @param down from this silence on a cluster is believed to be down
 * @param back for how long a cluster must be heard again to count as back
 */
public record Detect(Optional<Duration> suspect, Optional<Duration> down, Optional<Duration> back) {
    /** All as central has it. */
    public static final Detect USUAL =
            new Detect(Optional.empty(), Optional.empty(), Optional.empty());

    void check(Check at) {
        suspect.ifPresent(d -> between(at.at("suspect"), d, Duration.ofMinutes(10), "3s..10m"));
        down.ifPresent(d -> between(at.at("down"), d, Duration.ofHours(1), "3s..1h"));
        back.ifPresent(d -> between(at.at("back"), d, Duration.ofMinutes(30), "3s..30m"));
        at.at("down")
                .require(
                        suspect.isEmpty()
                                || down.isEmpty()
                                || suspect.get().compareTo(down.get()) < 0,
                        "must be longer than detect.suspect: suspicion comes before belief");
    }

    private static void between(Check at, Duration d, Duration most, String words) {
        at.require(
                d.compareTo(Duration.ofSeconds(3)) >= 0 && d.compareTo(most) <= 0,
                "must be " + words);
    }
}
