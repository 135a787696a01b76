package io.portolan.agent.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.model.app.KubeObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a healthy API server never says: a scripted one on loopback says it. */
class KubernetesApiTest {
    private static final KubeObject CONFIG = Shapes.configMap("shop", "settings", Map.of("a", "1"));
    private static final TypeRef CONFIG_MAP = new TypeRef("v1", "ConfigMap");

    private record Answer(int code, String body, Map<String, String> headers) {}

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private KubernetesApi api;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
        Path kubeconfig = folder.resolve("kubeconfig");
        Files.writeString(
                kubeconfig,
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: u, user: {token: secret}}]
                contexts: [{name: c, context: {cluster: c, user: u}}]
                current-context: c
                """
                        .formatted(server.getAddress().getPort()));
        api = KubernetesApi.fromKubeconfig(kubeconfig);
        say("/api", 200, "{'versions':['v1']}");
        say("/apis", 200, "{'groups':[]}");
        say(
                "/api/v1",
                200,
                "{'resources':[{'name':'configmaps','kind':'ConfigMap','namespaced':true},"
                        + "{'name':'pods/log','kind':'Pod','namespaced':true}]}");
        say("/version", 200, "{'gitVersion':'v1.20.0'}");
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    @Test
    void serverWithoutAggregatedDiscoveryIsUnderstood() {
        KubeApi.Discovery discovery = api.discover().orElseThrow();
        assertEquals("v1.20.0", discovery.version());
        assertEquals(
                List.of(new ApiKind("v1", "ConfigMap", "configmaps", true)), discovery.kinds());
    }

    @Test
    void applySendsExactlyTheObjectAndTheToken() {
        say("/api/v1/namespaces/shop/configmaps/settings", 201, "{'kind':'ConfigMap'}");
        assertEquals(
                new Applied.Ok(new KubeObject(Map.of("kind", "ConfigMap")), true),
                api.apply(CONFIG, true));
        assertEquals(
                "PATCH /api/v1/namespaces/shop/configmaps/settings?force=true&fieldManager=portolan"
                        + " application/apply-patch+yaml Bearer secret"
                        + " {'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'settings',"
                        + "'namespace':'shop'},'data':{'a':'1'}}",
                asked.getLast());
    }

    @Test
    void answersThatMayPassAskForARetryAndKeepTheServersPace() {
        record Case(int code, Map<String, String> headers, String body, Duration after) {}
        for (Case c :
                List.of(
                        new Case(429, Map.of("Retry-After", "7"), "{}", Duration.ofSeconds(7)),
                        new Case(
                                503,
                                Map.of(),
                                "{'message':'m','details':{'retryAfterSeconds':2}}",
                                Duration.ofSeconds(2)),
                        new Case(500, Map.of(), "boom", Duration.ZERO),
                        new Case(504, Map.of(), "", Duration.ZERO))) {
            answers.put(
                    "/api/v1/namespaces/shop/configmaps/settings",
                    new Answer(c.code, c.body.replace('\'', '"'), c.headers));
            var retry = assertInstanceOf(Applied.Retry.class, api.apply(CONFIG, false));
            assertEquals(c.after, retry.retryAfter());
            assertTrue(!retry.message().isEmpty());
            assertInstanceOf(Found.Retry.class, api.get(CONFIG.ref()));
        }
    }

    @Test
    void refusalsCarryKubernetesWords() {
        record Case(int code, String body, Applied.Refused refused) {}
        for (Case c :
                List.of(
                        new Case(
                                403,
                                "{'reason':'Forbidden','message':'exceeded quota'}",
                                new Applied.Refused(403, "Forbidden", "exceeded quota")),
                        new Case(
                                500,
                                "{'message':'failed to create typed patch object: .spec.foo'}",
                                new Applied.Refused(
                                        500, "", "failed to create typed patch object: .spec.foo")),
                        new Case(
                                401,
                                "Unauthorized by a proxy",
                                new Applied.Refused(401, "", "Unauthorized by a proxy")))) {
            say("/api/v1/namespaces/shop/configmaps/settings", c.code, c.body);
            assertEquals(c.refused, api.apply(CONFIG, false));
        }
    }

    @Test
    void conflictsListEachField() {
        say(
                "/api/v1/namespaces/shop/configmaps/settings",
                409,
                "{'reason':'Conflict','details':{'causes':["
                        + cause("conflict with \\'kubectl\\' using v1", ".data.a")
                        + ","
                        + cause("conflict with \\'hpa\\' with subresource \\'scale\\'", ".data.b")
                        + "]}}");
        assertEquals(
                new Applied.Conflict(
                        List.of(
                                new FieldConflict("kubectl", ".data.a"),
                                new FieldConflict("hpa", ".data.b"))),
                api.apply(CONFIG, false));
    }

    private static String cause(String message, String field) {
        return "{'reason':'FieldManagerConflict','message':'%s','field':'%s'}"
                .formatted(message, field);
    }

    @Test
    void deadServerAsksForARetryAndIsNamed() {
        say("/api/v1/namespaces/shop/configmaps/settings", 200, "{'kind':'ConfigMap'}");
        assertInstanceOf(Found.Ok.class, api.get(CONFIG.ref()));
        int port = server.getAddress().getPort();
        server.stop(0);
        var retry = assertInstanceOf(Applied.Retry.class, api.apply(CONFIG, false));
        assertTrue(retry.message().contains("127.0.0.1:" + port), retry.message());
        assertTrue(api.discover().isEmpty());
        assertInstanceOf(Listed.Failed.class, api.list(CONFIG_MAP, "", _ -> {}));
    }

    @Test
    void kindWhoseServerIsSilentIsNotCalledUnknown() {
        say("/apis", 200, "{'groups':[{'versions':[{'groupVersion':'metrics.k8s.io/v1'}]}]}");
        say("/apis/metrics.k8s.io/v1", 503, "{'message':'no endpoints'}");
        assertInstanceOf(
                Found.Retry.class,
                api.get(Shapes.object("metrics.k8s.io/v1", "NodeMetrics", "", "n").ref()));
        assertInstanceOf(
                Found.UnknownKind.class,
                api.get(Shapes.object("other.io/v1", "Odd", "", "n").ref()));
    }

    @Test
    void pathThatTheServerDeniesIsAskedAnew() {
        say("/api/v1/namespaces/shop/configmaps/settings", 404, "404 page not found");
        assertInstanceOf(Found.UnknownKind.class, api.get(CONFIG.ref()));
        say(
                "/api/v1/namespaces/shop/configmaps/settings",
                404,
                "{'reason':'NotFound','details':{'name':'settings'}}");
        Awaitility.await().until(() -> api.get(CONFIG.ref()) instanceof Found.Absent);
    }

    @Test
    void listThatBreaksInThePagesFails() {
        say(
                "/api/v1/configmaps",
                200,
                "{'metadata':{'resourceVersion':'5','continue':'x'},'items':[{'metadata':{'name':'a'}}]}");
        say("/api/v1/configmaps continue=x", 410, "{'reason':'Expired','message':'too old'}");
        List<String> seen = new ArrayList<>();
        assertEquals(
                new Listed.Failed("too old", Duration.ZERO),
                api.list(CONFIG_MAP, "", o -> seen.add(o.name())));
        assertEquals(List.of("a"), seen);
    }

    @Test
    void watchSpeaksOfBookmarksAndItsEnd() {
        record Case(String body, List<WatchEvent> events) {}
        for (Case c :
                List.of(
                        new Case(
                                "{'type':'BOOKMARK','object':{'metadata':{'resourceVersion':'9'}}}\n",
                                List.of(
                                        new WatchEvent.Bookmark("9"),
                                        new WatchEvent.Ended(
                                                false, "the server ended the watch of ConfigMap"))),
                        new Case(
                                "{'type':'ERROR','object':{'code':410,'message':'too old'}}\n",
                                List.of(new WatchEvent.Ended(true, "too old"))),
                        new Case(
                                "{'type':'ERROR','object':{'code':500,'message':'etcd'}}\n",
                                List.of(new WatchEvent.Ended(false, "etcd"))))) {
            say("/api/v1/configmaps", 200, c.body);
            List<WatchEvent> events = new CopyOnWriteArrayList<>();
            try (var _ = api.watch(CONFIG_MAP, "", "1", events::add)) {
                Awaitility.await().until(() -> events.equals(c.events));
            }
        }
        assertTrue(
                asked.getLast().contains("watch=true&allowWatchBookmarks=true&resourceVersion=1"),
                asked.getLast());
    }

    private void say(String path, int code, String body) {
        answers.put(path, new Answer(code, body.replace('\'', '"'), Map.of()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getRawQuery();
        String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String path = exchange.getRequestURI().getRawPath();
        asked.add(
                exchange.getRequestMethod()
                        + " "
                        + exchange.getRequestURI()
                        + " "
                        + exchange.getRequestHeaders().getFirst("Content-Type")
                        + " "
                        + exchange.getRequestHeaders().getFirst("Authorization")
                        + " "
                        + sent.replace('"', '\''));
        boolean next = query != null && query.contains("continue=x");
        Answer answer =
                answers.getOrDefault(
                        next ? path + " continue=x" : path, new Answer(404, "{}", Map.of()));
        answer.headers.forEach((k, v) -> exchange.getResponseHeaders().set(k, v));
        byte[] body = answer.body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(answer.code, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
