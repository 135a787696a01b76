package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpServer;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.BareAgent;
import io.portolan.e2e.harness.ClusterSpec;
import io.portolan.e2e.harness.Exchange;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.KubeClusters;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
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
                        Portolan.start(
                                fleet.postgres().freshDatabase("spoken"),
                                List.of(fleet.bareCluster()));
                HttpClient http = HttpClient.newHttpClient()) {
            FormerAgent agent = new FormerAgent(portolan, http, Conversation.prepare(portolan));
            for (Conversation step : Conversation.values()) {
                step.begin(portolan);
                for (Exchange then : recorded) {
                    if (then.after().equals(step.name())) {
                        covers(then.answer(), agent.says(then).answer());
                    }
                }
                step.awaitEnd(portolan);
            }
        }
    }

    /** An agent of today does what the central of then tells it. */
    @ParameterizedTest
    @MethodSource("recordings")
    void formerCentralIsObeyed(Path recording) {
        FormerCentral former = new FormerCentral(Exchange.read(recording));
        HttpServer wire = Exchange.serve((request, _) -> former.answer(request));
        try (KubeClusters clusters =
                        KubeClusters.start(ClusterSpec.apiOnly(Conversation.CLUSTER, "eu-west"));
                Proc agent =
                        BareAgent.start(
                                clusters.get(Conversation.CLUSTER),
                                wire.getAddress().getPort(),
                                "token-of-then")) {
            agent.awaitLine("portolan agent ready: cluster recorded", Scene.LATER);
            Live live = clusters.get(Conversation.CLUSTER).live();
            former.reach(Conversation.PLACED);
            awaitText(live, "first ");
            former.awaitReport("\"health\":\"Healthy\"");
            former.awaitAsked("heartbeat", "");

            former.lose();
            former.reach(Conversation.CHANGED);
            awaitText(live, "second ");
            former.awaitResent();

            former.reach(Conversation.PROTECTED);
            live.awaitExists("v1/configmaps", Conversation.TENANT, "ledger", Scene.LATER);
            former.reach(Conversation.DEMOTED);
            former.awaitReport("\"role\":\"Standby\"", "\"demotion\":{");
            former.reach(Conversation.DELETED);
            live.awaitGone("v1/configmaps", Conversation.TENANT, "words", Scene.LATER);
            former.awaitReport("\"removed\":true");
            assertTrue(live.get("v1/configmaps", Conversation.TENANT, "ledger").isPresent());
        } finally {
            former.reach(Conversation.DELETED);
            wire.stop(0);
        }
    }

    private static void awaitText(Live live, String word) {
        Await.until(
                "the text of " + word,
                Scene.LATER,
                () ->
                        live.get("v1/configmaps", Conversation.TENANT, "words")
                                .orElseThrow()
                                .toString()
                                .contains(word));
    }

    /** Not a test: {@code PORTOLAN_RECORD=0.1} makes the recording of this build. */
    @Test
    @EnabledIfEnvironmentVariable(named = "PORTOLAN_RECORD", matches = "[0-9]+\\.[0-9]+")
    void record(Fleet fleet) {
        Queue<Exchange> heard = new ConcurrentLinkedQueue<>();
        AtomicReference<Conversation> step = new AtomicReference<>(Conversation.JOINED);
        AtomicBoolean lose = new AtomicBoolean();
        try (Portolan portolan =
                        Portolan.start(
                                fleet.postgres().freshDatabase("record"),
                                List.of(fleet.bareCluster()));
                KubeClusters clusters =
                        KubeClusters.start(ClusterSpec.apiOnly(Conversation.CLUSTER, "eu-west"));
                HttpClient http = HttpClient.newHttpClient()) {
            String token = Conversation.prepare(portolan);
            String central = portolan.central().address();
            HttpServer wire =
                    Exchange.serve(
                            (request, credential) -> {
                                boolean skip =
                                        request.route().equals("reports")
                                                && lose.compareAndSet(true, false);
                                // A report may end its step, and a poll waits for the next one.
                                Conversation before = step.get();
                                Exchange done =
                                        (skip ? skipping(request) : request)
                                                .send(http, central, credential);
                                boolean polled = request.route().equals("work");
                                heard.add(done.following((polled ? step.get() : before).name()));
                                return done;
                            });
            try (Proc agent =
                    BareAgent.start(
                            clusters.get(Conversation.CLUSTER),
                            wire.getAddress().getPort(),
                            token)) {
                agent.awaitLine("portolan agent ready: cluster recorded", Scene.LATER);
                Await.until(
                        "a heartbeat",
                        Scene.LATER,
                        () -> heard.stream().anyMatch(e -> e.route().equals("heartbeat")));
                for (Conversation next : Conversation.values()) {
                    step.set(next);
                    lose.set(next == Conversation.CHANGED);
                    next.begin(portolan);
                    next.awaitEnd(portolan);
                }
            } finally {
                wire.stop(0);
            }
        }
        List<Exchange> kept = Conversation.worthKeeping(List.copyOf(heard));
        assertTrue(kept.stream().anyMatch(e -> e.status() == 409), "no batch was refused");
        assertTrue(kept.stream().anyMatch(e -> e.route().equals("heartbeat")), "no heartbeat");
        assertTrue(kept.stream().anyMatch(e -> e.body().contains("\"demotion\":{")), "no proof");
        assertTrue(kept.stream().anyMatch(e -> e.body().contains("\"removed\":true")), "no end");
        Exchange.write(
                RECORDINGS.resolve(System.getenv("PORTOLAN_RECORD") + "/exchanges.jsonl"), kept);
    }

    /** As if reports before this one had been lost on the way. */
    private static Exchange skipping(Exchange report) {
        JsonObject body = report.bodyJson();
        body.addProperty("batch", body.get("batch").getAsLong() + 5);
        return report.asking(report.path(), report.query(), body.toString());
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
}
