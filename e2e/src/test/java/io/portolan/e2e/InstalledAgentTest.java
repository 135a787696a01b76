package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Audit;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.InstalledAgent;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An agent that was installed by its manifest and has the rights of its service account alone, on
 * an API server that writes down what it asks.
 */
@ExtendWith(Fleet.Extension.class)
class InstalledAgentTest {
    private static final String AGENT = "portolan-agent";

    private static KubeClusters clusters;
    private static Portolan portolan;
    private static InstalledAgent agent;

    @BeforeAll
    static void install(Fleet fleet) {
        clusters =
                KubeClusters.start(
                        ClusterSpec.working("inside", "eu-west").auditing(InstalledAgent.USER),
                        ClusterSpec.apiOnly("outside", "eu-north"));
        portolan =
                Portolan.start(
                        fleet.postgres().freshDatabase("installed"),
                        List.of(clusters.get("outside")));
        String manifest =
                portolan.cli("cluster", "join", "inside", "--region", "eu-west", "--manifest")
                        .expect(0)
                        .out();
        agent = InstalledAgent.install(clusters.get("inside"), manifest);
    }

    @AfterAll
    static void end() {
        if (agent != null) {
            agent.close();
        }
        if (portolan != null) {
            portolan.close();
        }
        if (clusters != null) {
            clusters.close();
        }
    }

    @Test
    void everyRightOfTheBaseRoleIsUsedAndNoneIsMissing() {
        portolan.createTenant("kinds");
        App app = new App("kinds", "all").manifests(EveryKind.objects("1")).on("inside");
        put(app);
        awaitEach("1");
        put(app.manifests(EveryKind.objects("2")));
        awaitEach("2");
        // What is deleted by hand is seen by a watch, and made again.
        live().delete("v1/configmaps", "kinds", "one");
        live().awaitExists("v1/configmaps", "kinds", "one", Scene.SOON);
        // Volume claims are deleted where that is said only.
        api().delete(app.path() + "?deleteVolumes=true").expect(202);
        Await.until("the end", Scene.LATER, () -> api().get(app.path()).status() == 404);

        Set<String> granted = new TreeSet<>();
        granted.addAll(Audit.rights(agent.object("ClusterRole", AGENT)));
        granted.addAll(Audit.rights(agent.object("Role", AGENT)));
        assertTrue(granted.size() > 90, granted::toString);
        Await.until(
                "every right to be used",
                Scene.LATER,
                () -> Audit.of(inside()).used().containsAll(granted),
                () -> "\n--- never used: " + without(granted, Audit.of(inside()).used()));
        // Each kind is listed once for what an earlier life may have left; one that may not be
        // listed
        // is passed over. Limit ranges are what another test asks for without a right.
        assertEquals(
                List.of(),
                Audit.of(inside()).refused().stream()
                        .filter(r -> !r.startsWith("list ") && !r.endsWith("/limitranges"))
                        .toList());
    }

    @Test
    void applicationLivesItsLifeUnderTheServiceAccount() {
        portolan.createTenant("inner");
        App app = new App("inner", "checkout").replicas(2).port(8080).on("inside");
        put(app);
        api().awaitHealth("inner", "checkout", "Healthy", Scene.SOON);
        put(app.image("example/app:2"));
        Await.until(
                "the new image",
                Scene.SOON,
                () -> deployment("inner", "checkout").toString().contains("example/app:2"));
        live().mergePatch(
                        "apps/v1/deployments",
                        "inner",
                        "checkout",
                        "{\"spec\": {\"replicas\": 5}}");
        Await.until(
                "two replicas again",
                Scene.SOON,
                () ->
                        deployment("inner", "checkout")
                                        .getAsJsonObject("spec")
                                        .get("replicas")
                                        .getAsInt()
                                == 2);

        App ledger = new App("inner", "ledger").singleWriter().on("inside");
        put(ledger);
        api().awaitHealth("inner", "ledger", "Healthy", Scene.SOON);
        // A standby would have to show that it runs nothing, and no controller speaks outside.
        put(ledger.onOneOf("inside", "outside"));
        api().post(
                        "/api/v1/tenants/inner/failovers",
                        "{\"application\": \"ledger\", \"to\": \"outside\", \"reason\": \"test\"}")
                .expect(201);
        // No kubelet runs outside, so it stays at that; the proof came from inside.
        Await.until(
                "the promotion",
                Scene.SOON,
                () ->
                        clusters.get("outside")
                                .live()
                                .get("apps/v1/deployments", "inner", "ledger")
                                .filter(
                                        d ->
                                                d.getAsJsonObject("spec").get("replicas").getAsInt()
                                                        == 1)
                                .isPresent());
        assertEquals(
                0,
                live().list("v1/pods", "inner", "").stream()
                        .filter(p -> p.toString().contains("\"ledger-"))
                        .count());

        api().delete(app.path());
        Await.until(
                "nothing to be left",
                Scene.SOON,
                () -> live().get("apps/v1/deployments", "inner", "checkout").isEmpty());
    }

    @Test
    void kindWithoutARightIsRefusedInKubernetesWordsAndARuleHeals() {
        portolan.createTenant("limits");
        App app =
                new App("limits", "bounded")
                        .manifests(
                                """
                                {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "small"},
                                 "spec": {"limits": [{"type": "Pod", "max": {"cpu": "2"}}]}}
                                """)
                        .on("inside");
        put(app);
        api().awaitStatus("limits", "bounded", "cannot get resource", Scene.SOON);
        String said = api().status("limits", "bounded").toString();
        assertTrue(said.contains("limitranges"), said);
        assertTrue(said.contains("portolan.io/agent-may"), said);
        assertTrue(live().get("v1/limitranges", "limits", "small").isEmpty());

        live().apply(
                        "rbac.authorization.k8s.io/v1/clusterroles",
                        "kubectl",
                        """
                        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
                         "metadata": {"name": "limit-ranges", "labels": {"portolan.io/agent-may": "true"}},
                         "rules": [{"apiGroups": [""], "resources": ["limitranges"],
                           "verbs": ["get", "list", "watch", "create", "patch", "delete"]}]}
                        """);
        api().awaitHealth("limits", "bounded", "Healthy", Scene.LATER);
        assertTrue(live().get("v1/limitranges", "limits", "small").isPresent());
    }

    @Test
    void agentWhosePodMovesIsTheSameAgentAndFindsWhatItHolds() {
        portolan.createTenant("moving");
        App app = new App("moving", "kept").on("inside");
        put(app);
        api().awaitHealth("moving", "kept", "Healthy", Scene.SOON);
        String uid = uid(deployment("moving", "kept"));

        agent.move();

        put(app.image("example/app:2"));
        Await.until(
                "the new image",
                Scene.SOON,
                () -> deployment("moving", "kept").toString().contains("example/app:2"));
        api().awaitHealth("moving", "kept", "Healthy", Scene.SOON);
        assertEquals(uid, uid(deployment("moving", "kept")));
        assertFalse(agent.object("Secret", "portolan-agent-credential").has("data"));
    }

    @Test
    void kubeletsProbesAreAnswered() throws IOException {
        for (String path : List.of("/livez", "/readyz")) {
            HttpURLConnection call =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + agent.healthPort() + path)
                                    .toURL()
                                    .openConnection();
            assertEquals(200, call.getResponseCode(), path);
            call.disconnect();
        }
        // The namespace enforces the restricted standard: a pod that breaks it is never made.
        live().awaitReady(InstalledAgent.NAMESPACE, AGENT, 1, Scene.LATER);
    }

    @Test
    void agentIsRolledAsAnApplicationAndCentralTellsWhoIsBehind() {
        Await.until(
                "the agent to have told its version",
                Scene.SOON,
                () -> cluster("inside").contains("\"AgentCurrent\""));
        api().patch("/api/v1/clusters/inside", "{\"spec\": {\"agent\": {\"version\": \"9.9.9\"}}}")
                .expect(200);
        Await.until(
                "the condition",
                Scene.SOON,
                () -> cluster("inside").contains("wanted is 9.9.9: give its Deployment"));
        String wide = portolan.cli("get", "clusters", "-o", "wide").expect(0).out();
        assertTrue(wide.lines().anyMatch(l -> l.contains("9.9.9") && l.contains(" no ")), wide);

        JsonObject next = agent.object("Deployment", AGENT).deepCopy();
        next.getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .getAsJsonArray("containers")
                .get(0)
                .getAsJsonObject()
                .addProperty("image", "portolan-agent:9.9.9");
        portolan.createTenant(InstalledAgent.NAMESPACE);
        App app =
                new App(InstalledAgent.NAMESPACE, "agent")
                        .manifests(next.toString())
                        .annotation("portolan.io/adopt", "true")
                        .on("inside");
        put(app);
        Await.until(
                "the new image",
                Scene.SOON,
                () ->
                        deployment(InstalledAgent.NAMESPACE, AGENT)
                                .toString()
                                .contains("portolan-agent:9.9.9"));
        api().awaitHealth(InstalledAgent.NAMESPACE, "agent", "Healthy", Scene.SOON);
        assertTrue(cluster("inside").contains("wanted is 9.9.9"), "no pod was replaced yet");

        Proc former = agent.process();
        agent.roll("9.9.9");
        assertFalse(former.isAlive());
        Await.until(
                "the new agent to tell its version",
                Scene.SOON,
                () -> cluster("inside").contains("\"message\":\"its agent is 9.9.9\""),
                () -> cluster("inside"));
        String current = portolan.cli("get", "clusters", "-o", "wide").expect(0).out();
        assertTrue(
                current.lines().anyMatch(l -> l.matches("inside .* 9\\.9\\.9 +9\\.9\\.9 +yes .*")),
                current);
        App after =
                new App(InstalledAgent.NAMESPACE, "after")
                        .manifests(
                                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\","
                                        + " \"metadata\": {\"name\": \"after\"}}")
                        .on("inside");
        put(after);
        api().awaitHealth(InstalledAgent.NAMESPACE, "after", "Healthy", Scene.SOON);
        api().awaitHealth(InstalledAgent.NAMESPACE, "agent", "Healthy", Scene.SOON);

        api().patch("/api/v1/clusters/inside", "{\"spec\": {\"agent\": null}}").expect(200);
        Await.until(
                "central's own version to be wanted again",
                Scene.SOON,
                () -> cluster("inside").contains("its agent is 9.9.9, wanted is "));
        agent.move();
        Await.until(
                "the agent of this build to be current",
                Scene.SOON,
                () -> !cluster("inside").contains("9.9.9"));
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new TreeSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static void awaitEach(String round) {
        for (String object : EveryKind.objects(round)) {
            JsonObject json = JsonParser.parseString(object).getAsJsonObject();
            String resource = EveryKind.resource(json);
            Await.until(
                    resource + " of round " + round,
                    Scene.LATER,
                    () ->
                            live().get(resource, "kinds", "one")
                                    .filter(o -> o.toString().contains("\"round\":\"" + round))
                                    .isPresent(),
                    () -> "\n--- the application\n" + api().status("kinds", "all"));
        }
    }

    private static void put(App app) {
        api().put(app.path(), app.json()).expect(200);
    }

    private static Api api() {
        return portolan.api();
    }

    private static KubeCluster inside() {
        return clusters.get("inside");
    }

    private static Live live() {
        return inside().live();
    }

    private static String cluster(String name) {
        return api().get("/api/v1/clusters/" + name).expect(200).body();
    }

    private static JsonObject deployment(String namespace, String name) {
        return live().get("apps/v1/deployments", namespace, name).orElseThrow();
    }

    private static String uid(JsonObject object) {
        return object.getAsJsonObject("metadata").get("uid").getAsString();
    }
}
