package io.portolan.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The short form: each fault once, in a fixed order. {@code e2e/chaos} goes on for longer. */
class ChaosTest {
    @Test
    void everythingHoldsWhateverStrikes() throws Exception {
        long seed = Long.getLong("portolan.chaos.seed", System.nanoTime());
        System.err.println("chaos: seed " + seed + " (-Dportolan.chaos.seed=" + seed + ")");
        try (Chaos chaos = Chaos.start(seed)) {
            chaos.load();
            for (FaultKind kind : FaultKind.values()) {
                var skipped = Nemesis.unavailable(kind);
                if (skipped.isPresent()) {
                    System.err.println("chaos: no " + kind + ": " + skipped.get());
                } else {
                    chaos.nemesis().strike(kind, Duration.ofSeconds(1), Duration.ofSeconds(4));
                }
            }
            Recording recording = chaos.end();
            System.err.print(Summary.of(recording));
            assertEquals(
                    List.of(),
                    Checker.check(recording),
                    () -> "seed " + seed + ", history " + chaos.recorder().file());
        }
    }
}
