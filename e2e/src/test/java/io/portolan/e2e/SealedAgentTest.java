package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.InstalledAgent;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The install manifest with all that it can hold: a right over Secrets, a volume and its class. */
@ExtendWith(Fleet.Extension.class)
class SealedAgentTest {
    private static final String AGENT = "portolan-agent";
    private static final String SECRETS = "v1/secrets";
    private static final String VOLUMES = "v1/persistentvolumes";
    private static final String ROLES = "rbac.authorization.k8s.io/v1/clusterroles";
    private static final String BINDINGS = "rbac.authorization.k8s.io/v1/clusterrolebindings";

    @Test
    void agentWithAVolumeMayHoldSecretsUntilTheRoleIsTakenAway(Fleet fleet) {
        KubeCluster cluster = fleet.clusters().get("eu-north");
        Live live = cluster.live();
        try (Portolan own = Portolan.start(fleet.postgres().freshDatabase("sealed"), List.of())) {
            String manifest = own.cli(JOIN).expect(0).out();
            live.create(VOLUMES, VOLUME);
            try (InstalledAgent agent = InstalledAgent.install(cluster, manifest)) {
                // The pod runs only when the claim of the manifest is bound.
                live.awaitReady(InstalledAgent.NAMESPACE, AGENT, 1, Scene.LATER);
                String claim =
                        live.get("v1/persistentvolumeclaims", InstalledAgent.NAMESPACE, AGENT)
                                .orElseThrow()
                                .toString();
                assertTrue(claim.contains("\"volumeName\":\"agents\""), claim);
                String deployment =
                        live.get("apps/v1/deployments", InstalledAgent.NAMESPACE, AGENT)
                                .orElseThrow()
                                .toString();
                assertTrue(
                        deployment.contains(
                                "\"persistentVolumeClaim\":{\"claimName\":\"portolan-agent\"}"),
                        deployment);
                secrets(own, agent, live);
            } finally {
                uninstall(live);
            }
        }
    }

    private static void secrets(Portolan own, InstalledAgent agent, Live live) {
        Api api = own.api();
        own.createTenant("sealed");
        App app = new App("sealed", "secrets").manifests(secret("b25l")).on("eu-north");
        api.put(app.path(), app.json()).expect(200);
        api.awaitHealth("sealed", "secrets", "Healthy", Scene.SOON);
        assertEquals("b25l", password(live));
        live.mergePatch(SECRETS, "sealed", "login", "{\"data\": {\"password\": \"eA==\"}}");
        Await.until("the edit to be taken back", Scene.SOON, () -> password(live).equals("b25l"));

        live.delete(ROLES, "", "portolan-agent-secrets");
        Await.until(
                "the right to be gone",
                Scene.SOON,
                () ->
                        !live.get(ROLES, "", "portolan-agent-extra")
                                .orElseThrow()
                                .get("rules")
                                .toString()
                                .contains("secrets"));
        app.manifests(secret("dHdv"));
        api.put(app.path(), app.json()).expect(200);
        api.awaitStatus("sealed", "secrets", "portolan.io/agent-may", Scene.LATER);
        assertEquals("b25l", password(live));

        JsonObject role = agent.object("ClusterRole", "portolan-agent-secrets");
        live.apply(ROLES, "kubectl", role.toString());
        Await.until("the new one", Scene.LATER, () -> password(live).equals("dHdv"));
        api.awaitHealth("sealed", "secrets", "Healthy", Scene.SOON);
        api.delete(app.path()).expect(202);
        live.awaitGone(SECRETS, "sealed", "login", Scene.SOON);
    }

    /** As docs/operations/agents.md says; the volume is the test's. */
    private static void uninstall(Live live) {
        live.delete("v1/namespaces", "", InstalledAgent.NAMESPACE);
        for (String name : List.of(AGENT, AGENT + "-extra", AGENT + "-secrets")) {
            live.delete(ROLES, "", name);
            live.delete(BINDINGS, "", name);
        }
        live.awaitGone("v1/namespaces", "", InstalledAgent.NAMESPACE, Scene.LATER);
        live.delete(VOLUMES, "", "agents");
    }

    private static String password(Live live) {
        return live.get(SECRETS, "sealed", "login")
                .map(o -> o.getAsJsonObject("data").get("password").getAsString())
                .orElse("");
    }

    private static String secret(String password) {
        return """
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "login"}, "data": {"password": "%s"}}
        """
                .formatted(password);
    }

    private static final String[] JOIN = {
        "cluster",
        "join",
        "eu-north",
        "--region",
        "eu-north",
        "--manifest",
        "--with-secrets",
        "--volume",
        "1Gi",
        "--storage-class",
        "agents"
    };

    private static final String VOLUME =
            """
            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "agents"},
             "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "agents",
              "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/agents"}}}
            """;
}
