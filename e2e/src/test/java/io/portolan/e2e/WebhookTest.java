package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Agent;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Webhook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An admission webhook of somebody else rewrites what we apply, and is away for a while. */
@ExtendWith(Fleet.Extension.class)
class WebhookTest {
    private static final String CONFIGURATIONS =
            "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private static final String MODE =
            "[{\"op\": \"replace\", \"path\": \"/data/mode\", \"value\": \"by-webhook\"}]";

    @Test
    void webhookThatRewritesAFieldIsSaidAndNotFoughtAndOneThatIsAwayIsToldInKubernetesWords(
            Fleet fleet) {
        Owned owned = new Owned(fleet, "webhooks");
        owned.scene().cluster(Fleet.BARE).createNamespace("webhooks");
        try (Webhook webhook = Webhook.answering(MODE)) {
            owned.live().create(CONFIGURATIONS, configuration(webhook));
            // A webhook acts some time after it was made.
            Await.until("the webhook to act", Scene.SOON, () -> acts(owned));
            App app = app(owned, "ours", "ours");
            owned.scene().put(app);
            owned.awaitSays(app, "FieldsAltered");
            owned.awaitSays(app, ".data.mode");
            owned.scene().awaitHealthy(app);
            assertEquals("by-webhook", owned.mode("mutated"));

            int asked = webhook.asked();
            String version = version(owned);
            restart(owned);
            assertEquals(version, version(owned), "a new agent writes it again");
            compareAll(owned);
            assertEquals(version, version(owned), "a full comparison writes it again");
            assertTrue(webhook.asked() <= asked + 2, "it is written again and again");
            owned.awaitSays(app, "FieldsAltered");
            owned.scene().awaitHealthy(app);

            webhook.down();
            App newer = app(owned, "newer", "newer");
            owned.scene().put(newer);
            owned.awaitSays(newer, "failed calling webhook \\\"modes.example.com\\\"");
            owned.awaitSays(newer, "connection refused");
            owned.awaitMode("beside", "newer");
            owned.scene().api().awaitHealth("webhooks", "shop", "Progressing", Scene.SOON);
            assertEquals(version, version(owned));

            webhook.up();
            owned.scene().awaitHealthy(newer);
            assertEquals("by-webhook", owned.mode("mutated"));
            owned.awaitSays(newer, "FieldsAltered");
        } finally {
            owned.live().delete(CONFIGURATIONS, "", "modes");
        }
    }

    private static App app(Owned owned, String mutated, String beside) {
        return owned.app(
                "shop", owned.configMap("mutated", mutated), owned.configMap("beside", beside));
    }

    /** A new process has compared everything when it has taken back what happened meanwhile. */
    private static void restart(Owned owned) {
        Agent agent = owned.scene().portolan().agent(Fleet.BARE);
        agent.kill();
        owned.edit("beside", "edited while no agent ran");
        agent.start();
        agent.awaitWelcome();
        owned.awaitMode("beside", "ours");
    }

    /** An API server that started anew has no history to go on from, so all is listed. */
    private static void compareAll(Owned owned) {
        Agent agent = owned.scene().portolan().agent(Fleet.BARE);
        agent.process().pause();
        owned.edit("beside", "edited while the agent was frozen");
        owned.scene().cluster(Fleet.BARE).apiServer().restart();
        agent.process().resume();
        agent.process().awaitLine("looked through \\d+ ConfigMap", Scene.SOON);
        owned.awaitMode("beside", "ours");
    }

    private static boolean acts(Owned owned) {
        return owned.live()
                .applyByForce("v1/configmaps", "probe", owned.configMap("mutated-probe", "probe"))
                .toString()
                .contains("by-webhook");
    }

    private static String version(Owned owned) {
        return owned.live()
                .get("v1/configmaps", "webhooks", "mutated")
                .orElseThrow()
                .getAsJsonObject("metadata")
                .get("resourceVersion")
                .getAsString();
    }

    private static String configuration(Webhook webhook) {
        return """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "metadata": {"name": "modes"},
         "webhooks": [{"name": "modes.example.com", "failurePolicy": "Fail", "sideEffects": "None",
          "admissionReviewVersions": ["v1"], "timeoutSeconds": 5,
          "clientConfig": {"url": "%s", "caBundle": "%s"},
          "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "webhooks"}},
          "matchConditions": [{"name": "named", "expression": "request.name.startsWith('mutated')"}],
          "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}]}]}
        """
                .formatted(webhook.url(), webhook.caBundle());
    }
}
