package io.portolan.central.reconcile;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.operation.Executor;
import io.portolan.central.store.Term;
import io.portolan.dr.HookAnswer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoopTest {
    /** Only for what never comes. */
    private static final Duration LONG = Duration.ofSeconds(60);

    private final World world = new World();

    private Loop start() {
        return Loop.start(
                world.store,
                InstantSource.system(),
                Thresholds.USUAL,
                Rebalancer.USUAL,
                new Executor(),
                call -> HookAnswer.of(call, true, ""),
                Optional::empty,
                _ -> {});
    }

    private boolean placed(String name) {
        return world.store.find(world.key(name)).orElseThrow().status().isPresent();
    }

    @Test
    void decidesWhileItLeadsAndOnlyThen() {
        world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "before");
        try (Loop loop = start()) {
            loop.led(world.term);
            await().atMost(LONG).until(() -> placed("before"));
            world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "meanwhile");
            await().atMost(LONG).until(() -> placed("meanwhile"));
            assertTrue(loop.commits() >= 2);
            await().atMost(LONG).until(() -> loop.depth() == 0);

            loop.deposed(world.term);
            world.store.release(world.term);
            Term second = world.store.lead("b", "b", Duration.ofDays(1)).orElseThrow();
            world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "after");
            long looks = loop.reconciled();
            await().during(Duration.ofMillis(300))
                    .atMost(LONG)
                    .until(() -> !placed("after") && loop.reconciled() == looks);

            loop.led(second);
            await().atMost(LONG).until(() -> placed("after"));
        }
    }

    @Test
    void noticesSilenceWithoutAnyChangeInTheStore() {
        world.cluster("c1", "eu-west");
        world.agents.get("c1").join();
        try (Loop loop = start()) {
            loop.led(world.term);
            await().atMost(LONG)
                    .until(
                            () ->
                                    world.clusterStatusIfAny("c1")
                                            .filter(s -> s.reach().toString().equals("Ready"))
                                            .isPresent());
            world.now = world.now.plusSeconds(60);
            await().atMost(LONG)
                    .until(
                            () ->
                                    world.clusterStatusIfAny("c1")
                                            .filter(s -> s.reach().toString().equals("Unreachable"))
                                            .isPresent());
        }
    }

    @Test
    void aLostTermIsNotLedByNamingItAgain() {
        world.store.release(world.term);
        assertTrue(world.store.lead("b", "b", Duration.ofDays(1)).isPresent());
        world.put(World.spec(1, World.on(1, ""), false), World.TENANT, "a");
        try (Loop loop = start()) {
            loop.led(world.term);
            await().atMost(LONG).until(() -> loop.reconciled() > 0);
            assertEquals(0, loop.commits());
            assertTrue(!placed("a"));
        }
    }
}
