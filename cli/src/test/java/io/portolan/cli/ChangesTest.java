package io.portolan.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told over streams that end. */
class ChangesTest {
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir Path home;
    private FakeCentral server;
    private Central central;
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final List<String> told = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() throws IOException {
        server = new FakeCentral();
        cluster("c1", "Ready");
        Access access = new Access(URI.create(server.url()), FakeCentral.TOKEN, Optional.empty());
        central = new Central(access, Optional.empty(), Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() {
        central.close();
        server.close();
    }

    private void cluster(String name, String phase) {
        server.becomes("clusters/" + name, Fixtures.cluster(name, "eu-west", phase));
    }

    /** Follows until it is told of the cluster {@code last}. */
    private CompletableFuture<Boolean> follow(Duration silence) {
        Shell shell = new Ran.With(home, server).shell(new ByteArrayOutputStream(), err);
        Changes changes = new Changes(shell, central, "/api/v1/clusters", Map.of(), silence);
        CompletableFuture<Boolean> following =
                CompletableFuture.supplyAsync(
                        () -> changes.follow(Optional.empty(), new Recorder()),
                        Thread::startVirtualThread);
        await().until(() -> server.watchers() == 1);
        return following;
    }

    private final class Recorder implements Changes.Listener {
        @Override
        public boolean listed(Central.Listing listing) {
            told.add("listed " + listing.items().size());
            return false;
        }

        @Override
        public boolean put(JsonNode document) {
            told.add("put " + Fleet.name(document));
            return Fleet.name(document).equals("last");
        }

        @Override
        public boolean deleted(JsonNode document) {
            told.add("deleted " + Fleet.name(document));
            return false;
        }
    }

    @Test
    void whatChangesWhileTheConnectionIsLostIsToldAfterwards() {
        CompletableFuture<Boolean> following = follow(NEVER);
        cluster("c2", "Ready");
        await().until(() -> told.contains("put c2"));
        server.cut(
                () -> {
                    cluster("c3", "Ready");
                    server.loses("clusters/c3");
                });
        await().until(() -> server.watchers() == 1);
        cluster("last", "Ready");
        assertTrue(following.join());
        assertEquals(List.of("listed 1", "put c2", "put c3", "deleted c3", "put last"), told);
    }

    @Test
    void listsAgainWhenHistoryIsGone() {
        CompletableFuture<Boolean> following = follow(NEVER);
        server.cut(
                () -> {
                    cluster("c2", "Ready");
                    server.compacts();
                });
        await().until(() -> server.watchers() == 1);
        cluster("last", "Ready");
        assertTrue(following.join());
        assertEquals(List.of("listed 1", "listed 2", "put last"), told);
        assertTrue(err.toString().contains("history is compacted"), err::toString);
    }

    /** History may go while the stream is open. */
    @Test
    void listsAgainWhenTheStreamSaysThatHistoryIsGone() {
        CompletableFuture<Boolean> following = follow(NEVER);
        server.says(
                "event:error\ndata:"
                        + FakeCentral.problem(410, "history is compacted", List.of())
                        + "\n\n");
        await().until(() -> server.watches() == 2);
        cluster("last", "Ready");
        assertTrue(following.join());
        assertEquals(List.of("listed 1", "listed 1", "put last"), told);
    }

    @Test
    void aSilentConnectionIsGivenUp() {
        CompletableFuture<Boolean> following = follow(Duration.ofMillis(200));
        await().until(() -> server.watches() > 2);
        cluster("last", "Ready");
        assertTrue(following.join());
        assertEquals(List.of("listed 1", "put last"), told);
    }
}
