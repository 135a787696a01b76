package io.portolan.agent.core;

import io.portolan.model.Digest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks for the contents that works name and that did not come along with them. */
final class Fetches {
    private final Desk desk;
    private final Contents contents;
    private final Map<Long, Digest> inFlight = new LinkedHashMap<>();
    private final Map<Digest, Integer> failures = new HashMap<>();

    Fetches(Desk desk, Contents contents) {
        this.desk = desk;
        this.contents = contents;
    }

    void missing() {
        Set<Digest> asked = new HashSet<>(inFlight.values());
        for (Application application : desk.applications.values()) {
            application
                    .work
                    .runs()
                    .filter(d -> !contents.has(d) && asked.add(d))
                    .ifPresent(this::fetch);
        }
    }

    private void fetch(Digest digest) {
        int attempt = failures.getOrDefault(digest, 0);
        inFlight.put(desk.ask(id -> new Effect.Fetch(id, digest, attempt)), digest);
    }

    void failed(long effect) {
        Digest digest = inFlight.remove(effect);
        if (digest != null) {
            failures.merge(digest, 1, Integer::sum);
            missing();
        }
    }

    /** Its session is over: what it asked for is asked for in the next one. */
    void lost(long effect) {
        inFlight.remove(effect);
    }

    /** What came; null when nobody asked for it. */
    @Nullable Digest done(long effect) {
        Digest digest = inFlight.remove(effect);
        if (digest != null) {
            failures.remove(digest);
        }
        return digest;
    }
}
