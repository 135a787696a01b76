package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users, tokens, what is said of a change, and patience with a busy central. */
class IdentityTest {
    private static final String MADE =
            """
            {"id":"0123456789abcdef","user":"dev","token":"portolan-user-secret",
             "expiresAt":"2026-03-31T12:00:00Z"}
            """;

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .holds("tenants/shop", Fixtures.TENANT)
                        .holds("clusters/c1", Fixtures.cluster("c1", "eu-west", "Ready"))
                        .holds(Fixtures.APPLICATION, Fixtures.application())
                        .answers("PUT /api/v1/users/dev", 201, Fixtures.user("dev", "shop"))
                        .answers("DELETE /api/v1/users/dev", 200, Fixtures.user("dev", "shop"))
                        .answers("POST /api/v1/users/dev/tokens", 201, MADE)
                        .answers("GET /api/v1/whoami", 200, "{\"name\":\"dev\"}")
                        .answers("DELETE /api/v1/tokens/0123456789abcdef", 200, "{}");
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @Test
    void aUserIsOfTheChosenTenant() {
        Ran ran = cli.run("user", "create", "dev");
        assertEquals("user/dev created, of tenant shop\n", ran.out(), ran.err());
        assertEquals("next: portolan token create --user dev\n", ran.err());
        assertEquals(
                "{\"role\":\"Tenant\",\"tenant\":\"shop\"}", central.bodies.getFirst().toString());
    }

    @Test
    void anAdminIsMadeByThatWordOnly() {
        cli.env("PORTOLAN_TENANT", "");
        Ran none = cli.run("user", "create", "dev");
        assertEquals(Exit.USAGE.code(), none.code());
        assertTrue(none.err().contains("say of which tenant, or --admin"), none.err());
        assertEquals(
                Exit.USAGE.code(),
                cli.run("user", "create", "dev", "--admin", "--tenant", "shop").code());
        assertEquals(List.of(), central.requests);
        central.answers("PUT /api/v1/users/dev", 200, Fixtures.user("dev", ""));
        assertEquals(
                "user/dev unchanged, an admin\n",
                cli.run("user", "create", "dev", "--admin").out());
        assertEquals("{\"role\":\"Admin\"}", central.bodies.getFirst().toString());
    }

    @Test
    void aTokenIsAllThatGoesToStdout() {
        Ran ran = cli.run("token", "create", "--user", "dev", "--expires", "30d");
        assertEquals("portolan-user-secret\n", ran.out(), ran.err());
        assertEquals(
                """
                token/0123456789abcdef of user/dev, good until 2026-03-31T12:00:00Z; it is shown this once:
                next: portolan get tokens
                """,
                ran.err());
        assertEquals("{\"expiresIn\":\"720h\"}", central.bodies.getFirst().toString());
    }

    @Test
    void withoutAUserTheTokenIsOnesOwn() {
        Ran ran = cli.run("token", "create", "-o", "json");
        assertEquals(0, ran.code(), ran.err());
        assertTrue(ran.out().contains("portolan-user-secret"), ran.out());
        assertEquals(
                List.of("GET /api/v1/whoami", "POST /api/v1/users/dev/tokens"), central.requests);
    }

    @Test
    void whatIsDeletedAndRevokedIsNamed() {
        assertEquals("user/dev deleted\n", cli.run("user", "delete", "dev").out());
        for (String id : List.of("0123456789abcdef", "token/0123456789abcdef")) {
            assertEquals("token/0123456789abcdef revoked\n", cli.run("token", "revoke", id).out());
        }
        assertEquals(Exit.NOT_FOUND.code(), cli.run("token", "revoke", "a/../b").code());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "user",
                "token",
                "user create",
                "token revoke",
                "get users -w",
                "get tokens -A",
                "get user/a b",
                "get nodes n1",
                "get node -w",
                "token create --expires soon"
            })
    void wrongUsageIsToldBeforeCentralIsAsked(String command) {
        assertEquals(Exit.USAGE.code(), cli.run(command.split(" ")).code());
        assertEquals(List.of(), central.requests);
    }

    @Test
    void whatIsSaidGoesWithEveryChangeAndWithNothingElse() {
        cli.run("cordon", "c1", "--comment", "100% r\u00e9f: a+b");
        assertEquals(
                List.of("", "100%25%20r%C3%A9f%3A%20a%2Bb"),
                central.comments,
                central.requests::toString);
        central.comments.clear();
        cli.run("--comment", "gone", "delete", "app", "checkout");
        assertEquals("gone", central.comments.getLast());
        cli.run("user", "delete", "dev", "--comment", "left");
        assertEquals("left", central.comments.getLast());
        cli.run("get", "apps", "--comment", "x");
        assertEquals("", central.comments.getLast());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void aBusyCentralIsAskedAgainWhenItSays(int status) {
        central.busy("GET /api/v1/whoami", status, 3, "0");
        assertEquals(0, cli.run("whoami").code());
        assertEquals(4, central.requests.size());
        central.busy("DELETE /api/v1/users/dev", status, 1, "0");
        assertEquals(0, cli.run("user", "delete", "dev").code());
    }

    @Test
    void whatMustNotHappenTwiceIsNotSentAgain() {
        central.busy("POST /api/v1/users/dev/tokens", 503, 1, "0");
        Ran ran = cli.run("token", "create", "--user", "dev");
        assertEquals(Exit.UNREACHABLE.code(), ran.code());
        assertEquals(1, central.requests.size());
    }

    @Test
    void noPauseGoesBeyondTheTimeout() {
        central.busy("DELETE /api/v1/" + Fixtures.APPLICATION, 503, 1, "3600");
        Ran ran = cli.run("delete", "app", "checkout", "--timeout", "30m");
        assertEquals(Exit.UNREACHABLE.code(), ran.code());
        assertTrue(ran.err().contains("busy (HTTP 503)"), ran.err());
        central.busy("DELETE /api/v1/" + Fixtures.APPLICATION, 503, 1, "1");
        assertEquals(0, cli.run("delete", "app", "checkout", "--timeout", "30m").code());
        central.busy("DELETE /api/v1/" + Fixtures.APPLICATION, 503, 1, "1");
        assertEquals(
                Exit.UNREACHABLE.code(),
                cli.run("delete", "app", "checkout", "--timeout", "900ms").code());
    }
}
