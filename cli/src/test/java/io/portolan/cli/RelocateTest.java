package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move while all answer, and the way back. */
class RelocateTest {
    private static final String FAILOVERS = "POST /api/v1/tenants/shop/failovers";

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"))
                        .answers(FAILOVERS, 201, Fixtures.failover("Requested", "", ""));
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    /** The one request that asked for something. */
    private JsonNode asked() {
        assertTrue(central.requests.contains(FAILOVERS), central.requests.toString());
        return central.bodies.getLast();
    }

    @Test
    void aRelocationSaysThatItIsPlanned() {
        Ran ran = cli.run("relocate", "checkout", "--to", "c2", "--reason", "disks", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(asked().path("planned").asBoolean(), asked().toString());
        assertEquals("c2", asked().path("to").asText());
    }

    @Test
    void aFailoverDoesNot() {
        Ran ran = cli.run("failover", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertFalse(asked().has("planned"), asked().toString());
    }

    @Test
    void aFailbackGoesToTheClusterThatTheLastFailoverLeft() {
        central.holds("tenants/shop/failovers/checkout-1", Fixtures.failover("Completed", "", ""));
        Ran ran = cli.run("failback", "checkout", "--no-wait");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(asked().path("planned").asBoolean(), asked().toString());
        assertEquals("c1", asked().path("to").asText());
    }

    @Test
    void whatWasNeverFailedOverHasNoWayBack() {
        central.holds("tenants/shop/failovers/checkout-1", Fixtures.failover("Aborted", "", ""));
        Ran ran = cli.run("failback", "checkout");
        assertEquals(7, ran.code());
        assertTrue(ran.err().contains("no failover of"), ran.err());
        assertTrue(ran.err().contains("portolan relocate shop/checkout --to CLUSTER"), ran.err());
    }
}
