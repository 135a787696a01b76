package io.portolan.agent.grant;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.link.Answer;
import io.portolan.model.Uid;
import io.portolan.model.app.GrantToken;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrantDoorTest {
    private static final Uid PARIS = new Uid("0192-paris");
    private static final Uid APP = new Uid("0192-checkout");
    private static final Uid GONE = new Uid("0192-gone");
    private static final Duration LONG = Duration.ofSeconds(60);

    private final AtomicInteger asked = new AtomicInteger();
    private volatile Answer<Grants> central = granting(4, 30_000);
    private volatile boolean fails;

    /** Holds up what central is asked, after it has answered. */
    private volatile CountDownLatch open = new CountDownLatch(0);

    private final GrantDesk desk =
            new GrantDesk(
                    () -> {
                        asked.incrementAndGet();
                        if (fails) {
                            throw new IllegalStateException("a bug");
                        }
                        Answer<Grants> answer = central;
                        try {
                            open.await();
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                        return answer;
                    });
    private final HttpClient client = HttpClient.newHttpClient();
    private GrantDoor door;

    @BeforeEach
    void open() {
        door = GrantDoor.open(0);
        door.serve(Optional.of(new GrantDoor.Serving(PARIS, desk)));
    }

    @AfterEach
    void close() {
        open.countDown();
        door.close();
        desk.close();
        client.close();
    }

    private static Answer<Grants> granting(long epoch, long millis) {
        return new Answer.Ok<>(new Grants(List.of(new Grant(APP, epoch, millis)), List.of(GONE)));
    }

    private CompletableFuture<HttpResponse<String>> get(String path, String token) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door.port() + path))
                        .header("Authorization", "Bearer " + token)
                        .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
    }

    private CompletableFuture<HttpResponse<String>> get(Uid application) {
        return get(
                "/v1/grants/" + application + "?waiting=true", GrantToken.of(application, PARIS));
    }

    @Test
    void tellsEpochAndLengthOfWhatCentralGrants() {
        HttpResponse<String> answer = get(APP).join();
        assertEquals(200, answer.statusCode());
        assertEquals("{\"epoch\":4,\"remainingMillis\":30000}", answer.body());
    }

    @Test
    void tellsARoleThatIsGoneFromWhatIsNotKnown() {
        assertEquals(410, get(GONE).join().statusCode());
        assertEquals(404, get(new Uid("0192-other")).join().statusCode());
        central = new Answer.Failed<>("no network", Duration.ZERO);
        assertEquals(503, get(APP).join().statusCode());
        door.serve(Optional.empty());
        assertEquals(503, get(APP).join().statusCode(), "an agent that does not lead");
    }

    @Test
    void opensToWhoShowsTheApplicationsTokenOnly() {
        String path = "/v1/grants/" + APP;
        assertEquals(401, get(path, "").join().statusCode());
        assertEquals(401, get(path, GrantToken.of(GONE, PARIS)).join().statusCode());
        assertEquals(401, get(path, GrantToken.of(APP, new Uid("rome"))).join().statusCode());
        assertEquals(404, get("/v1/grants/a/b", "").join().statusCode());
        assertEquals(404, get("/livez", "").join().statusCode());
        assertEquals(0, asked.get());
    }

    /** Else a guard would count from a question that central had answered before it was put. */
    @Test
    void whoComesWhileCentralIsAskedWaitsForTheNextQuestion() {
        open = new CountDownLatch(1);
        CompletableFuture<HttpResponse<String>> first = get(APP);
        await().atMost(LONG).until(() -> asked.get() == 1);
        central = granting(5, 30_000);
        List<CompletableFuture<HttpResponse<String>>> later = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            later.add(get(APP));
        }
        assertTrue(later.stream().noneMatch(CompletableFuture::isDone));
        open.countDown();
        assertTrue(first.join().body().contains("\"epoch\":4"));
        later.forEach(l -> assertTrue(l.join().body().contains("\"epoch\":5")));
        assertTrue(asked.get() <= 21, "each has its own question at most");
    }

    @Test
    void aQuestionThatFailsBadlyIsNotTheLast() {
        fails = true;
        assertEquals(503, get(APP).join().statusCode());
        fails = false;
        assertEquals(200, get(APP).join().statusCode());
    }
}
