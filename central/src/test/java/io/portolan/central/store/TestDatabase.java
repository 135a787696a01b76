package io.portolan.central.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One server for all tests of the process; each test that asks has a database to itself. */
public final class TestDatabase {
    private static final TestDatabase SERVER = new TestDatabase();

    private final AtomicInteger count = new AtomicInteger();
    private final EmbeddedDatabase database;

    private TestDatabase() {
        try {
            Path data = Files.createTempDirectory("portolan-test-postgres");
            this.database = EmbeddedDatabase.start(data.resolve("data"));
            Runtime.getRuntime()
                    .addShutdownHook(
                            new Thread(
                                    () -> {
                                        database.close();
                                        remove(data);
                                    }));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        execute(database.settings(), "create database sample");
        Schema.migrate(database.settings("sample"), Guard.OPEN);
    }

    /** An empty database with the present schema. */
    public static DatabaseSettings fresh() {
        return made(" template sample");
    }

    /** A database without anything. */
    static DatabaseSettings bare() {
        return made("");
    }

    private static DatabaseSettings made(String how) {
        String name = "test" + SERVER.count.incrementAndGet();
        execute(SERVER.database.settings(), "create database " + name + how);
        return SERVER.database.settings(name);
    }

    static void execute(DatabaseSettings settings, String sql) {
        try (Connection connection =
                SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            Rows.execute(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A hundred databases are a hundred thousand files, and who ends a test run does not wait for a
     * process that exits that slowly.
     */
    private static void remove(Path directory) {
        try {
            new ProcessBuilder("rm", "-rf", directory.toString()).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int count(DatabaseSettings settings, String sql) {
        try (Connection connection =
                SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            return Rows.query(connection, sql, rs -> rs.getInt(1)).getFirst();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * What each table takes with its indexes and its long values, after what autovacuum does within
     * the minute.
     */
    static Map<String, Long> bytesWhenTidy(DatabaseSettings settings) {
        String sql = "select relname, pg_total_relation_size(relid) from pg_stat_user_tables";
        try (Connection connection =
                SessionSort.BULK.source(settings, Guard.OPEN).getConnection()) {
            List<String> tables = Rows.query(connection, sql, rs -> rs.getString(1));
            Rows.execute(connection, "vacuum " + String.join(", ", tables));
            return Rows.query(connection, sql, rs -> Map.entry(rs.getString(1), rs.getLong(2)))
                    .stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(f -> f.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
