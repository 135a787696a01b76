package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of contexts, and which setting beats which. */
class ConfigTest {
    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central = new FakeCentral().holds("tenants/shop", Fixtures.TENANT);
        cli = new Ran.With(home);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private Path file() {
        return home.resolve(".config/portolan/config.yaml");
    }

    private Ran set(String name) {
        return cli.stdin(FakeCentral.TOKEN + "\n")
                .run(
                        "config",
                        "set-context",
                        name,
                        "--server",
                        central.url(),
                        "--tenant",
                        "shop",
                        "--token-stdin");
    }

    @Test
    void theFirstContextIsUsedAtOnce() throws IOException {
        assertEquals(0, set("dev").code());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
        assertEquals("dev\n", cli.run("config", "current-context").out());
        assertEquals("tenant/shop\n", cli.run("get", "tenants", "-o", "name").out());
    }

    @Test
    void tokensAreNeverShown() {
        set("dev");
        Ran ran = cli.run("config", "get-contexts");
        assertTrue(ran.out().contains("kept here"), ran.out());
        assertFalse(ran.out().contains(FakeCentral.TOKEN), ran.out());
    }

    @Test
    void aContextsTokenIsNotSentToAnotherServer() throws IOException {
        set("dev");
        try (FakeCentral other = new FakeCentral()) {
            Ran ran = cli.run("get", "tenants", "--server", other.url());
            assertEquals(Exit.AUTH.code(), ran.code());
        }
    }

    @Test
    void changingTheServerForgetsTheToken() throws IOException {
        set("dev");
        cli.run("config", "set-context", "dev", "--server", "https://elsewhere.example");
        assertFalse(Files.readString(file()).contains(FakeCentral.TOKEN));
    }

    @Test
    void theEnvironmentBeatsTheContextAndAFlagBeatsBoth() throws IOException {
        set("dev");
        cli.run("config", "set-context", "dead", "--server", "http://127.0.0.1:9");
        cli.run("config", "use-context", "dead");
        assertEquals(Exit.UNREACHABLE.code(), cli.run("get", "tenants").code());
        assertEquals(0, cli.run("get", "tenants", "--context", "dev").code());
        cli.env("PORTOLAN_SERVER", central.url()).env("PORTOLAN_TOKEN", FakeCentral.TOKEN);
        assertEquals(0, cli.run("get", "tenants").code());
        assertEquals(
                Exit.UNREACHABLE.code(),
                cli.run("get", "tenants", "--server", "http://127.0.0.1:9").code());
    }

    @Test
    void aTokenFileIsReadWhenItIsUsed() throws IOException {
        Path token = home.resolve("token");
        cli.run(
                "config",
                "set-context",
                "dev",
                "--server",
                central.url(),
                "--token-file",
                token.toString());
        assertEquals(Exit.AUTH.code(), cli.run("get", "tenants").code());
        Files.writeString(token, FakeCentral.TOKEN + "\n");
        assertEquals(0, cli.run("get", "tenants").code());
    }

    @Test
    void deletedContextsAreForgotten() {
        set("dev");
        assertEquals(0, cli.run("config", "delete-context", "dev").code());
        assertEquals(Exit.NOT_FOUND.code(), cli.run("config", "use-context", "dev").code());
        assertEquals(Exit.NOT_FOUND.code(), cli.run("config", "current-context").code());
    }

    @Test
    void theFileMayStandElsewhere() {
        Path other = home.resolve("other.yaml");
        cli.env("PORTOLAN_CONFIG", other.toString());
        set("dev");
        assertTrue(Files.exists(other));
        assertFalse(Files.exists(file()));
    }

    @Test
    void aBrokenFileIsToldByName() throws IOException {
        Path broken = home.resolve("broken.yaml");
        Files.writeString(broken, "contexts: [");
        Ran ran = cli.env("PORTOLAN_CONFIG", broken.toString()).run("get", "tenants");
        assertEquals(Exit.FAILED.code(), ran.code());
        assertTrue(ran.err().contains("cannot read " + broken), ran.err());
    }
}
