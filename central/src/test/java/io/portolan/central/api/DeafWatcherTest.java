package io.portolan.central.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.http.HttpServer;
import io.portolan.central.http.Limits;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.reconcile.Thresholds;
import io.portolan.central.render.ApplicationRules;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Write;
import io.portolan.central.telemetry.Metrics;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients on real sockets that do not read, or not fast enough. */
class DeafWatcherTest {
    private static final String TOKEN = "deaf-watcher-test-0123456789";
    private static final String LARGE = "x".repeat(60_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final MemoryStore store = new MemoryStore(Clock.systemUTC());
    private final Metrics metrics = new Metrics();
    private final ChangeFollower follower = ChangeFollower.start(store, List.of());
    private final Heard heard = new Heard(store);
    private WatchRoutes watches;
    private HttpServer server;
    private int opened;

    private void serve(Duration patience) {
        store.putToken(Tokens.digest(TOKEN), new Store.TokenRecord.User("admin", ""));
        watches =
                new WatchRoutes(
                        store, follower, heard, new SlowWriters(patience, Duration.ofMillis(50)));
        server =
                HttpServer.start(
                        "127.0.0.1",
                        0,
                        new ResourceRoutes(
                                        store,
                                        new Commits(store, metrics, Clock.systemUTC()),
                                        ApplicationRules::check,
                                        watches,
                                        heard,
                                        new Advice(
                                                new FollowedImage(store),
                                                Clock.systemUTC(),
                                                Thresholds.USUAL))
                                .routes(),
                        new Tokens(store),
                        Limits.USUAL,
                        metrics);
    }

    @AfterEach
    void stop() {
        follower.close();
        watches.close();
        server.close();
        metrics.close();
        store.close();
    }

    private Socket watch() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream()
                .write(
                        ("GET /api/v1/tenants?watch=true HTTP/1.1\r\nHost: central\r\n"
                                        + "Authorization: Bearer "
                                        + TOKEN
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        await().atMost(PATIENCE).until(() -> watches.open() == opened + 1);
        opened++;
        return socket;
    }

    private static BufferedReader lines(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private long change(String value) {
        Metadata metadata =
                Metadata.named("", "loud")
                        .created(new Uid("uid-loud"), Instant.EPOCH)
                        .withAnnotation("large", value);
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(
                                new Write.Put(
                                        new Row.ResourceRow(
                                                new Resource<>(
                                                        metadata,
                                                        new TenantSpec(
                                                                Selector.EVERYTHING, Set.of()))))));
        return assertInstanceOf(CommitResult.Committed.class, result).revision();
    }

    @Test
    void whoReadsNothingIsCutOff() throws Exception {
        serve(Duration.ofMillis(500));
        try (Socket socket = watch()) {
            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .until(
                            () -> {
                                change(LARGE + System.nanoTime());
                                return watches.open() == 0;
                            });
            assertEquals(1, watches.cutOff());
            assertTrue(socket.isConnected());
        }
    }

    /** It is told why, and where to go on; what it missed is in the log. */
    @Test
    void whoReadsTooLateIsToldWhereToResume() throws Exception {
        serve(Duration.ofMinutes(5));
        try (Socket socket = watch();
                Socket other = watch()) {
            // More than sockets hold, and then more than may wait for it.
            BufferedReader others = lines(other);
            for (int i = 0; i < 300 + Subscription.MOST_WAITING; i++) {
                long revision = change(i < 300 ? LARGE + i : "small " + i);
                String id = "id:" + store.generation() + "-" + revision;
                String line = others.readLine();
                while (!line.equals(id)) {
                    line = others.readLine();
                }
            }
            BufferedReader lines = lines(socket);
            String id = "";
            String error = "";
            for (String line = lines.readLine(); error.isEmpty(); line = lines.readLine()) {
                if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("data:") && line.contains("Too slow")) {
                    error = line;
                }
            }
            assertTrue(error.contains("\"status\":429"), error);
            assertTrue(error.contains("resume behind " + id), error + " after " + id);
            assertTrue(id.startsWith(store.generation() + "-"), id);
            assertEquals(1, watches.cutOff());
        }
    }
}
