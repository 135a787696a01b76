package io.portolan.central.leader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CandidacyTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private boolean silent;
    private Duration slowness = Duration.ZERO;
    private int terms;
    private final MemoryStore store = new MemoryStore(() -> now);
    private final List<String> told = new ArrayList<>();
    private final Candidacy a = candidate("a");
    private final Candidacy b = candidate("b");

    private Candidacy candidate(String name) {
        return new Candidacy(
                unreliable(),
                Membership.alone(name),
                name,
                () -> "t" + ++terms,
                () -> Duration.between(Instant.EPOCH, now).toNanos(),
                LEASE,
                new Candidacy.Listener() {
                    @Override
                    public void led(Term term) {
                        told.add(name + " led " + term.epoch());
                    }

                    @Override
                    public void deposed(Term term) {
                        told.add(name + " deposed " + term.epoch());
                    }
                });
    }

    /** The store, as far as it can be reached. */
    private Store unreliable() {
        return (Store)
                Proxy.newProxyInstance(
                        Store.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, arguments) -> {
                            if (silent) {
                                throw new Store.StoreException("silent", new Exception("test"));
                            }
                            try {
                                Object answer = method.invoke(store, arguments);
                                now = now.plus(slowness);
                                return answer;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    @Test
    void oneLeadsAndKeepsLeading() {
        assertEquals(
                Duration.ofMillis(3_333),
                a.campaign().truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        for (int i = 0; i < 20; i++) {
            assertEquals(Duration.ofMillis(200), b.campaign());
            pass(Duration.ofSeconds(3));
            a.campaign();
        }
        assertEquals(List.of("a led 1"), told);
        assertTrue(a.term().isPresent());
    }

    @Test
    void silentStoreDeposesBeforeAnotherCanLead() {
        a.campaign();
        silent = true;
        pass(Duration.ofSeconds(5));
        assertEquals(Duration.ofSeconds(1), a.campaign());
        assertEquals(Duration.ofSeconds(4), a.watch());
        assertEquals(List.of("a led 1"), told);
        pass(Duration.ofSeconds(4));
        a.watch();
        assertEquals(List.of("a led 1", "a deposed 1"), told);
        silent = false;
        b.campaign();
        assertEquals(Optional.empty(), b.term());
        pass(Duration.ofSeconds(1));
        b.campaign();
        assertEquals(List.of("a led 1", "a deposed 1", "b led 2"), told);
    }

    @Test
    void renewalThatCameTooLateIsNotBelieved() {
        a.campaign();
        slowness = Duration.ofSeconds(11);
        a.campaign();
        slowness = Duration.ZERO;
        assertEquals(List.of("a led 1", "a deposed 1"), told);
        a.campaign();
        assertEquals("a led 2", told.getLast());
    }

    @Test
    void electionThatCameTooLateIsGivenBack() {
        slowness = Duration.ofSeconds(9);
        a.campaign();
        slowness = Duration.ZERO;
        assertEquals(List.of(), told);
        b.campaign();
        assertEquals(List.of("b led 2"), told);
    }

    @Test
    void leaderThatSleptLearnsOfItsSuccessor() {
        a.campaign();
        Term old = a.term().orElseThrow();
        pass(LEASE);
        b.campaign();
        a.campaign();
        assertEquals(List.of("a led 1", "b led 2", "a deposed 1"), told);
        assertInstanceOf(
                CommitResult.Fenced.class,
                store.commit(new Authority.Leader(old), List.of(), List.of()));
        a.watch();
        assertEquals(3, told.size());
    }

    @Test
    void resigningLetsAnotherLeadAtOnce() {
        a.campaign();
        a.resign();
        b.campaign();
        a.campaign();
        a.resign();
        assertEquals(List.of("a led 1", "a deposed 1", "b led 2"), told);
    }

    @Test
    void resigningWithoutAStoreEndsTheTermHere() {
        a.campaign();
        silent = true;
        a.resign();
        assertEquals(List.of("a led 1", "a deposed 1"), told);
        assertFalse(a.term().isPresent());
    }
}
