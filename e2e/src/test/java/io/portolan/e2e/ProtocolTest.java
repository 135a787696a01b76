package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.BareAgent;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.Exchange;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every released version said to its peer, said again to the peer of today. A release adds its
 * recording (CONTRIBUTING.md); none is ever changed.
 */
@ExtendWith(Fleet.Extension.class)
class ProtocolTest {
    private static final Path RECORDINGS =
            Workspace.module().resolve("src/test/resources/protocol");
    private static final String TENANT = "spoken";
    private static final String UNKNOWN = "\"fieldOfALaterVersion\": {\"a\": [1]}, ";

    /** Large enough to be fetched by its digest and not to come with the work. */
    private static App app() {
        return new App(TENANT, "words")
                .manifests(
                        """
                        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "words"},
                         "data": {"text": "%s"}}
                        """
                                .formatted("word ".repeat(4_000)))
                .on("recorded");
    }

    static Stream<Path> recordings() throws IOException {
        try (Stream<Path> versions = Files.list(RECORDINGS)) {
            return versions.map(v -> v.resolve("exchanges.jsonl")).sorted().toList().stream();
        }
    }

    /** A central of today serves the agent of then, whose words hold what today knows not. */
    @ParameterizedTest
    @MethodSource("recordings")
    void formerAgentIsServed(Path recording, Fleet fleet) {
        List<Exchange> recorded = Exchange.read(recording);
        try (Portolan portolan =
                        Portolan.start(fleet.postgres().freshDatabase("spoken"), List.of());
                HttpClient http = HttpClient.newHttpClient()) {
            Central central = portolan.central();
            String token = prepare(portolan);
            // Names of then to names of now.
            Map<String, String> names = new LinkedHashMap<>();
            String credential = "";
            for (Exchange then : recorded) {
                if (then.path().endsWith("/join")) {
                    names.put(then.bodyJson().get("token").getAsString(), token);
                }
                Exchange now =
                        then.asking(
                                        renamed(then.path(), names),
                                        asked(then.query(), names)
                                                .replaceAll("cursor=\\d+", "cursor=0"),
                                        unknown(
                                                renamed(then.body(), names)
                                                        .replaceAll(
                                                                "\"batch\":\\d+", "\"batch\":1")))
                                .send(http, central.address(), credential);
                assertEquals(
                        then.status(),
                        now.status(),
                        () -> now.method() + " " + now.path() + " now answers " + now.answer());
                covers(then.answer(), now.answer());
                switch (then.path().substring(then.path().lastIndexOf('/'))) {
                    case "/join" -> {
                        same(then, now, names, "cluster");
                        same(then, now, names, "credential");
                        credential = "Bearer " + now.answerJson().get("credential").getAsString();
                    }
                    case "/hello" -> {
                        for (String field : List.of("session", "generation")) {
                            number(field, then.answerJson(), now.answerJson(), names);
                        }
                        portolan.api().put(app().path(), app().json()).expect(200);
                        portolan.api()
                                .awaitStatus(
                                        TENANT, "words", "\"cluster\":\"recorded\"", Scene.SOON);
                    }
                    case "/work" -> {
                        JsonObject was =
                                then.answerJson().getAsJsonArray("works").get(0).getAsJsonObject();
                        JsonObject is =
                                now.answerJson().getAsJsonArray("works").get(0).getAsJsonObject();
                        for (String field : List.of("application", "content")) {
                            names.put(was.get(field).getAsString(), is.get(field).getAsString());
                        }
                        number("sequence", was, is, names);
                        names.put(
                                "\"appliedSequence\":" + was.get("sequence"),
                                "\"appliedSequence\":" + is.get("sequence"));
                    }
                    default -> {}
                }
            }
            Await.until(
                    "what the former agent reported",
                    Scene.SOON,
                    () ->
                            portolan.api()
                                    .status(TENANT, "words")
                                    .get("health")
                                    .getAsString()
                                    .equals("Healthy"));
        }
    }

    /** An agent of today does what the central of then tells it. */
    @ParameterizedTest
    @MethodSource("recordings")
    void formerCentralIsObeyed(Path recording) {
        List<Exchange> recorded = Exchange.read(recording);
        Queue<Exchange> asked = new ConcurrentLinkedQueue<>();
        HttpServer former =
                Exchange.serve(
                        (request, _) -> {
                            asked.add(request);
                            return answerOfThen(recorded, request);
                        });
        try (KubeClusters clusters =
                        KubeClusters.start(ClusterSpec.apiOnly("recorded", "eu-west"));
                Proc agent =
                        BareAgent.start(
                                clusters.get("recorded"),
                                former.getAddress().getPort(),
                                "token-of-then")) {
            agent.awaitLine("portolan agent ready: cluster recorded", Scene.LATER);
            KubeCluster cluster = clusters.get("recorded");
            cluster.live().awaitExists("v1/configmaps", TENANT, "words", Scene.LATER);
            Await.until(
                    "the report",
                    Scene.LATER,
                    () ->
                            asked.stream()
                                    .anyMatch(
                                            e ->
                                                    e.path().endsWith("/reports")
                                                            && e.body()
                                                                    .contains(
                                                                            "\"health\":\"Healthy\"")));
            Await.until(
                    "a heartbeat",
                    Scene.LATER,
                    () -> asked.stream().anyMatch(e -> e.path().endsWith("/heartbeat")));
        } finally {
            former.stop(0);
        }
    }

    /** Not a test: {@code PORTOLAN_RECORD=0.1} makes the recording of this build. */
    @Test
    @EnabledIfEnvironmentVariable(named = "PORTOLAN_RECORD", matches = "[0-9]+\\.[0-9]+")
    void record(Fleet fleet) {
        Queue<Exchange> heard = new ConcurrentLinkedQueue<>();
        try (Portolan portolan =
                        Portolan.start(fleet.postgres().freshDatabase("record"), List.of());
                KubeClusters clusters =
                        KubeClusters.start(ClusterSpec.apiOnly("recorded", "eu-west"));
                HttpClient http = HttpClient.newHttpClient()) {
            String token = prepare(portolan);
            HttpServer wire =
                    Exchange.serve(
                            (request, credential) -> {
                                Exchange done =
                                        request.send(
                                                http, portolan.central().address(), credential);
                                heard.add(done);
                                return done;
                            });
            try (Proc agent =
                    BareAgent.start(clusters.get("recorded"), wire.getAddress().getPort(), token)) {
                agent.awaitLine("portolan agent ready: cluster recorded", Scene.LATER);
                portolan.api().put(app().path(), app().json()).expect(200);
                portolan.api().awaitHealth(TENANT, "words", "Healthy", Scene.LATER);
                Await.until(
                        "each route", Scene.LATER, () -> distinct(List.copyOf(heard)).size() == 6);
            } finally {
                wire.stop(0);
            }
        }
        Exchange.write(
                RECORDINGS.resolve(System.getenv("PORTOLAN_RECORD") + "/exchanges.jsonl"),
                distinct(List.copyOf(heard)));
    }

    /** The first exchange of each route that says something. */
    private static List<Exchange> distinct(List<Exchange> heard) {
        List<Exchange> out = new ArrayList<>();
        heard.stream().filter(e -> e.path().endsWith("/join")).findFirst().ifPresent(out::add);
        heard.stream().filter(e -> e.path().endsWith("/hello")).findFirst().ifPresent(out::add);
        heard.stream()
                .filter(e -> e.path().endsWith("/work"))
                .filter(e -> e.answer().contains("\"words\""))
                .findFirst()
                .ifPresent(out::add);
        heard.stream().filter(e -> e.path().contains("/content/")).findFirst().ifPresent(out::add);
        heard.stream()
                .filter(e -> e.path().endsWith("/reports"))
                .filter(e -> e.body().contains("\"health\":\"Healthy\""))
                .findFirst()
                .ifPresent(out::add);
        heard.stream().filter(e -> e.path().endsWith("/heartbeat")).findFirst().ifPresent(out::add);
        return out;
    }

    private static String prepare(Portolan portolan) {
        portolan.createTenant(TENANT);
        portolan.api()
                .put(
                        "/api/v1/clusters/recorded",
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Cluster", "metadata": {"name": "recorded"},
                         "spec": {"location": {"region": "eu-west"}}}
                        """)
                .expect(200);
        return portolan.api()
                .post("/api/v1/clusters/recorded/join-tokens", "{\"validFor\": \"1h\"}")
                .expect(201)
                .json()
                .get("token")
                .getAsString();
    }

    /** Numbers in a query end with the next parameter: the last one needs an end, too. */
    private static String asked(String query, Map<String, String> names) {
        String out = renamed(query + "&", names);
        return out.substring(0, out.length() - 1);
    }

    private static String renamed(String text, Map<String, String> names) {
        String out = text;
        for (Map.Entry<String, String> name : names.entrySet()) {
            out = out.replace(name.getKey(), name.getValue());
        }
        return out;
    }

    private static String unknown(String json) {
        return json.startsWith("{") ? "{" + UNKNOWN + json.substring(1) : json;
    }

    private static void same(Exchange then, Exchange now, Map<String, String> names, String field) {
        names.put(
                then.answerJson().get(field).getAsString(),
                now.answerJson().get(field).getAsString());
    }

    private static void number(
            String field, JsonObject then, JsonObject now, Map<String, String> names) {
        for (String form :
                List.of(field + "=%s&", "\"" + field + "\":%s,", "\"" + field + "\":%s}")) {
            names.put(form.formatted(then.get(field)), form.formatted(now.get(field)));
        }
    }

    /** Whether today's answer still has each field that the peer of then reads. */
    private static void covers(String then, String now) {
        if (then.startsWith("{")) {
            covers("", JsonParser.parseString(then), JsonParser.parseString(now));
        }
    }

    private static void covers(String at, JsonElement then, JsonElement now) {
        if (then.isJsonObject()) {
            assertTrue(now.isJsonObject(), at);
            for (String field : then.getAsJsonObject().keySet()) {
                JsonElement is = now.getAsJsonObject().get(field);
                // Contents go by their digests, objects by their own fields.
                if (!at.endsWith("/contents") && !at.contains("/objects")) {
                    assertTrue(is != null, at + "/" + field + " is gone");
                    covers(at + "/" + field, then.getAsJsonObject().get(field), is);
                }
            }
        } else if (then.isJsonArray()) {
            assertTrue(now.isJsonArray(), at);
            if (!then.getAsJsonArray().isEmpty()) {
                assertTrue(!now.getAsJsonArray().isEmpty(), at + " is empty");
                covers(at + "/0", then.getAsJsonArray().get(0), now.getAsJsonArray().get(0));
            }
        } else {
            assertEquals(
                    then.getAsJsonPrimitive().isNumber(), now.getAsJsonPrimitive().isNumber(), at);
            assertEquals(
                    then.getAsJsonPrimitive().isBoolean(),
                    now.getAsJsonPrimitive().isBoolean(),
                    at);
        }
    }

    /** The recorded answer, with a field that came later; a batch is always the one asked about. */
    private static Exchange answerOfThen(List<Exchange> recorded, Exchange request) {
        for (Exchange then : recorded) {
            if (!then.path().equals(request.path())) {
                continue;
            }
            String answer = then.answer();
            if (request.path().endsWith("/reports")) {
                JsonObject ack = then.answerJson();
                ack.add("batch", request.bodyJson().get("batch"));
                answer = ack.toString();
            }
            if (request.path().endsWith("/work")
                    && request.query().contains("cursor=" + then.answerJson().get("cursor"))) {
                // Nothing is new: a poll of then waited and said nothing more.
                return request.answered(429, "");
            }
            return request.answered(
                    then.status(), request.path().contains("/content/") ? answer : unknown(answer));
        }
        return request.answered(404, "");
    }
}
