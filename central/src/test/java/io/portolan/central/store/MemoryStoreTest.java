package io.portolan.central.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

class MemoryStoreTest implements StoreContract {
    private Instant now = Samples.NOON;
    private final MemoryStore store = new MemoryStore(() -> now);

    @Override
    public Store store() {
        return store;
    }

    @Override
    public void compact(int keepAtLeast, Duration keep) {
        store.compact(keepAtLeast, keep);
    }

    @Override
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public Map<String, Integer> sizes() {
        return store.sizes();
    }

    @Override
    public Map<String, Long> bytes() {
        return Map.of();
    }

    @Override
    public void tick() {
        now = now.plusMillis(1);
    }
}
