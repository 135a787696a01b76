package io.portolan.watch;

import io.portolan.central.store.Authority;
import io.portolan.central.store.Change;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.PostgresStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.central.store.Term;
import io.portolan.central.store.Versioned;
import io.portolan.central.store.Write;
import io.portolan.e2e.harness.Postgres;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.TenantSpec;
import io.portolan.model.Uid;
import io.portolan.watch.History.Commit;
import io.portolan.watch.History.Reader;
import io.portolan.watch.History.Seen;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * The stores of several nodes on one PostgreSQL: writers and readers that note down what they did
 * and were told. Values are unique, so that what is read past the change log in the end tells which
 * commits of unknown outcome happened.
 */
final class StoreDrive {
    static final int KEYS = 24;

    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration WAIT = Duration.ofMillis(200);

    /** What the log said, also after history is compacted. */
    private static final String KEEP =
            """
            create table said (revision bigint, value text);
            create function said() returns trigger language plpgsql as $$ begin
                insert into public.said
                    values (new.revision, new.body::jsonb #>> '{metadata,labels,v}');
                return null;
            end $$;
            create trigger said after insert on change_log for each row
                when (new.type = 'RESOURCE' and new.body is not null)
                execute function public.said();
            """;

    private record Attempt(Map<String, Optional<String>> changes, CommitResult result) {}

    private final List<PostgresStore> nodes;
    private final Postgres.Database database;
    private final ConcurrentLinkedQueue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Reader> readers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger values = new AtomicInteger();
    final AtomicInteger reconnections = new AtomicInteger();
    final AtomicInteger refusals = new AtomicInteger();
    final AtomicInteger doubts = new AtomicInteger();
    volatile Optional<Term> leading = Optional.empty();

    /** Before anything is written. */
    StoreDrive(List<PostgresStore> nodes, Postgres.Database database) throws SQLException {
        this.nodes = nodes;
        this.database = database;
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(KEEP);
        }
    }

    /** Ends all sessions, whatever they are doing. */
    void endSessions() throws SQLException {
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            statement.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                            + " where datname = current_database() and pid <> pg_backend_pid()");
        }
    }

    /** How many commits have been answered. */
    int answered() {
        return attempts.size();
    }

    private static ResourceKey key(String name) {
        return new ResourceKey(Kind.TENANT, "", name);
    }

    private static Write put(String name, String value) {
        return new Write.Put(
                new Row.ResourceRow(
                        new Resource<>(
                                Metadata.named("", name)
                                        .created(new Uid("uid-" + name), Instant.EPOCH)
                                        .withLabels(Map.of("v", value)),
                                new TenantSpec(Selector.EVERYTHING, Set.of()))));
    }

    /** Commits of 1 to 8 rows, some by the leader of some term, some that must be refused. */
    void write(int node, Predicate<Integer> goOn, Random random) {
        for (int i = 0; goOn.test(i); i++) {
            Map<String, Optional<String>> changes = new LinkedHashMap<>();
            List<Write> writes = new ArrayList<>();
            int rows = 1 + random.nextInt(8);
            for (int row = 0; row < rows; row++) {
                String name = "k" + random.nextInt(KEYS);
                boolean delete = row > 0 && random.nextInt(4) == 0 && !changes.containsKey(name);
                String value = "v" + values.incrementAndGet();
                changes.put(name, delete ? Optional.empty() : Optional.of(value));
                writes.add(
                        delete
                                ? new Write.Delete(new Row.Key.OfResource(key(name)))
                                : put(name, value));
            }
            List<Precondition> preconditions =
                    random.nextInt(8) == 0
                            ? List.of(
                                    new Precondition(
                                            new Row.Key.OfResource(key("k" + random.nextInt(KEYS))),
                                            1 + random.nextInt(50)))
                            : List.of();
            Optional<Term> term = leading.filter(_ -> random.nextInt(4) == 0);
            Authority authority =
                    term.<Authority>map(Authority.Leader::new)
                            .orElseGet(() -> new Authority.Api(Optional.empty()));
            CommitResult result = nodes.get(node).commit(authority, preconditions, writes);
            attempts.add(new Attempt(changes, result));
            if (result instanceof CommitResult.Unknown) {
                doubts.incrementAndGet();
            }
            if (result instanceof CommitResult.Unavailable
                    || result instanceof CommitResult.Unknown) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Holds rows that others write, locked in any order, and a transaction's number. */
    void disturb(Random random, Predicate<Integer> goOn) {
        for (int i = 0; goOn.test(i); i++) {
            try (Connection connection = database.connect();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("set lock_timeout = 300");
                statement.execute("select pg_current_xact_id()");
                for (int row = 0; row < 1 + random.nextInt(4); row++) {
                    statement.execute(
                            "select 1 from resource where kind = 'Tenant' and name = 'k"
                                    + random.nextInt(KEYS)
                                    + "' for update");
                    LockSupport.parkNanos(random.nextInt(20) * 1_000_000L);
                }
                connection.rollback();
            } catch (SQLException e) {
                // A lock that it did not get, or the server's restart.
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    /** Reads on any node, from any position that it had before, until it has heard of the end. */
    void read(String name, Random random, int share, Predicate<Long> enough) throws Exception {
        Predicate<String> selects = key -> share == 0 || key.hashCode() % 3 == share % 3;
        List<Seen> seen = new ArrayList<>();
        List<Long> held = new ArrayList<>();
        PostgresStore store = nodes.get(random.nextInt(nodes.size()));
        long at = -1;
        while (at < 0 || !enough.test(at)) {
            try {
                if (at < 0) {
                    Store.Snapshot snapshot = store.snapshot();
                    seen.add(Seen.Opened.anew());
                    seen.add(new Seen.Listed(snapshot.revision(), state(snapshot, selects)));
                    at = snapshot.revision();
                    held.add(at);
                }
                store.awaitChange(at, WAIT);
                for (Change change : store.changes(at, 1 + random.nextInt(40))) {
                    Map<String, Optional<String>> told = told(change, selects);
                    at = change.revision();
                    if (!told.isEmpty()) {
                        seen.add(new Seen.Changed(at, told));
                    } else if (random.nextInt(4) == 0) {
                        seen.add(new Seen.Bookmarked(at));
                    } else {
                        continue;
                    }
                    held.add(at);
                }
                if (random.nextInt(10) == 0) {
                    store = nodes.get(random.nextInt(nodes.size()));
                    int back = Math.min(held.size(), 1 + random.nextInt(60));
                    // Never ahead of what it has been told since: the state there is not its own.
                    held.subList(held.size() - back + 1, held.size()).clear();
                    at = held.getLast();
                    seen.add(Seen.Opened.after(at));
                    reconnections.incrementAndGet();
                }
            } catch (Store.CompactedException e) {
                seen.add(new Seen.Compacted());
                refusals.incrementAndGet();
                at = -1;
            } catch (Store.StoreException e) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        seen.add(new Seen.Bookmarked(at));
        readers.add(new Reader(name, selects, seen));
    }

    private static Map<String, String> state(Store.Snapshot snapshot, Predicate<String> selects) {
        Map<String, String> out = new HashMap<>();
        for (Versioned<?> row : snapshot.rows()) {
            if (row.row() instanceof Row.ResourceRow(var resource)
                    && selects.test(resource.metadata().name())) {
                out.put(resource.metadata().name(), value(resource));
            }
        }
        return out;
    }

    private static String value(Resource<?> resource) {
        return resource.metadata().labels().getOrDefault("v", "none");
    }

    private static Map<String, Optional<String>> told(Change change, Predicate<String> selects) {
        Map<String, Optional<String>> out = new LinkedHashMap<>();
        for (Change.Entry entry : change.entries()) {
            if (entry.key() instanceof Row.Key.OfResource(ResourceKey key)
                    && selects.test(key.name())) {
                out.put(
                        key.name(),
                        entry.row().map(row -> value(((Row.ResourceRow) row).resource())));
            }
        }
        return out;
    }

    /** What happened, by the answers that the writers got and by the tables themselves. */
    History history() throws SQLException {
        TreeMap<Long, Map<String, Optional<String>>> committed = new TreeMap<>();
        List<Attempt> doubtful = new ArrayList<>();
        Set<String> refused = new HashSet<>();
        for (Attempt attempt : attempts) {
            switch (attempt.result()) {
                case CommitResult.Committed(long revision) ->
                        committed.put(revision, attempt.changes());
                case CommitResult.Unknown _ -> doubtful.add(attempt);
                case CommitResult.Conflict _, CommitResult.Fenced _, CommitResult.Unavailable _ ->
                        attempt.changes().values().forEach(v -> v.ifPresent(refused::add));
                case CommitResult.Replayed _, CommitResult.KeyReused _, CommitResult.OutOfOrder _ ->
                        throw new IllegalStateException("nobody asked for " + attempt.result());
            }
        }
        Map<String, Long> logged = new HashMap<>();
        Map<String, String> end = new HashMap<>();
        long horizon;
        try (Connection connection = database.connect();
                var statement = connection.createStatement()) {
            try (ResultSet rs = statement.executeQuery("select revision, value from said")) {
                while (rs.next()) {
                    logged.put(rs.getString(2), rs.getLong(1));
                }
            }
            try (ResultSet rs =
                    statement.executeQuery(
                            "select name, labels ->> 'v' from resource where kind = 'Tenant'")) {
                while (rs.next()) {
                    end.put(rs.getString(1), rs.getString(2));
                }
            }
            try (ResultSet rs = statement.executeQuery("select horizon from counter")) {
                rs.next();
                horizon = rs.getLong(1);
            }
        }
        for (Attempt attempt : doubtful) {
            attempt.changes().values().stream()
                    .flatMap(Optional::stream)
                    .map(logged::get)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .ifPresent(revision -> committed.put(revision, attempt.changes()));
        }
        refused.retainAll(logged.keySet());
        if (!refused.isEmpty()) {
            throw new AssertionError("refused, and yet in the log: " + refused);
        }
        return new History(effective(committed), List.copyOf(readers), end, horizon);
    }

    /** Deleting what is not there changes nothing and is not told. */
    private static List<Commit> effective(TreeMap<Long, Map<String, Optional<String>>> committed) {
        Set<String> there = new HashSet<>();
        List<Commit> out = new ArrayList<>();
        committed.forEach(
                (revision, changes) -> {
                    Map<String, Optional<String>> real = new HashMap<>();
                    changes.forEach(
                            (key, value) -> {
                                if (value.isPresent() || there.contains(key)) {
                                    real.put(key, value);
                                }
                            });
                    changes.forEach(
                            (key, value) -> {
                                if (value.isPresent()) {
                                    there.add(key);
                                } else {
                                    there.remove(key);
                                }
                            });
                    out.add(new Commit(revision, real));
                });
        return out;
    }
}
