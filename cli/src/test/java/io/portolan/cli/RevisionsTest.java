package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application was, the way back to it, and holding it still. */
class RevisionsTest {
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION + "/revisions",
                                200,
                                Fixtures.REVISIONS)
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION + "/events",
                                200,
                                Fixtures.CHANGES);
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @Test
    void historyTellsWhoChangedWhatAndWhy() throws IOException {
        Golden.matches("history-app", cli.run("history", "application", "checkout").out());
        Golden.matches("history-app-json", cli.run("history", "app/checkout", "-o", "json").out());
        assertEquals("7\n6\n5\n", cli.run("history", "app", "checkout", "-o", "name").out());
    }

    @Test
    void differencesOfTwoGenerations() {
        Ran ran = cli.run("history", "app", "checkout", "--diff", "5,7");
        assertEquals(1, ran.code());
        assertEquals(
                "~ spec.components[0].container.image: \"shop/checkout:1.2\" ->"
                        + " \"shop/checkout:1.4\"\n"
                        + "+ spec.paused: true\n",
                ran.out());
        assertEquals(0, cli.run("history", "app", "checkout", "--diff", "7").code());
        assertEquals(7, cli.run("history", "app", "checkout", "--diff", "2").code());
        assertEquals(2, cli.run("history", "cluster", "c1").code());
    }

    @Test
    void rollsBackToTheLastOneThatDiffers() {
        Ran ran = cli.run("rollback", "application", "checkout", "--comment", "it leaks");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(
                ran.out()
                        .startsWith(
                                "application/shop/checkout is rolled back to generation 5, as"
                                        + " generation 8\n"),
                ran.out());
        assertEquals("rollback%20to%20generation%205%3A%20it%20leaks", central.comments.getLast());
        assertTrue(
                central.bodies.getLast().toString().contains("shop/checkout:1.2"), "the old spec");
        assertTrue(central.bodies.getLast().at("/metadata/labels/tier").isTextual());
    }

    @Test
    void aDryRunAndARollbackToWhatIsThereChangeNothing() {
        Ran dry = cli.run("rollback", "app", "checkout", "--to-generation", "5", "--dry-run");
        assertEquals(0, dry.code(), dry.err());
        assertTrue(dry.out().contains("would be rolled back to generation 5"), dry.out());
        assertTrue(central.requests.getLast().endsWith("?dryRun=All"), central.requests::toString);
        Ran same = cli.run("rollback", "app", "checkout", "--to-generation", "7");
        assertEquals("application/shop/checkout is as in generation 7\n", same.out());
        assertEquals(7, cli.run("rollback", "app", "checkout", "--to-generation", "1").code());
    }

    @Test
    void pauseAndResumeAreIdempotent() {
        assertEquals(
                "Application shop/checkout paused\n", cli.run("pause", "app", "checkout").out());
        Ran again = cli.run("pause", "app", "checkout");
        assertEquals("Application shop/checkout was already paused\n", again.out());
        assertEquals("next: portolan resume application shop/checkout\n", again.err());
        assertEquals(
                "Application shop/checkout resumed\n", cli.run("resume", "app/checkout").out());
        assertEquals(2, cli.run("pause", "cluster", "c1").code());
    }

    @Test
    void aGateIsClosedWithAReasonWhereThePolicyStands() {
        central.holds(
                "tenants/shop/drpolicies/eu",
                "{\"kind\":\"DrPolicy\",\"metadata\":{\"tenant\":\"shop\",\"name\":\"eu\"},"
                        + "\"spec\":{\"safety\":{\"minActive\":1}}}");
        Ran closed = cli.run("gate", "close", "dr", "eu", "--reason", "firmware");
        assertEquals("DrPolicy shop/eu: gate closed (firmware)\n", closed.out(), closed.err());
        assertEquals("next: portolan gate open drpolicy/shop/eu\n", closed.err());
        assertEquals(
                "DrPolicy shop/eu: gate was already closed (firmware)\n",
                cli.run("gate", "close", "dr", "eu", "--reason", "firmware").out());
        String policy = cli.run("get", "dr", "eu", "-o", "json").out();
        assertTrue(policy.contains("\"closed\" : \"firmware\""), policy);
        assertTrue(policy.contains("\"minActive\" : 1"), policy);
        assertEquals("DrPolicy shop/eu: gate open\n", cli.run("gate", "open", "dr", "eu").out());
        assertFalse(cli.run("get", "dr", "eu", "-o", "json").out().contains("closed"));
        assertEquals(2, cli.run("gate", "close", "dr", "eu").code());
        Ran elsewhere = cli.run("gate", "close", "app", "checkout", "--reason", "firmware");
        assertEquals(2, elsewhere.code());
        assertTrue(elsewhere.err().contains("drpolicy shop/single-writer"), elsewhere.err());
    }

    @Test
    void aClusterThatIsHeldIsReleasedInThisEpoch() {
        Ran none = cli.run("release", "checkout", "--cluster", "c1");
        assertEquals(5, none.code());
        assertTrue(none.err().contains("c1 is not held for Application shop/checkout"), none.err());
        central.holds(
                Fixtures.APPLICATION,
                Fixtures.application()
                        .replaceFirst("\"cluster\":\"c1\"", "\"cluster\":\"c1\",\"held\":true"));
        Ran released = cli.run("release", "checkout", "--cluster", "c1", "--comment", "looked");
        assertEquals("c1 released for Application shop/checkout\n", released.out());
        assertTrue(
                central.bodies.getLast().toString().contains("\"portolan.io/release\":\"c1@3\""),
                central.bodies::toString);
    }

    @Test
    void adoptTellsWhatStandsInTheWay() {
        central.holds(
                Fixtures.APPLICATION,
                Fixtures.application()
                        .replace(
                                "\"troubles\":[],\"since\":\"2026-03-01T11:48:00Z\"",
                                "\"troubles\":[{\"object\":{\"kind\":\"Pod\",\"namespace\":"
                                        + "\"shop\",\"name\":\"web-1\"},\"reason\":"
                                        + "\"ExistsAlready\"}]"));
        Ran dry = cli.run("adopt", "app", "checkout", "--dry-run");
        assertEquals(
                "c2 Pod shop/web-1\nApplication shop/checkout would adopt 1 of them\n", dry.out());
        assertTrue(central.requests.stream().noneMatch(r -> r.startsWith("PATCH")));
        assertEquals(0, cli.run("adopt", "app", "checkout").code());
        assertEquals(
                "{\"metadata\":{\"annotations\":{\"portolan.io/adopt\":\"true\"}}}",
                central.bodies.getLast().toString());
        assertEquals(2, cli.run("adopt", "cluster", "c1").code());
    }

    @Test
    void singleObjectsAreAdoptedBesideWhatWasNamedBefore() {
        Ran one = cli.run("adopt", "app", "checkout", "--object", "ConfigMap/settings");
        assertEquals("Application shop/checkout adopts ConfigMap/settings\n", one.out(), one.err());
        assertEquals(
                "{\"metadata\":{\"annotations\":{\"portolan.io/adopt\":\"ConfigMap/settings\"}}}",
                central.bodies.getLast().toString());
        assertEquals(2, cli.run("adopt", "app", "checkout", "--object", "settings").code());
    }

    @Test
    void deletionSaysWhatItLeavesAndAsksForIt() {
        central.holds(
                Fixtures.APPLICATION,
                Fixtures.application()
                        .replace(
                                "\"annotations\":{}",
                                "\"annotations\":"
                                        + "{\"portolan.io/on-delete\":\"keep-workloads\"}"));
        Ran kept = cli.run("delete", "app", "checkout", "--keep-workloads", "--dry-run");
        assertTrue(
                central.requests.getLast().endsWith("?dryRun=All&keepWorkloads=true"),
                central.requests::toString);
        assertTrue(kept.out().contains("its objects stay as they are in c1, c2"), kept.out());
        cli.run(
                "delete",
                "app",
                "checkout",
                "--no-keep-workloads",
                "--delete-volumes",
                "--dry-run");
        assertTrue(
                central.requests
                        .getLast()
                        .endsWith("?deleteVolumes=true&dryRun=All&keepWorkloads=false"),
                central.requests::toString);
    }
}
