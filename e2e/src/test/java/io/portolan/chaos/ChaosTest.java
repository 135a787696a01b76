package io.portolan.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Post;
import io.portolan.chaos.Note.Request;
import io.portolan.chaos.Note.Sign;
import io.portolan.chaos.Note.Told;
import io.portolan.chaos.Note.Verb;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
                } else if (kind == FaultKind.KILL) {
                    // So that another term begins, whatever the others hit.
                    chaos.nemesis()
                            .strikeLeader(kind, Duration.ofSeconds(1), Duration.ofSeconds(4));
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
            assertTried(recording);
        }
    }

    /** That nothing was broken says nothing where nothing was done. */
    private static void assertTried(Recording recording) {
        assertTrue(
                recording.of(Request.class).stream()
                        .anyMatch(
                                r ->
                                        r.client() >= 0
                                                && r.verb() != Verb.GET
                                                && r.outcome() == Outcome.DONE),
                "no write of a client was acknowledged");
        assertTrue(
                recording.terms().stream().anyMatch(t -> t.epoch() > 1),
                () -> "nobody followed the leader that was killed: " + recording.terms());
        Set<String> accepted =
                recording.of(Post.class).stream()
                        .filter(p -> p.outcome() == Outcome.DONE)
                        .map(Post::operation)
                        .collect(Collectors.toSet());
        assertTrue(
                recording.ends().stream().anyMatch(o -> o.ended() && accepted.contains(o.uid())),
                () -> "no failover was accepted and ended: " + recording.ends());
        for (int i = 0; i < Chaos.WATCHERS; i++) {
            String watcher = "watcher" + i;
            assertTrue(
                    recording.of(Told.class).stream()
                            .anyMatch(t -> t.watcher().equals(watcher) && change(t)),
                    () -> watcher + " was told of no change");
        }
    }

    /** Past the list, whose events carry no revision. */
    private static boolean change(Told told) {
        return (told.sign() == Sign.PUT || told.sign() == Sign.GONE) && told.revision() > 0;
    }
}
