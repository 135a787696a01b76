package io.portolan.central.leader;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Term;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private final MemoryStore store = new MemoryStore(Clock.systemUTC());
    private final List<String> told = new CopyOnWriteArrayList<>();

    private Leadership start(String name) {
        return Leadership.start(
                store,
                _ -> Membership.alone(name),
                Duration.ofSeconds(30),
                new Candidacy.Listener() {
                    @Override
                    public void led(Term term) {
                        told.add(name + " led");
                    }

                    @Override
                    public void deposed(Term term) {
                        told.add(name + " deposed");
                    }
                });
    }

    @Test
    void successorLeadsAfterAGracefulClose() {
        try (Leadership a = start("a")) {
            await().until(() -> a.term().isPresent());
            try (Leadership b = start("b")) {
                a.close();
                await().until(() -> b.term().isPresent());
                assertEquals(List.of("a led", "a deposed", "b led"), told);
            }
        }
        assertEquals("b deposed", told.getLast());
    }
}
