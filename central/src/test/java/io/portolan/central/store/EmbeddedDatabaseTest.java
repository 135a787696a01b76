package io.portolan.central.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedDatabaseTest {
    @TempDir private Path directory;

    /** Starts a database, writes to it and dies without a word. */
    static final class Crash {
        private Crash() {}

        public static void main(String[] arguments) {
            EmbeddedDatabase database = EmbeddedDatabase.start(Path.of(arguments[0]));
            PostgresStore store = PostgresStore.open(database.settings());
            StoreFixture.committed(
                    store.commit(
                            new Authority.Api(Optional.empty()),
                            List.of(),
                            List.of(new Write.Put(Samples.row("a")))));
            Runtime.getRuntime().halt(7);
        }
    }

    @Test
    void carriesOnAfterACrash() throws Exception {
        Path data = directory.resolve("data");
        Process crash =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "--sun-misc-unsafe-memory-access=allow",
                                Crash.class.getName(),
                                data.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("out").toFile())
                        .start();
        assertTrue(crash.waitFor(60, TimeUnit.SECONDS));
        assertEquals(7, crash.exitValue(), Files.readString(directory.resolve("out")));
        Instant begun = Instant.now();
        try (EmbeddedDatabase database = EmbeddedDatabase.start(data);
                PostgresStore store = PostgresStore.open(database.settings())) {
            assertEquals(1, store.snapshot().rows().size());
            Duration took = Duration.between(begun, Instant.now());
            assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "took " + took);
            assertThrows(UncheckedIOException.class, () -> EmbeddedDatabase.start(data));
            assertEquals(1, store.snapshot().rows().size());
            TestDatabase.execute(
                    database.settings(),
                    "do $$ begin assert current_setting('fsync')::boolean"
                            + " and current_setting('synchronous_commit')::boolean"
                            + " and current_setting('listen_addresses') = '127.0.0.1'; end $$");
        }
        // The number of a living process that is no database.
        Files.writeString(
                data.resolve("postmaster.pid"), ProcessHandle.current().pid() + "\n" + data + "\n");
        try (EmbeddedDatabase database = EmbeddedDatabase.start(data);
                PostgresStore store = PostgresStore.open(database.settings())) {
            assertEquals(1, store.snapshot().rows().size());
        }
    }
}
