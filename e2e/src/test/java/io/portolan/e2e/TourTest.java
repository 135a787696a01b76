package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Launcher;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An operator's first day, by {@code ./portolan} alone: a context, a cluster that joins by the
 * command that was printed for it, and the verbs that look, wait and hold off.
 */
@ExtendWith(Fleet.Extension.class)
class TourTest {
    /** The launcher may have to build first. */
    private static final Duration BUILD = Duration.ofMinutes(5);

    private static final String TENANT = "tour";

    private static final Launcher LAUNCHER = new Launcher();
    private static Portolan portolan;
    private static KubeCluster west;
    private static Proc agent;

    @BeforeAll
    static void join(Fleet fleet) {
        portolan = Portolan.start(fleet.postgres().freshDatabase("tour"), List.of());
        west = fleet.clusters().get("eu-west");
        // Builds the agent where it is stale: the printed command has another home.
        LAUNCHER.portolan("agent", "--help").run(BUILD).expect(0);
        run(
                0,
                "config",
                "set-context",
                "tour",
                "--server",
                portolan.central().address(),
                "--token-file",
                portolan.central().tokenFile().toString(),
                "--tenant",
                TENANT);
        Proc.Finished printed =
                run(0, "cluster", "join", "west", "--region", "eu-west", "--jurisdiction", "EU");
        assertEquals(1, printed.out().lines().count(), printed::out);
        agent = asTyped(printed.out().strip());
        run(0, "wait", "cluster", "west", "--for", "healthy", "--timeout", "60s");
        assertTrue(agent.output().contains("portolan agent ready: cluster west"), agent::output);
        run(
                0,
                "apply",
                "-f",
                file(
                        "tenant",
                        "apiVersion: portolan.io/v1\nkind: Tenant\nmetadata: {name: tour}\n"));
    }

    @AfterAll
    static void end() {
        if (agent != null) {
            agent.close();
        }
        if (portolan != null) {
            portolan.close();
        }
    }

    @Test
    void differencesAreShownBeforeTheyAreApplied() {
        App app = new App(TENANT, "diffed").on("west");
        assertOut(run(1, "diff", "-f", file(app)), "application/tour/diffed would be created");
        run(0, "apply", "-f", file(app), "--wait", "--timeout", "60s");
        assertEquals("", run(0, "diff", "-f", file(app)).out());
        assertOut(
                run(1, "diff", "-f", file(app.replicas(3))),
                "application/tour/diffed would be configured",
                "replicas: 1 -> 3");
        assertEquals(1, west.live().readyReplicas(TENANT, "diffed"));
        run(2, "diff", "-f", file("wrong", app.json().replace("\"image\"", "\"imag\"")));
    }

    @Test
    void applicationTellsHowItIsWhyItIsThereAndWhatHappened() {
        App app = new App(TENANT, "shown").replicas(2).on("west");
        run(0, "apply", "-f", file(app), "--wait", "--timeout", "60s");

        assertOut(
                run(0, "describe", "application", "shown"),
                "Application tour/shown",
                "west (eu-west)  Active  Healthy",
                "2/2 ready",
                "image: example/app:1");
        assertOut(run(0, "describe", "cluster", "west"), "Reach", "Ready", "v1.");
        assertOut(
                run(0, "why", "application", "shown"),
                "Application tour/shown is on west (active)",
                "west     yes     Active");
        run(2, "why", "cluster", "west");

        var why = JsonParser.parseString(run(0, "why", "app", "shown", "-o", "json").out());
        assertTrue(
                why.getAsJsonObject().getAsJsonObject("decision").get("satisfied").getAsBoolean());
        run(0, "apply", "-f", file(app.replicas(1)), "--comment", "less is enough");
        assertOut(
                run(0, "events", "application", "shown"),
                "SpecChanged",
                "less is enough",
                "Placed",
                "Created");
        assertOut(run(0, "events", "cluster", "west"), "Joined");
        for (String verb : List.of("describe", "why", "events")) {
            run(7, verb, "application", "nobody");
        }
    }

    @Test
    void waitingEndsWithTheStateOrTellsWhatIsMissing() {
        App app = new App(TENANT, "awaited").image("example.invalid/missing:1").on("west");
        run(0, "apply", "-f", file(app));
        Proc.Finished late =
                run(4, "wait", "application", "awaited", "--for", "healthy", "--timeout", "3s");
        assertTrue(late.err().contains("is not healthy after 3.00s"), late.err());
        assertTrue(late.err().contains("next: portolan why application/tour/awaited"), late.err());

        run(0, "apply", "-f", file(app.image("example/app:1")));
        assertOut(
                run(0, "wait", "application", "awaited", "--for", "healthy", "--timeout", "60s"),
                "Application tour/awaited is healthy");
        run(0, "wait", "app", "awaited", "--for", "condition=Placed", "--timeout", "10s");

        run(0, "apply", "-f", file(app.on("nowhere")));
        run(3, "wait", "app", "awaited", "--for", "placed", "--timeout", "3s");
        run(3, "why", "app", "awaited");
        run(0, "delete", "application", "awaited");
        run(0, "wait", "app", "awaited", "--for", "deleted", "--timeout", "60s");
        // It may come again.
        Proc.Finished gone =
                run(4, "wait", "app", "awaited", "--for", "healthy", "--timeout", "2s");
        assertTrue(gone.err().contains("it does not exist"), gone.err());
    }

    @Test
    void watchShowsEachChangeAsItHappens() {
        try (Proc watch = LAUNCHER.portolan("watch", "applications", "-o", "json").start()) {
            watch.awaitLine("watching applications", BUILD);
            App app = new App(TENANT, "watched").on("west");
            run(0, "apply", "-f", file(app));
            watch.awaitLine(
                    "\"event\":\"put\".*\"name\":\"watched\".*\"health\":\"Healthy\"", Scene.SOON);
            run(0, "delete", "application", "watched", "--wait", "--timeout", "60s");
            watch.awaitLine("\"event\":\"delete\".*\"name\":\"watched\"", Scene.SOON);
            assertTrue(watch.isAlive());
        }
    }

    @Test
    void cordonedClusterKeepsWhatItHasAndGetsNothingNew() {
        App old = new App(TENANT, "before").on("west");
        run(0, "apply", "-f", file(old), "--wait", "--timeout", "60s");
        assertOut(run(0, "cordon", "west"), "Cluster west cordoned");
        try {
            assertOut(run(0, "cordon", "west"), "was already cordoned");
            assertOut(run(0, "get", "clusters"), "Ready,Cordoned");
            App fresh = new App(TENANT, "after").on("west");
            run(3, "apply", "-f", file(fresh), "--wait", "--timeout", "3s");
            assertOut(run(3, "why", "application", "after"), "Cordoned");
            run(0, "wait", "application", "before", "--for", "healthy", "--timeout", "10s");
            assertEquals(1, west.live().readyReplicas(TENANT, "before"));
        } finally {
            assertOut(run(0, "uncordon", "west"), "Cluster west uncordoned");
        }
        run(0, "wait", "application", "after", "--for", "healthy", "--timeout", "60s");
        run(7, "cordon", "nowhere");
    }

    @Test
    void clusterHealthIsDegradedWhileAMemberIsSilent() {
        Proc.Finished well = run(0, "cluster", "health");
        assertOut(well, "west", "Ready", "eu-west", "v1.");
        // Declared, but no agent has joined: nobody misses it.
        run(0, "cluster", "join", "east", "--region", "us-east");
        assertOut(run(0, "cluster", "health"), "Pending");
        agent.pause();
        try {
            Await.until(
                    "the silence to be noticed",
                    Scene.LATER,
                    () -> LAUNCHER.portolan("cluster", "health").run(BUILD).exitCode() == 9);
            assertEquals("west\n", run(9, "cluster", "health", "-o", "name").out());
        } finally {
            agent.resume();
        }
        run(0, "wait", "cluster", "west", "--for", "healthy", "--timeout", "60s");
        run(0, "cluster", "health");
        run(0, "delete", "cluster", "east");
    }

    @Test
    void contextsAreMadeChosenAndForgotten() {
        Launcher other = new Launcher();
        run(other, 7, "config", "current-context");
        run(
                other,
                0,
                "config",
                "set-context",
                "here",
                "--server",
                portolan.central().address(),
                "--token-file",
                portolan.central().tokenFile().toString());
        run(other, 0, "config", "set-context", "away", "--server", "http://127.0.0.1:1");
        assertEquals("here\n", run(other, 0, "config", "current-context").out());
        assertOut(run(other, 0, "whoami"), "admin");
        run(other, 0, "config", "use-context", "away");
        run(other, 10, "get", "clusters");
        assertOut(run(other, 0, "get", "clusters", "--context", "here"), "west");
        Proc.Finished contexts = run(other, 0, "config", "get-contexts");
        assertTrue(
                contexts.out().matches("(?s).*\\* +away +http://127.0.0.1:1 .*"), contexts.out());
        assertFalse(contexts.out().contains(portolan.central().token()), contexts.out());
        run(other, 7, "config", "use-context", "nowhere");
        run(other, 0, "config", "delete-context", "away");
        run(other, 7, "config", "delete-context", "away");
        run(other, 7, "config", "current-context");
    }

    /** Starts a command line that was printed, in a shell that finds {@code portolan}. */
    private static Proc asTyped(String command) {
        return Proc.command("joined", "bash", "-c", command)
                .env("PATH", Workspace.root() + ":" + System.getenv("PATH"))
                .env("HOME", LAUNCHER.home().toString())
                .env("JAVA_HOME", System.getProperty("java.home"))
                .env("KUBECONFIG", west.kubeconfig().toString())
                .start();
    }

    private static Proc.Finished run(int exitCode, String... arguments) {
        return run(LAUNCHER, exitCode, arguments);
    }

    private static Proc.Finished run(Launcher launcher, int exitCode, String... arguments) {
        return launcher.portolan(arguments).run(BUILD).expect(exitCode);
    }

    private static void assertOut(Proc.Finished ran, String... parts) {
        for (String part : parts) {
            assertTrue(ran.out().contains(part), () -> "no \"" + part + "\" in\n" + ran.out());
        }
    }

    private static String file(App app) {
        return file(app.name(), app.json());
    }

    private static String file(String name, String document) {
        Path file = LAUNCHER.home().resolve(name + ".yaml");
        try {
            return Files.writeString(file, document).toString();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
