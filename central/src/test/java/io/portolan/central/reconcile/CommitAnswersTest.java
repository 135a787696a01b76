package io.portolan.central.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.model.Uid;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CommitAnswersTest {
    private final World world = new World();
    private final World.Faults honest = world.faults;

    @BeforeEach
    void oneCluster() {
        world.cluster("c1", "eu-west");
        world.lead();
        world.agents.get("c1").join();
        world.pass(Duration.ofSeconds(1));
        world.commits.clear();
    }

    private Uid apply(String name) {
        return world.put(World.spec(1, World.on(1, ""), false), World.TENANT, name);
    }

    @Test
    void manyKeysBecomeFewCommitsOfBoundedSize() {
        for (int i = 0; i < 400; i++) {
            apply("app-" + i);
        }
        world.settle();

        int most = world.commits.stream().mapToInt(c -> c.writes().size()).max().orElseThrow();
        assertTrue(most >= LoopCore.BATCH && most < LoopCore.BATCH + 10, "largest " + most);
        long writes = world.commits.stream().mapToInt(c -> c.writes().size()).sum();
        assertTrue(
                world.commits.size() <= writes / LoopCore.BATCH + 2,
                writes + " writes in " + world.commits.size() + " commits");
        for (int i = 0; i < 400; i++) {
            assertEquals(
                    "revision 1 healthy on 0 of 1", world.status("app-" + i).summary(), "app-" + i);
        }
    }

    @Test
    void aConflictInABatchIsDecidedAgainInHalves() {
        for (int i = 0; i < 40; i++) {
            apply("app-" + i);
        }
        Uid stale = apply("stale");
        for (int i = 40; i < 64; i++) {
            apply("app-" + i);
        }
        world.faults =
                (store, commit) ->
                        of(stale, commit)
                                ? new CommitResult.Conflict("somebody else was first")
                                : honest.commit(store, commit);
        world.settle();

        for (int i = 0; i < 64; i++) {
            assertEquals(
                    "revision 1 healthy on 0 of 1", world.status("app-" + i).summary(), "app-" + i);
        }
        assertTrue(world.store.find(world.key("stale")).orElseThrow().status().isEmpty());
        int commits = world.commits.size();
        assertTrue(commits > 6 && commits <= 20, commits + " commits");

        apply("late");
        world.settle();
        assertEquals(commits + 1, world.commits.size(), "who is stale still goes alone");
        assertEquals("revision 1 healthy on 0 of 1", world.status("late").summary());
    }

    private static boolean of(Uid application, Effect.Commit commit) {
        return commit.writes().stream()
                .anyMatch(
                        w ->
                                w instanceof Write.Put(Row.WorkRow(var work))
                                        && work.application().equals(application));
    }

    @Test
    void aLastingConflictIsTriedAgainLaterAndLater() {
        apply("a");
        world.faults = (_, _) -> new CommitResult.Conflict("always");
        world.settle();
        int first = world.commits.size();

        world.pass(Duration.ofSeconds(60));

        int tries = world.commits.size() - first;
        assertTrue(tries >= 10 && tries <= 30, tries + " tries in a minute");
        world.faults = honest;
        world.pass(Duration.ofSeconds(6));
        assertEquals("revision 1 healthy on 0 of 1", world.status("a").summary());
    }

    @Test
    void anAnswerThatWasLostIsDecidedAgainFromWhatIsThere() {
        Uid app = apply("a");
        world.faults =
                (store, commit) -> {
                    world.faults = honest;
                    honest.commit(store, commit);
                    return new CommitResult.Unknown("cut");
                };
        world.settle();
        world.pass(Duration.ofSeconds(1));

        assertEquals(1, world.commits.size(), "it had happened, so nothing is left to do");
        assertEquals(1, placedEvents(app));

        Uid other = apply("b");
        world.faults =
                (store, commit) -> {
                    world.faults = honest;
                    return new CommitResult.Unknown("cut");
                };
        world.settle();
        world.pass(Duration.ofSeconds(1));
        assertEquals("revision 1 healthy on 0 of 1", world.status("b").summary());
        assertEquals(1, placedEvents(other));
    }

    private long placedEvents(Uid app) {
        return world.store.events(app, 50).stream()
                .filter(e -> e.reason().equals("Placed"))
                .count();
    }

    @Test
    void aStoreThatIsAwayIsWaitedFor() {
        apply("a");
        world.faults = (_, _) -> new CommitResult.Unavailable("down");
        world.settle();
        world.pass(Duration.ofSeconds(30));
        world.faults = honest;
        world.pass(Duration.ofSeconds(6));
        assertEquals("revision 1 healthy on 0 of 1", world.status("a").summary());
    }

    @Test
    void whoIsFencedDecidesNothingMore() {
        world.store.release(world.term);
        assertTrue(world.store.lead("other", "other", Duration.ofDays(1)).isPresent());
        apply("a");
        world.settle();

        assertFalse(world.core.leading());
        int commits = world.commits.size();
        apply("b");
        world.settle();
        world.pass(Duration.ofSeconds(10));
        assertEquals(commits, world.commits.size());
        assertTrue(world.store.find(world.key("a")).orElseThrow().status().isEmpty());
    }

    @Test
    void whoIsDeposedStopsAtOnceAndAnAnswerThatComesLateChangesNothing() {
        Uid app = apply("a");
        Effect.Commit[] late = new Effect.Commit[1];
        var changes = world.store.changes(world.core.image().revision(), 100);
        for (Effect effect :
                world.core.step(
                        new Event.Changed(world.core.image().revision(), changes), world.now)) {
            if (effect instanceof Effect.Commit commit) {
                late[0] = commit;
            }
        }
        assertTrue(world.core.step(new Event.Deposed(), world.now).isEmpty());
        assertTrue(
                world.core
                        .step(
                                new Event.Committed(late[0].id(), new CommitResult.Committed(99)),
                                world.now)
                        .isEmpty());
        assertFalse(world.core.leading());
        assertTrue(world.work("c1", app).isEmpty());
    }

    @Test
    void aKeyWaitsUntilTheImageHasItsOwnLastWrite() {
        Set<Long> revisions = new HashSet<>();
        boolean[] deaf = {true};
        world.faults =
                new World.Faults() {
                    @Override
                    public CommitResult commit(Store store, Effect.Commit commit) {
                        CommitResult result = honest.commit(store, commit);
                        if (result instanceof CommitResult.Committed(long revision)) {
                            revisions.add(revision);
                        }
                        return result;
                    }

                    @Override
                    public boolean newsArrive() {
                        return !deaf[0] || revisions.isEmpty();
                    }
                };
        apply("a");
        world.settle();
        assertEquals(1, world.commits.size());
        long looks = world.core.reconciled();

        world.pass(Duration.ofSeconds(20));
        assertEquals(1, world.commits.size());
        assertEquals(looks, world.core.reconciled(), "looked at an image behind its own write");
        deaf[0] = false;
        world.converge();
        assertEquals("revision 1 healthy on 1 of 1", world.status("a").summary());
    }
}
