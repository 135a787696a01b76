package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clusters come in by one command, and are kept free by another. */
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
    void cordonIsIdempotent() {
        central.holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"));
        assertEquals("Cluster c1 cordoned\n", cli.run("cordon", "c1").out());
        assertEquals("Cluster c1 was already cordoned\n", cli.run("cordon", "c1").out());
        assertTrue(cli.run("get", "clusters").out().contains("Ready,Cordoned"));
        assertEquals("Cluster c1 uncordoned\n", cli.run("uncordon", "c1").out());
    }
}
