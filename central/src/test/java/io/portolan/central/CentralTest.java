package io.portolan.central;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.api.Docs;
import io.portolan.central.http.Limits;
import io.portolan.central.leader.Members;
import io.portolan.central.leader.Rendezvous;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.model.Digest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CentralTest {
    private static final String DATABASE = "jdbc:postgresql://db/portolan";

    @Test
    void runsOnItsOwnDatabaseAndKeepsEverything(@TempDir Path dir) throws Exception {
        Config config = Config.under(dir, 0);
        String token;
        try (Central first = Central.start(config)) {
            token = first.adminToken();
            assertEquals(200, get(first.address(), "/readyz", "").statusCode());
            HttpRequest put =
                    HttpRequest.newBuilder(first.address().resolve("/api/v1/tenants/shop"))
                            .header("Authorization", "Bearer " + token)
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(Docs.TENANT))
                            .build();
            assertEquals(201, send(put).statusCode());
            Awaitility.await()
                    .until(
                            () ->
                                    get(first.address(), "/metrics", "")
                                            .body()
                                            .contains("portolan_leader 1.0"));
        }
        try (Central second = Central.start(config)) {
            assertEquals(token, second.adminToken());
            assertEquals(200, get(second.address(), "/api/v1/tenants/shop", token).statusCode());
        }
    }

    @Test
    void aNodeThatStopsLeavesTheLeadAtOnce() {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        TestNode first = TestNode.start(store);
        Awaitility.await().until(() -> leads(first));
        try (TestNode second = TestNode.start(store)) {
            first.close();
            Awaitility.await().until(() -> leads(second));
        }
    }

    private static boolean leads(TestNode node) {
        return node.sendAs("", "GET", "/metrics", "").text().contains("portolan_leader 1.0");
    }

    @Test
    void anAddressThatIsTakenStopsTheStart(@TempDir Path dir) {
        try (TestNode first = TestNode.start()) {
            Config same = Config.under(dir, first.address().getPort());
            MemoryStore store = new MemoryStore(Clock.systemUTC());
            var refused =
                    assertThrows(Config.ConfigException.class, () -> Central.start(same, store));
            assertTrue(refused.getMessage().contains("in use"), refused::getMessage);
            assertTrue(
                    store.lead("next", "term", Duration.ofSeconds(1)).isPresent(),
                    "what cannot be reached must not lead");
        }
    }

    @Test
    void countsRequestsByRouteNotByPath() {
        try (TestNode node = TestNode.start()) {
            node.get("/api/v1/clusters/some-name");
            String text = node.sendAs("", "GET", "/metrics", "").text();
            assertTrue(
                    text.contains(
                            "portolan_http_requests_seconds_count{code=\"404\",method=\"GET\","
                                    + "route=\"/api/v1/clusters/{name}\"} 1"),
                    text);
            assertTrue(!text.contains("some-name"), "labels per object grow without bound");
        }
    }

    @Test
    void countsOperationsThatLiveWaitForPeopleAndEnd() {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        Term other = store.lead("other", "term", Duration.ofHours(1)).orElseThrow();
        try (TestNode node = TestNode.start(store)) {
            node.put("/api/v1/tenants/shop", Docs.TENANT);
            node.put("/api/v1/tenants/shop/applications/web", Docs.application("x"));
            String one =
                    node.post(
                                    "/api/v1/tenants/shop/failovers",
                                    "{\"application\":\"web\",\"to\":\"eu-north\"}")
                            .header("Location");
            String word = "{\"reason\":\"lunch\"}";
            assertEquals(200, node.post(one + "/pause", word).status());
            assertEquals("0.0", metric(node, "portolan_operations_live"), "it does not lead");
            store.release(other);
            Awaitility.await().until(() -> metric(node, "portolan_operations_live").equals("1.0"));
            assertEquals("1.0", metric(node, "portolan_operations_waiting_for_people"));
            assertEquals(200, node.post(one + "/abort", word).status());
            String ended = "portolan_operations_seconds_count{end=\"aborted\",kind=\"failover\"}";
            Awaitility.await().until(() -> metric(node, ended).equals("1"));
            Awaitility.await().until(() -> metric(node, "portolan_operations_live").equals("0.0"));
        }
    }

    private static String metric(TestNode node, String name) {
        return node.sendAs("", "GET", "/metrics", "")
                .text()
                .lines()
                .filter(l -> l.startsWith(name + " "))
                .findFirst()
                .map(l -> l.substring(name.length() + 1))
                .orElse("");
    }

    @Test
    void tellsWhenTheStoreIsSilent() {
        AtomicBoolean broken = new AtomicBoolean();
        Store store = breakable(new MemoryStore(Clock.systemUTC()), broken);
        try (TestNode node = TestNode.start(store)) {
            node.put("/api/v1/tenants/shop", Docs.TENANT);
            assertEquals(200, node.sendAs("", "GET", "/readyz", "").status());
            broken.set(true);
            assertEquals(503, node.sendAs("", "GET", "/readyz", "").status());
            assertEquals(200, node.sendAs("", "GET", "/livez", "").status());
            var reply = node.get("/api/v1/tenants/shop");
            assertEquals(503, reply.status());
            assertEquals("1", reply.header("Retry-After"));
            broken.set(false);
            assertEquals(200, node.get("/api/v1/tenants/shop").status());
        }
    }

    private static Store breakable(Store store, AtomicBoolean broken) {
        return (Store)
                Proxy.newProxyInstance(
                        CentralTest.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, args) -> {
                            if (broken.get() && !method.getName().equals("close")) {
                                throw new Store.StoreException("cut off", new Throwable());
                            }
                            try {
                                return method.invoke(store, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static HttpResponse<String> get(URI address, String path, String token)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return send(request.build());
    }

    private static HttpResponse<String> send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Main main() {
        return new Main(Map.of(), Path.of("/home/ann"));
    }

    private static Config config(Map<String, String> env, String home, String... args) {
        Main main = new Main(env, Path.of(home));
        Main.commandLine(main).parseArgs(args);
        return main.config();
    }

    @Test
    void withoutFlagsDataLieInTheUsersDataDirectory() {
        Path own = Path.of("/home/ann/.local/share/portolan/central");
        assertEquals(Config.under(own, Config.PORT), config(Map.of(), "/home/ann"));
        assertEquals(
                Config.under(Path.of("/data/portolan/central"), Config.PORT),
                config(Map.of("XDG_DATA_HOME", "/data"), "/home/ann"));
        assertEquals(
                Config.under(own, Config.PORT),
                config(Map.of("XDG_DATA_HOME", "relative is ignored"), "/home/ann"));
        String url = "jdbc:postgresql://x/y";
        Config elsewhere = config(Map.of(), "/home/ann", "--database-url", url);
        assertEquals(
                new Config.Database.Url(url, Optional.empty(), Optional.empty()),
                elsewhere.database());
        assertEquals(own.resolve("admin-token"), elsewhere.tokenFile());
        assertEquals(
                List.of(
                        "database: jdbc:postgresql://x/y",
                        "admin token: " + own.resolve("admin-token")),
                Main.places(config(Map.of(), "/home/ann", "--database-url", url + "?password=p")));
        var homeless = assertThrows(Config.ConfigException.class, () -> config(Map.of(), "?"));
        assertTrue(homeless.getMessage().contains("--data-dir"), homeless::getMessage);
        assertEquals(
                Path.of("t"),
                config(Map.of(), "?", "--database-url", url, "--token-file", "t").tokenFile());
    }

    @Test
    void flagsAreReadAndUnknownOnesStopTheStart(@TempDir Path dir) {
        Main main = main();
        CommandLine line = Main.commandLine(main);
        line.parseArgs("--data-dir", dir.toString(), "--port", "0");
        assertEquals(
                new Config(
                        "127.0.0.1",
                        0,
                        new Config.Database.Embedded(dir.resolve("postgres")),
                        dir.resolve("admin-token"),
                        false),
                main.config());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        assertEquals(2, line.execute("--data-dir", dir.toString(), "--prot", "1"));
        assertTrue(err.toString().contains("--prot"), err::toString);
        assertTrue(err.toString().contains("Usage"), err::toString);
    }

    @Test
    void databaseOfItsOwnMakesANodeOneOfMany() {
        Config many = config(Map.of(), "?", "--database-url", DATABASE, "--token-file", "t");
        assertEquals(new Rendezvous.Postgres(), many.members().rendezvous());
        assertEquals(Members.PORT, many.members().port());
        Config one =
                config(
                        Map.of(),
                        "?",
                        "--database-url",
                        DATABASE,
                        "--token-file",
                        "t",
                        "--members",
                        "none");
        assertEquals(Members.none(""), one.members());
        assertEquals(new Rendezvous.None(), config(Map.of(), "/home/ann").members().rendezvous());
    }

    @Test
    void contradictingFlagsAreExplained(@TempDir Path dir) {
        for (String[] args :
                new String[][] {
                    {"--database-url", "jdbc:mysql://x/y", "--token-file", "t"},
                    {"--database-user", "me"},
                    {"--data-dir", dir.toString(), "--database-user", "me"},
                    {"--data-dir", dir.toString(), "--port", "70000"},
                    {"--data-dir", dir.toString(), "--host", "0.0.0.0"},
                    {"--data-dir", dir.toString(), "--in-flight", "0"},
                    {"--data-dir", dir.toString(), "--members", "postgres"},
                    {"--data-dir", dir.toString(), "--drain", "soon"},
                    {"--data-dir", dir.toString(), "--heartbeat", "1500ms"},
                    {"--database-url", DATABASE, "--token-file", "t", "--members", "kubernetes"},
                    {"--database-url", DATABASE, "--token-file", "t", "--member-host", "0.0.0.0"},
                    {"--database-url", DATABASE, "--token-file", "t", "--member-networks", "10/8"},
                    {"--database-url", DATABASE, "--token-file", "t", "--member-port", "-1"},
                    {"--data-dir", dir.toString(), "--reads-per-second", "-1"},
                }) {
            Main main = main();
            CommandLine line = Main.commandLine(main);
            line.parseArgs(args);
            assertThrows(Config.ConfigException.class, main::config, String.join(" ", args));
        }
        Main remote = main();
        Main.commandLine(remote)
                .parseArgs("--data-dir", dir.toString(), "--host", "0.0.0.0", "--allow-remote");
        assertEquals("0.0.0.0", remote.config().host());
        Main limited = main();
        Main.commandLine(limited)
                .parseArgs(
                        "--data-dir",
                        dir.toString(),
                        "--reads-per-second=1",
                        "--writes-per-second=2",
                        "--in-flight=3",
                        "--failed-tokens-per-minute=4");
        assertEquals(new Limits(1, 2, 3, 4), limited.config().limits());
    }

    @Test
    void onlyDigestsOfTokensAreStored() {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        try (TestNode node = TestNode.start(store)) {
            assertTrue(
                    store.token(
                                    Digest.of(
                                            node.adminToken()
                                                    .getBytes(
                                                            java.nio.charset.StandardCharsets
                                                                    .UTF_8)))
                            .isPresent());
        }
    }
}
