package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts decide by these. */
class ExitCodeTest {
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds(Fixtures.APPLICATION, Fixtures.application());
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @ParameterizedTest
    @CsvSource({
        "400, 2", "401, 6", "403, 6", "404, 7", "409, 5", "412, 5", "413, 2", "415, 2", "428, 2",
        "410, 1", "500, 1"
    })
    void followsFromCentralsAnswer(int status, int code) {
        central.answers(
                "GET /api/v1/whoami",
                status,
                FakeCentral.problem(status, "not so", java.util.List.of()));
        Ran ran = cli.run("whoami");
        assertEquals(code, ran.code());
        assertTrue(ran.err().startsWith("error: not so (HTTP " + status + ")\n"), ran.err());
        assertEquals("", ran.out());
    }

    @ParameterizedTest
    @CsvSource({
        "0, get apps",
        "0, --help",
        "2, get",
        "2, get nonsense",
        "2, get app checkout --colour",
        "2, get apps -o xml",
        "2, frobnicate",
        "2, wait app checkout --for sunshine",
        "2, wait app checkout --for healthy --timeout soon",
        "2, why cluster c1",
        "2, failover",
        "2, delete failover x",
        "2, apply -f /nonexistent.yaml",
        "2, get apps --server nonsense",
        "2, get apps --context nowhere",
        "6, get apps --token-file /nonexistent",
        "7, get app missing",
        "7, cordon missing",
        "7, config current-context",
    })
    void followsFromTheCommandLine(int code, String command) {
        Ran ran = cli.run(command.split(" "));
        assertEquals(code, ran.code(), ran.err());
        assertTrue(code == 0 || ran.err().startsWith("error: "), ran.err());
    }

    @Test
    void unreachableNamesTheAddressAndWhatToDo() {
        String dead = central.url();
        central.close();
        Ran ran = cli.run("get", "apps");
        assertEquals(Exit.UNREACHABLE.code(), ran.code());
        assertTrue(ran.err().contains("central at " + dead + " cannot be reached"), ran.err());
        assertTrue(ran.err().contains("next: start one here by portolan dev"), ran.err());
    }

    @Test
    void problemsAreShownWithTheirFields() {
        Check check = Check.root();
        check.at("spec").at("components").at(0).at("name").problem("must be given");
        check.problem("too much");
        central.answers(
                "GET /api/v1/whoami",
                400,
                FakeCentral.problem(400, "the document is not valid", check.problems()));
        assertEquals(
                """
                error: the document is not valid (HTTP 400)
                  spec.components[0].name: must be given
                  too much
                """,
                cli.run("whoami").err());
    }

    @Test
    void anAnswerThatIsNoJsonIsNoCrash() {
        central.answers("GET /api/v1/whoami", 502, "<html>bad gateway</html>");
        Ran ran = cli.run("whoami");
        assertEquals(Exit.FAILED.code(), ran.code());
        assertTrue(ran.err().contains("is not of portolan central (HTTP 502)"), ran.err());
    }

    @Test
    void anUnsatisfiedPlacementIsBlocked() {
        central.answers(
                "GET /api/v1/" + Fixtures.APPLICATION + "/why",
                200,
                Fixtures.WHY
                        .formatted("false")
                        .replace("\"summary\"", "\"nearest\":\"c2 fits but for: x\",\"summary\""));
        Ran ran = cli.run("why", "app", "checkout");
        assertEquals(Exit.BLOCKED.code(), ran.code());
        assertTrue(ran.out().contains("\n  nearest: c2 fits but for: x\n"), ran.out());
    }

    @Test
    void waitTellsBlockedFromLate() {
        cli.runningClock();
        central.holds(Fixtures.APPLICATION, Fixtures.application("Progressing", 7, 7, "True"));
        String[] wait = {"wait", "app", "checkout", "--for", "healthy", "--timeout", "200ms"};
        assertEquals(Exit.TIMEOUT.code(), cli.run(wait).code());
        central.holds(Fixtures.APPLICATION, Fixtures.application("Unknown", 7, 7, "False"));
        assertEquals(Exit.BLOCKED.code(), cli.run(wait).code());
    }

    @Test
    void theHealthOfAFormerGenerationIsNotWaitedFor() {
        cli.runningClock();
        central.holds(Fixtures.APPLICATION, Fixtures.application("Healthy", 8, 7, "True"));
        Ran ran = cli.run("wait", "app", "checkout", "--for", "healthy", "--timeout", "200ms");
        assertEquals(Exit.TIMEOUT.code(), ran.code());
        assertEquals(0, cli.run("wait", "cluster", "c9", "--for", "deleted").code(), "never there");
    }
}
