package io.portolan.central.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nodes that take steps in any order, under advice that is as wrong as it can be: as when two hear
 * each other in one direction only and both are chosen.
 */
class ElectionInterleavingTest {
    private static final Duration LEASE = Duration.ofSeconds(3);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryStore store = new MemoryStore(() -> now);
    private int terms;

    /** One node with advice of the test's. */
    private final class Node implements Membership, Candidacy.Listener {
        private final String name;
        private boolean chosen;
        private boolean able = true;
        private int led;
        private Instant next = now;
        private final Candidacy candidacy;

        Node(String name) {
            this.name = name;
            this.candidacy =
                    new Candidacy(
                            store,
                            this,
                            name,
                            () -> "t" + ++terms,
                            () -> Duration.between(Instant.EPOCH, now).toNanos(),
                            LEASE,
                            this);
        }

        void step() {
            next = now.plus(candidacy.campaign());
        }

        boolean leads() {
            return candidacy.term().isPresent();
        }

        @Override
        public boolean chosen() {
            return chosen;
        }

        @Override
        public void able(boolean able) {
            this.able = able;
        }

        @Override
        public View view() {
            return new View(Set.of(name), chosen);
        }

        @Override
        public void led(Term term) {
            led++;
        }

        @Override
        public void deposed(Term term) {}

        @Override
        public void close() {}
    }

    /** Each node steps when it wants to; now and then it is late, and the advice turns. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void nobodyTakesTheLeadFromWhoProlongsTheLease(long seed) {
        Random random = new Random(seed);
        List<Node> nodes = List.of(new Node("a"), new Node("b"), new Node("c"));
        nodes.getFirst().step();
        for (int i = 0; i < 3_000; i++) {
            now = now.plusMillis(random.nextInt(300));
            for (Node node : nodes) {
                node.chosen = random.nextInt(10) == 0 ? !node.chosen : node.chosen;
                // Late by less than what a leader has to spare.
                boolean late = random.nextInt(4) == 0;
                if (!now.isBefore(node.next) && !late) {
                    node.step();
                }
            }
        }
        assertEquals(
                List.of(1, 0, 0), nodes.stream().map(n -> n.led).toList(), () -> "seed " + seed);
        assertTrue(nodes.getFirst().leads(), () -> "seed " + seed);
    }

    /** As the first, but processes freeze for any time: two never lead by the store's word. */
    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
    void someoneAlwaysLeadsAgainAndOnlyOneByTheStore(long seed) {
        Random random = new Random(seed);
        List<Node> nodes = List.of(new Node("a"), new Node("b"), new Node("c"));
        List<Instant> frozenUntil = new ArrayList<>(List.of(now, now, now));
        Instant led = now;
        for (int i = 0; i < 3_000; i++) {
            now = now.plusMillis(random.nextInt(200));
            for (int n = 0; n < nodes.size(); n++) {
                Node node = nodes.get(n);
                node.chosen = random.nextInt(10) == 0 ? !node.chosen : node.chosen;
                boolean others = frozenUntil.stream().filter(f -> f.isAfter(now)).count() < 2;
                if (others && random.nextInt(300) == 0) {
                    frozenUntil.set(n, now.plusMillis(random.nextInt(10_000)));
                }
                if (!frozenUntil.get(n).isAfter(now) && !now.isBefore(node.next)) {
                    node.step();
                }
            }
            List<Node> valid = nodes.stream().filter(this::mayWrite).toList();
            assertTrue(valid.size() <= 1, () -> "seed " + seed + ": two may write");
            if (valid.stream().anyMatch(n -> !frozenUntil.get(nodes.indexOf(n)).isAfter(now))) {
                led = now;
            }
            Instant since = led;
            assertTrue(
                    Duration.between(since, now).compareTo(Duration.ofSeconds(6)) < 0,
                    () -> "seed " + seed + ": nobody leads since " + since);
        }
    }

    private boolean mayWrite(Node node) {
        return node.candidacy
                .term()
                .map(t -> store.commit(new Authority.Leader(t), List.of(), List.of()))
                .filter(CommitResult.Committed.class::isInstance)
                .isPresent();
    }

    @Test
    void chosenOneFollowsAtTheEndOfTheLeaseAndOthersASecondLater() {
        Node a = new Node("a");
        Node b = new Node("b");
        Node c = new Node("c");
        a.step();
        c.chosen = true;
        now = now.plus(LEASE).minusMillis(1);
        b.step();
        c.step();
        assertEquals(List.of(false, false), List.of(b.leads(), c.leads()));
        now = now.plusMillis(1);
        b.step();
        assertEquals(false, b.leads());
        c.step();
        assertTrue(c.leads());
        now = now.plus(LEASE).plus(Candidacy.PATIENCE).minusMillis(1);
        b.step();
        assertEquals(false, b.leads());
        now = now.plusMillis(1);
        b.step();
        assertTrue(b.leads());
        assertEquals(Optional.empty(), c.candidacy.term().filter(t -> store.renew(t, LEASE)));
    }

    @Test
    void releasedLeaseIsFreeToWhoWasNotChosen() {
        Node a = new Node("a");
        Node b = new Node("b");
        a.step();
        a.candidacy.resign();
        b.step();
        assertTrue(b.leads());
        assertTrue(b.able);
    }
}
