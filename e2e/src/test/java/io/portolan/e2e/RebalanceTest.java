package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Something better comes: nothing moves until somebody says so, and then without a gap. */
@ExtendWith(Fleet.Extension.class)
class RebalanceTest {
    private static final String WEST = "eu-west";
    private static final String NORTH = "eu-north";

    @Test
    void aCheaperClusterMovesNothingUntilItIsOrderedAndThenMakesBeforeItBreaks(Fleet fleet)
            throws Exception {
        try (Portolan own = fleet.installation("rebalanced", WEST)) {
            Scene scene = new Scene(fleet, own, "rebalanced");
            price(own, WEST, 30);
            // Slow to start, so that stopping before the start would show.
            App front =
                    scene.app("front")
                            .image("example.invalid/starts-slowly:1")
                            .placement(
                                    """
                                    {"prefer": [{"lowest": "cost", "weight": 100}],
                                     "rebalance": {"cooldown": "1s"}}
                                    """);
            scene.putHealthy(front);
            scene.awaitReady(WEST, front, 1);
            String nothing = own.cli("rebalance").expect(0).out();
            assertTrue(nothing.startsWith("no application would be better elsewhere"), nothing);

            own.join(fleet.clusters().get(NORTH));
            price(own, NORTH, 2);
            // What waits for the new cluster runs there, so what is elsewhere has seen it come.
            App late = scene.app("late").on(NORTH);
            scene.putHealthy(late);
            scene.awaitReady(NORTH, late, 1);
            assertEquals(1, scene.ready(WEST, front), "nothing moves by itself");
            assertEquals(0, scene.pods(NORTH, front));

            String told = own.cli("rebalance", "--tenant", "rebalanced").expect(0).out();
            assertTrue(told.startsWith("1 application would be better elsewhere"), told);
            assertTrue(told.contains("100 points more: lowest cost 100"), told);
            try (Overlap gap =
                    Overlap.watch(
                            () -> scene.ready(WEST, front) + scene.ready(NORTH, front) == 0)) {
                String way = own.cli("rebalance", "apply", "rebalanced/front").expect(0).out();
                assertTrue(way.contains("rebalanced/front is on " + NORTH), way);
                scene.awaitReady(NORTH, front, 1);
                scene.awaitNothingLeft(WEST, front);
                assertFalse(gap.seen(), "front was ready nowhere");
            }
            String again = own.cli("rebalance").expect(0).out();
            assertTrue(again.startsWith("no application would be better elsewhere"), again);

            String why = own.cli("why", "app", "rebalanced/front").expect(0).out();
            assertTrue(why.contains("because: rebalance applied by "), why);
            assertTrue(why.contains(": 100 points more: lowest cost 100"), why);
            String table = own.cli("why", "app", "rebalanced/front", "--all").expect(0).out();
            assertTrue(table.contains("would be placed: 1 of 2 clusters"), table);
        }
    }

    private static void price(Portolan own, String cluster, int cost) {
        own.api()
                .patch(
                        "/api/v1/clusters/" + cluster,
                        "{\"metadata\": {\"labels\": {\"cost\": \"%d\"}}}".formatted(cost))
                .expect(200);
    }
}
