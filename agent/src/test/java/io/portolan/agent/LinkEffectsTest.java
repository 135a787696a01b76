package io.portolan.agent;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.agent.core.Effect;
import io.portolan.agent.grant.GrantDesk;
import io.portolan.agent.link.Backoff;
import io.portolan.agent.link.CentralLink;
import io.portolan.agent.state.Credential;
import io.portolan.agent.state.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When central is asked again. */
class LinkEffectsTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Effect BEAT = new Effect.Beat(1, 9);
    private static final Effect POLL = new Effect.Poll(2, 9, 1, 7, 0, 5);

    /** Nobody waits for the end of such a pause. */
    private static final Duration HOURS = Duration.ofHours(5);

    private final AtomicInteger polls = new AtomicInteger();
    private volatile int status = 503;
    private HttpServer server;
    private CentralLink link;
    private LinkEffects effects;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::serve);
        server.start();
        URI central = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        link = new CentralLink(List.of(central));
        effects =
                new LinkEffects(
                        link,
                        new GrantDesk(link::grants),
                        new NoCredentials(),
                        new Config(List.of(central), "token", Path.of("none"), Optional.empty()),
                        new Backoff(new SplittableRandom(1), HOURS, HOURS),
                        _ -> {});
    }

    @AfterEach
    void stop() {
        link.close();
        server.stop(0);
    }

    /** An agent of a cluster that was cut off is told what changed when it is heard again. */
    @Test
    void pollDoesNotRestLongerThanCentralIsAway() throws Exception {
        effects.perform(BEAT);
        FutureTask<?> poll = resting();
        status = 200;
        effects.perform(BEAT);
        await().atMost(SOON).until(poll::isDone);
        assertEquals(1, polls.get());
    }

    /** Central that takes signs of life and cannot serve more is not pressed. */
    @Test
    void pollThatIsRefusedWhileSignsOfLifeAreTakenRests() throws Exception {
        status = 200;
        effects.perform(BEAT);
        FutureTask<?> poll = resting();
        effects.perform(BEAT);
        assertFalse(poll.isDone());
        assertEquals(0, polls.get());
    }

    /** A poll in the pause before it is made. */
    private FutureTask<?> resting() {
        Callable<?> perform = () -> effects.perform(POLL);
        FutureTask<?> task = new FutureTask<>(perform);
        Thread thread = Thread.ofPlatform().daemon().start(task);
        await().atMost(SOON).until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        return task;
    }

    private void serve(HttpExchange exchange) throws IOException {
        if (exchange.getRequestURI().getPath().endsWith("/work")) {
            polls.incrementAndGet();
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static final class NoCredentials implements Credentials {
        @Override
        public Optional<Credential> credential() {
            return Optional.empty();
        }

        @Override
        public void keep(Credential credential) {
            throw new AssertionError("nobody joins");
        }
    }
}
