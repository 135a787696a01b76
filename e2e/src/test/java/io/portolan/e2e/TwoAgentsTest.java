package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Agent;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two agents of one cluster with one Lease, as when a node is cut off and its pod comes twice. */
@ExtendWith(Fleet.Extension.class)
class TwoAgentsTest {
    private static final Duration TAKEOVER = Duration.ofMinutes(2);
    private static final String HOLDS = "holds the lease";
    private static final String LOST = "lost the lease";

    @Test
    void oneActsAndTheOtherTakesOverFromTheDeadAndTheFrozen(Fleet fleet) {
        Scene scene = new Scene(fleet, "lease");
        Agent regular = scene.portolan().agent("eu-west");
        Live live = scene.live("eu-west");
        live.create(
                "v1/namespaces",
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"agents\"}}");
        regular.kill();
        try (Agent first = twin(regular);
                Agent second = twin(regular)) {
            Await.until("one to hold the lease", TAKEOVER, () -> holds(first) || holds(second));
            Agent dead = holds(first) ? first : second;
            Agent frozen = dead == first ? second : first;
            dead.awaitWelcome();
            dead.process().awaitLine("central speaks h2", TAKEOVER);
            frozen.process().awaitLine("waits for the lease", TAKEOVER);
            assertFalse(holds(frozen));

            dead.kill();
            frozen.process().awaitLine(HOLDS, TAKEOVER);
            frozen.awaitWelcome();
            scene.putHealthy(scene.app("one").on("eu-west"));

            frozen.process().pause();
            try (Agent third = twin(regular)) {
                third.process().awaitLine(HOLDS, TAKEOVER);
                third.awaitWelcome();
                String holder = holder(live);
                frozen.process().resume();
                frozen.process().awaitLine(LOST, TAKEOVER);
                scene.putHealthy(scene.app("two").on("eu-west"));
                assertTrue(holder.equals(holder(live)), "the one that woke took the lease");
                assertTrue(
                        frozen.process().output().lastIndexOf(LOST)
                                > frozen.process().output().lastIndexOf(HOLDS),
                        "the one that woke believes to hold it");
            }
            // It was stopped gracefully, so the lease is free.
            Await.until(
                    "the one that woke to hold it",
                    TAKEOVER,
                    () -> frozen.process().output().split(HOLDS, -1).length == 3);
            scene.putHealthy(scene.app("three").on("eu-west"));
        } finally {
            regular.start();
            regular.awaitWelcome();
        }
    }

    private static Agent twin(Agent of) {
        return of.twin("--lease-namespace", "agents");
    }

    private static boolean holds(Agent agent) {
        return agent.process().output().contains(HOLDS);
    }

    private static String holder(Live live) {
        JsonObject lease =
                live.get("coordination.k8s.io/v1/leases", "agents", "portolan-agent").orElseThrow();
        return lease.getAsJsonObject("spec").get("holderIdentity").getAsString();
    }
}
