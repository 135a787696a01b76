package io.portolan.central.store;

import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.StoreFixture.committed;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A server whose files lie on a small file system of its own, which really fills up. */
class DiskFullTest {
    private static final Authority ANYBODY = new Authority.Api(Optional.empty());
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final AtomicInteger count = new AtomicInteger();

    @Test
    void fullDiskIsToldReadsGoOnAndWritesComeBackWithTheSpace() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "mounting is root's");
        Path folder = Files.createTempDirectory("portolan-full");
        Path made = folder.resolve("made");
        EmbeddedDatabase.start(made).close();
        Path small = Files.createDirectories(folder.resolve("small"));
        int port = freePort();
        Process server = server(made, small, port);
        try {
            DatabaseSettings settings =
                    DatabaseSettings.of(
                            "jdbc:postgresql://127.0.0.1:" + port + "/postgres", "postgres", "");
            try (PostgresStore store =
                    await().atMost(PATIENCE)
                            .ignoreExceptions()
                            .until(() -> PostgresStore.open(settings), _ -> true)) {
                committed(put(store));
                String filler = small.resolve("filler").toString();
                // It ends when there is no room left, which is what is wanted.
                inside(server, "dd", "if=/dev/zero", "of=" + filler, "bs=64k");
                await().atMost(PATIENCE)
                        .until(
                                () ->
                                        put(store)
                                                .equals(
                                                        new CommitResult.Unavailable(
                                                                "the database's disk is full")));
                long head = store.head();
                assertEquals(head, store.snapshot().revision());
                assertTrue(head > 0);
                inside(server, "rm", filler);
                await().atMost(PATIENCE).until(() -> put(store) instanceof CommitResult.Committed);
                assertEquals(head + 1, store.head());
            }
        } finally {
            server.destroy();
            if (!server.waitFor(20, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
            TestDatabase.delete(folder);
        }
    }

    private CommitResult put(Store store) {
        return store.commit(
                ANYBODY, List.of(), List.of(new Write.Put(row("n" + count.incrementAndGet()))));
    }

    /** The mount is seen by this process and its children only, and ends with them. */
    private static Process server(Path made, Path small, int port) throws IOException {
        String program =
                Files.readString(made.resolve("postmaster.opts"))
                        .strip()
                        .split(" ", 2)[0]
                        .replace("\"", "");
        return new ProcessBuilder(
                        "unshare",
                        "-m",
                        "sh",
                        "-c",
                        """
                        mount -t tmpfs -o size=128m,mode=0700 none "$2" && cp -a "$1/." "$2/" &&
                        rm -f "$2/postmaster.pid" "$2/epg-lock" &&
                        exec unshare -U "$3" -D "$2" -p "$4" -c listen_addresses=127.0.0.1 \
                            -c unix_socket_directories= -c fsync=off
                        """,
                        "server",
                        made.toString(),
                        small.toString(),
                        program,
                        Integer.toString(port))
                .redirectErrorStream(true)
                .redirectOutput(small.resolveSibling("server.log").toFile())
                .start();
    }

    private static void inside(Process server, String... command) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of("nsenter", "--mount", "--target"));
        all.add(Long.toString(server.pid()));
        all.addAll(List.of(command));
        Process process =
                new ProcessBuilder(all)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "stuck");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
