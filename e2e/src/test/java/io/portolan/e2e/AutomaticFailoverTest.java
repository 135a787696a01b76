package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.kubelet.Machines;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What central fails over by itself, and what keeps it from doing so. */
@ExtendWith(Machines.Extension.class)
class AutomaticFailoverTest {
    /** A leader younger than a minute moves nothing by itself, nor does it for a short silence. */
    private static final Duration OLD_ENOUGH = Duration.ofSeconds(150);

    private static final List<String> CLUSTERS = List.of("west", "north", "east");

    @Test
    void clustersThatFlapCauseOneFailoverInACooldown(Machines machines) {
        Scene scene = new Scene(machines.portolan(), "flapping");
        App app = automatic(scene, "front");
        String first = scene.active(app);
        scene.portolan().agent(first).toCentral().cut();
        try {
            Await.until(
                    "central to fail it over",
                    OLD_ENOUGH,
                    () -> !scene.active(app).equals(first),
                    () -> "\n--- the application\n" + scene.api().get(app.path()).body());
        } finally {
            scene.portolan().agent(first).toCentral().restore();
        }
        scene.awaitReach(first, "Ready");
        String second = scene.active(app);
        scene.awaitReady(second, app, 1);

        for (int flap = 0; flap < 2; flap++) {
            scene.portolan().agent(second).toCentral().cut();
            try {
                awaitProposal(scene, app, "Cooldown");
                assertEquals(second, scene.active(app));
            } finally {
                scene.portolan().agent(second).toCentral().restore();
            }
            scene.awaitReach(second, "Ready");
        }
        assertEquals(1, failovers(scene, app));
    }

    @Test
    void whenHalfTheFleetFallsSilentAtOnceNothingMovesAndTheOperatorIsToldWhy(Machines machines) {
        Scene scene = new Scene(machines.portolan(), "braked");
        App app = automatic(scene, "front");
        String home = scene.active(app);
        String other = CLUSTERS.stream().filter(c -> !c.equals(home)).findFirst().orElseThrow();
        scene.portolan().agent(home).toCentral().cut();
        scene.portolan().agent(other).toCentral().cut();
        try {
            String why = awaitProposal(scene, app, "Braked", "fell silent together");
            assertTrue(why.contains("failover"), why);
            assertEquals(home, scene.active(app));
            assertEquals(0, failovers(scene, app));
        } finally {
            scene.portolan().agent(other).toCentral().restore();
            scene.portolan().agent(home).toCentral().restore();
        }
        scene.awaitReach(home, "Ready");
        scene.awaitReach(other, "Ready");
        scene.awaitHealthy(app);
    }

    private static App automatic(Scene scene, String name) {
        App app =
                scene.app(name)
                        .command(Machines.WRITER)
                        .onOneOf(CLUSTERS.toArray(String[]::new))
                        .survives(
                                "{\"writers\": \"many\", \"trigger\": \"automatic\","
                                        + " \"toleration\": \"0s\"}");
        scene.putHealthy(app);
        return app;
    }

    /** Waits for what central says of failing it over by itself; returns the message. */
    private static String awaitProposal(Scene scene, App app, String reason, String... words) {
        return Await.value(
                "the proposal to be " + reason,
                OLD_ENOUGH,
                () ->
                        scene.condition(app, "FailoverProposed")
                                .filter(c -> c.get("reason").getAsString().equals(reason))
                                .map(c -> c.get("message").getAsString())
                                .filter(m -> Stream.of(words).allMatch(m::contains)),
                () -> "\n--- the application\n" + scene.api().get(app.path()).body());
    }

    private static int failovers(Scene scene, App app) {
        return scene.api()
                .get("/api/v1/tenants/" + app.tenant() + "/failovers")
                .expect(200)
                .json()
                .getAsJsonArray("items")
                .size();
    }
}
