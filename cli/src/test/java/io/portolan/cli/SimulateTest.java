package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is asked, and how the command ends. */
class SimulateTest {
    private static final String PATH = "POST /api/v1/simulations";
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central = new FakeCentral().answers(PATH, 200, Fixtures.SIMULATION);
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text).toString();
    }

    @Test
    void everythingIsSupposedAtOnce() throws IOException {
        String clusters =
                file(
                        "clusters.yaml",
                        """
                        apiVersion: portolan.io/v1
                        kind: Cluster
                        metadata: {name: c8}
                        status: {observation: {agentVersion: "1"}}
                        ---
                        apiVersion: portolan.io/v1
                        kind: Cluster
                        metadata: {name: c9}
                        """);
        String policy =
                file(
                        "policy.yaml",
                        """
                        apiVersion: portolan.io/v1
                        kind: PlacementPolicy
                        metadata: {name: eu}
                        spec: {clusters: 2}
                        """);

        Ran ran =
                cli.run(
                        "simulate",
                        "--lose",
                        "region=eu-west",
                        "--lose",
                        "cluster=c7",
                        "--cordon",
                        "c2",
                        "--add",
                        clusters,
                        "--policy",
                        policy);

        assertEquals(0, ran.code(), ran.err());
        JsonNode asked = central.bodies.getLast();
        assertEquals("[\"region=eu-west\",\"cluster=c7\"]", asked.path("lose").toString());
        assertEquals("[\"c2\"]", asked.path("cordon").toString());
        assertEquals("c8", asked.at("/add/0/metadata/name").asText());
        assertEquals("1", asked.at("/add/0/status/observation/agentVersion").asText());
        assertEquals("c9", asked.at("/add/1/metadata/name").asText());
        assertEquals("shop", asked.at("/policies/0/metadata/tenant").asText());
        assertEquals("! 1 cluster runs something and tells no cost\n", ran.err());
    }

    @Test
    void nothingToSupposeIsWrongUsage() {
        Ran ran = cli.run("simulate");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertTrue(ran.err().contains("say what is to be supposed"), ran.err());
    }

    @Test
    void aBusyCentralIsAskedAgain() {
        central.busy(PATH, 429, 1, "0");
        assertEquals(0, cli.run("simulate", "--lose", "region=eu-west").code());
        assertEquals(2, central.requests.stream().filter(r -> r.startsWith(PATH)).count());
    }

    @ParameterizedTest
    @CsvSource({
        "0, Fits",
        "9, Degraded",
        "9, NeedsFailover",
        "3, BreaksPolicy",
        "3, DoesNotFit",
    })
    void theExitCodeTellsTheWorstWhenItIsAskedTo(int code, String outcome) throws IOException {
        central.answers(
                PATH, 200, "{\"summary\":\"\",\"counts\":{\"" + outcome + "\":1},\"changes\":[]}");
        assertEquals(code, cli.run("simulate", "--cordon", "c1", "--exit-code").code());
        assertEquals(0, cli.run("simulate", "--cordon", "c1").code());
    }

    @Test
    void aMistypedRegionIsToldByItsField() throws IOException {
        central.answers(
                PATH,
                400,
                "{\"title\":\"Invalid document\",\"status\":400,\"detail\":\"lose[0]: no cluster has"
                        + " region = eu-wset; did you mean eu-west\",\"errors\":[{\"path\":\"lose[0]\","
                        + "\"pointer\":\"/lose/0\",\"detail\":\"no cluster has region = eu-wset; did"
                        + " you mean eu-west\"}]}");
        Ran ran = cli.run("simulate", "--lose", "region=eu-wset");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertTrue(ran.err().contains("did you mean eu-west"), ran.err());
    }
}
