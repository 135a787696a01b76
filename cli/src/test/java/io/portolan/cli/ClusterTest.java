package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters come in by one command or by a manifest, and are kept free by another. */
class ClusterTest {
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .answers(
                                "POST /api/v1/clusters/c1/join-tokens",
                                201,
                                "{\"token\":\"j-1\",\"cluster\":\"c1\",\"validFor\":\"1h\","
                                        + "\"expiresAt\":\"2026-03-01T13:00:00Z\"}");
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @Test
    void joinPrintsTheOneCommandAndNothingElse() {
        Ran ran = cli.run("cluster", "join", "c1", "--region", "eu-west", "--label", "tier=prod");
        assertEquals(
                "portolan agent --central "
                        + central.url()
                        + " --join-token j-1 --state-dir \"$HOME/.local/state/portolan/c1\""
                        + " --kubeconfig \"${KUBECONFIG:-$HOME/.kube/config}\"\n",
                ran.out(),
                ran.err());
        assertTrue(ran.err().contains("Cluster c1 declared"), ran.err());
        String got = cli.run("get", "cluster", "c1", "-o", "json").out();
        assertTrue(got.contains("\"region\" : \"eu-west\""), got);
        assertTrue(got.contains("\"tier\" : \"prod\""), got);
    }

    @Test
    void joinOfAKnownClusterChangesNothingOfIt() {
        central.holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"));
        assertEquals(0, cli.run("cluster", "join", "c1", "-o", "json").code());
        assertEquals(0, cli.run("cluster", "join", "c1", "--region", "eu-west").code());
        Ran ran = cli.run("cluster", "join", "c1", "--region", "us-east");
        assertEquals(Exit.CONFLICT.code(), ran.code());
        assertTrue(central.requests.stream().noneMatch(r -> r.startsWith("PUT")));
    }

    @Test
    void manifestInstallsAnAgentThatHasNoRightsOverRightsAndNodes() {
        central.answers("GET /api/v1/whoami", 200, "{\"name\":\"admin\",\"version\":\"0.3.0\"}");
        Ran ran = cli.run("cluster", "join", "c1", "--manifest", "--central", "https://p.example");
        assertEquals(0, ran.code(), ran.err());
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        for (Yaml.Document document : Yaml.read(ran.out())) {
            JsonNode tree = document.tree();
            objects.put(
                    tree.path("kind").asText() + "/" + tree.at("/metadata/name").asText(), tree);
        }
        assertEquals(
                "j-1", objects.get("Secret/portolan-agent-join").at("/stringData/token").asText());
        JsonNode pod = objects.get("Deployment/portolan-agent").at("/spec/template/spec");
        assertEquals("portolan-agent:0.3.0", pod.at("/containers/0/image").asText());
        assertTrue(pod.at("/containers/0/args").toString().contains("--central=https://p.example"));
        assertTrue(pod.at("/volumes/0/emptyDir").isObject());
        assertFalse(objects.containsKey("PersistentVolumeClaim/portolan-agent"));
        for (JsonNode rule : objects.get("ClusterRole/portolan-agent").path("rules")) {
            String text = rule.toString();
            for (String never :
                    new String[] {
                        "*", "escalate", "bind", "impersonate", "secrets", "rbac", "token"
                    }) {
                assertFalse(text.contains("\"" + never), text);
            }
            if (text.contains("\"nodes\"")) {
                assertEquals("[\"list\",\"watch\"]", rule.path("verbs").toString());
            }
        }
    }

    @Test
    void manifestOpensADoorForGuardsWhereTheirImageIsNamed() {
        central.answers("GET /api/v1/whoami", 200, "{\"name\":\"admin\",\"version\":\"0.3.0\"}");
        Ran plain =
                cli.run("cluster", "join", "c1", "--manifest", "--central", "https://p.example");
        assertFalse(plain.out().contains("grant"), plain.out());
        Ran ran =
                cli.run(
                        "cluster",
                        "join",
                        "c1",
                        "--manifest",
                        "--central",
                        "https://p.example",
                        "--guard-image",
                        "reg.example/portolan-guard:1");
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        for (Yaml.Document document : Yaml.read(ran.out())) {
            JsonNode tree = document.tree();
            objects.put(tree.path("kind").asText(), tree);
        }
        assertEquals(8442, objects.get("Service").at("/spec/ports/0/port").asInt());
        String args = objects.get("Deployment").at("/spec/template/spec/containers/0").toString();
        assertTrue(args.contains("--guard-image=reg.example/portolan-guard:1"), args);
        assertTrue(
                args.contains("--grant-url=http://portolan-agent.portolan-system.svc:8442"), args);
    }

    @Test
    void manifestNamesAllNodesOfCentralAndWarnsOfThoseThatPodsCannotReach() {
        Ran ran =
                cli.run(
                        "cluster",
                        "join",
                        "c1",
                        "--manifest",
                        "--image",
                        "agent:1",
                        "--central",
                        "https://a.example,https://b.example:8440,http://127.0.0.1:8440");
        assertTrue(
                ran.out()
                        .contains(
                                "\"--central=https://a.example,https://b.example:8440,http://127.0.0.1:8440\""),
                ran.out());
        assertTrue(ran.err().contains("pods cannot reach http://127.0.0.1:8440"), ran.err());
        assertFalse(ran.err().contains("pods cannot reach https://a"), ran.err());
    }

    @Test
    void manifestHoldsWhatWasAskedForAndOnlyAManifestDoes() {
        Ran ran =
                cli.run(
                        "cluster",
                        "join",
                        "c1",
                        "--manifest",
                        "--image",
                        "registry/agent: 1",
                        "--volume",
                        "2Gi",
                        "--storage-class",
                        "fast",
                        "--with-secrets");
        String out = ran.out();
        assertTrue(out.contains("image: \"registry/agent: 1\""), out);
        assertTrue(out.contains("storageClassName: \"fast\""), out);
        assertTrue(out.contains("claimName: portolan-agent"), out);
        assertTrue(out.contains("name: portolan-agent-secrets"), out);
        assertFalse(out.contains("#if") || out.contains("#end") || out.contains("${"), out);
        assertTrue(ran.err().contains("pods cannot reach " + central.url()), ran.err());
        assertEquals(Exit.USAGE.code(), cli.run("cluster", "join", "c1", "--volume", "1Gi").code());
    }

    @Test
    void cordonIsIdempotent() {
        central.holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"));
        assertEquals("Cluster c1 cordoned\n", cli.run("cordon", "c1").out());
        assertEquals("Cluster c1 was already cordoned\n", cli.run("cordon", "c1").out());
        assertTrue(cli.run("get", "clusters").out().contains("Ready,Cordoned"));
        assertEquals("Cluster c1 uncordoned\n", cli.run("uncordon", "c1").out());
    }
}
