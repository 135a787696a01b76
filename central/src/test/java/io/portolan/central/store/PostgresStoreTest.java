package io.portolan.central.store;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresStoreTest implements StoreContract {
    private DatabaseSettings settings;
    private PostgresStore store;

    @BeforeEach
    void open() {
        settings = TestDatabase.fresh();
        store = PostgresStore.open(settings);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public Store store() {
        return store;
    }

    @Override
    public void compact(int keepAtLeast, Duration keep) {
        Term term = store.lead("compactor", "term", Duration.ofMinutes(1)).orElseThrow();
        store.forget(term, new Old.History(keepAtLeast, keep), Integer.MAX_VALUE);
    }

    /** What is stored grows older, as the server's clock cannot be turned. */
    @Override
    public void pass(Duration time) {
        String back = " - interval '" + time.toMillis() + " milliseconds'";
        for (String column :
                List.of(
                        "event.made_at",
                        "audit.made_at",
                        "resource_revision.made_at",
                        "idempotency.made_at",
                        "content.used_at",
                        "token.expires_at",
                        "change_log.written_at")) {
            String[] of = column.split("\\.");
            TestDatabase.execute(
                    settings, "update " + of[0] + " set " + of[1] + " = " + of[1] + back);
        }
    }

    @Override
    public Map<String, Integer> sizes() {
        Map<String, Integer> out = new HashMap<>();
        for (String table :
                List.of(
                        "event",
                        "audit",
                        "content",
                        "idempotency",
                        "token",
                        "operation",
                        "resource_revision")) {
            out.put(table, TestDatabase.count(settings, "select count(*) from " + table));
        }
        out.put(
                "change_log",
                TestDatabase.count(settings, "select count(distinct revision) from change_log"));
        return out;
    }

    @Override
    public Map<String, Long> bytes() {
        return TestDatabase.bytesWhenTidy(settings);
    }

    @Override
    public void tick() {
        TestDatabase.execute(settings, "do $$ begin perform pg_sleep(0.001); end $$");
    }
}
