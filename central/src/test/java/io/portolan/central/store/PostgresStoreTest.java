package io.portolan.central.store;

import java.time.Duration;
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
        store.compact(keepAtLeast, keep);
    }

    @Override
    public void tick() {
        TestDatabase.execute(settings, "do $$ begin perform pg_sleep(0.001); end $$");
    }
}
