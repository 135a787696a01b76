package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Portolan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is told of a loss, and the loss. */
@ExtendWith(Fleet.Extension.class)
class WhatIfTest {
    private static final String WEST = "eu-west";

    @Test
    void aRegionIsLostAsItWasSimulated(Fleet fleet) {
        try (Portolan own = fleet.installation("whatif", WEST, "eu-north", "us-east")) {
            Scene scene = new Scene(fleet, own, "whatif");
            App web = scene.app("web").on(WEST);
            App tax = scene.app("tax").on(WEST);
            App ledger = scene.app("ledger").on(WEST).singleWriter();
            for (App app : List.of(web, tax, ledger)) {
                scene.putHealthy(app);
            }
            scene.putHealthy(web.onOneOf(WEST, "us-east"));
            scene.putHealthy(ledger.on(WEST, "eu-north"));
            // It first shows that it runs nothing; before that it could not take over.
            scene.awaitRole(ledger, "eu-north", "Standby");
            JsonObject told = simulated(own, "region=" + region(scene));
            Map<String, String> expected = new TreeMap<>();
            told.getAsJsonArray("changes")
                    .forEach(c -> expected.put(name(c), outcome(c) + " " + to(c)));
            assertEquals(
                    Map.of(
                            "ledger", "NeedsFailover [eu-north]",
                            "tax", "DoesNotFit []",
                            "web", "Fits [us-east]"),
                    expected);
            Await.until(
                    "the standing answer to say the same",
                    Scene.LATER,
                    () -> standing(scene).equals("DoesNotFit 3"),
                    () -> scene.api().get("/api/v1/losses").body());
            assertTrue(
                    own.cli("cluster", "health").toString().contains("cannot be lost now"),
                    "the fleet's status tells of it");

            lose(scene, own, ledger);

            for (App app : List.of(web, tax, ledger)) {
                String after = expected.get(app.name());
                Await.until(
                        app.name() + " to be as simulated: " + after,
                        Scene.SOON,
                        () -> after.endsWith(" " + scene.actives(app)),
                        () -> "\n--- the application\n" + scene.api().get(app.path()).body());
            }
            scene.awaitReady("us-east", web, 1);
        }
    }

    /** As an operator does it who believes that it is gone for good. */
    private static void lose(Scene scene, Portolan own, App ledger) {
        own.agent(WEST).toCentral().cut();
        scene.awaitReach(WEST, "Unreachable");
        String path = scene.failover(ledger, "eu-north");
        scene.awaitState(path, "Fencing");
        String failover = "whatif/" + path.substring(path.lastIndexOf('/') + 1);
        own.cli("failover", "attest", failover, "--reason", "burnt down").expect(0);
        scene.awaitState(path, "Completed");
        own.cli("cluster", "forget", WEST, "--reason", "burnt down").expect(0);
    }

    private static String region(Scene scene) {
        return scene.api()
                .get("/api/v1/clusters/" + WEST)
                .expect(200)
                .json()
                .getAsJsonObject("spec")
                .getAsJsonObject("location")
                .get("region")
                .getAsString();
    }

    private static JsonObject simulated(Portolan own, String lose) {
        return JsonParser.parseString(
                        own.cli("simulate", "--lose", lose, "-o", "json").expect(0).out())
                .getAsJsonObject();
    }

    private static String standing(Scene scene) {
        Api.Answer answer = scene.api().get("/api/v1/losses");
        if (answer.status() == 503) {
            return "not known yet";
        }
        for (JsonElement item : answer.expect(200).json().getAsJsonArray("items")) {
            JsonObject loss = item.getAsJsonObject();
            if (loss.get("kind").getAsString().equals("Cluster")
                    && loss.get("name").getAsString().equals(WEST)) {
                return loss.get("answer").getAsString() + " " + loss.get("applications").getAsInt();
            }
        }
        return "";
    }

    private static String name(JsonElement change) {
        return change.getAsJsonObject().get("name").getAsString();
    }

    private static String outcome(JsonElement change) {
        return change.getAsJsonObject().get("outcome").getAsString();
    }

    private static String to(JsonElement change) {
        return change.getAsJsonObject().getAsJsonArray("to").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(p -> p.get("role").getAsString().equals("Active"))
                .map(p -> p.get("cluster").getAsString())
                .toList()
                .toString();
    }
}
