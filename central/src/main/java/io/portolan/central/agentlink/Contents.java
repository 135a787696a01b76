package io.portolan.central.agentlink;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.util.RawValue;
import io.portolan.central.store.Store;
import io.portolan.model.Digest;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Small contents that travel inside the sync answer. Content never changes under its digest, so the
 * most recently sent are kept: an application on a thousand clusters is read once.
 */
final class Contents {
    private static final int KEPT = 1_000;

    /** Bytes of content in one answer; what is over is fetched by digest. */
    private static final int MOST_PER_ANSWER = 512 * 1024;

    /**
     * @param content absent when it is too large to travel inside
     */
    private record Small(Optional<RawValue> content, int bytes) {}

    private final Store store;

    /** Guarded by itself; least recently used first. */
    private final Map<Digest, Small> kept = new LinkedHashMap<>(16, 0.75f, true);

    Contents(Store store) {
        this.store = store;
    }

    /** By digest; each as the JSON that the store holds, which is not read here. */
    Map<String, RawValue> inline(Collection<Work> works) {
        Map<String, RawValue> out = new LinkedHashMap<>();
        int room = MOST_PER_ANSWER;
        for (Work work : works) {
            if (work.content().isEmpty() || out.containsKey(work.content().get().hex())) {
                continue;
            }
            Small small = small(work.content().get());
            if (small.content.isPresent() && small.bytes <= room) {
                out.put(work.content().get().hex(), small.content.get());
                room -= small.bytes;
            }
        }
        return out;
    }

    private Small small(Digest digest) {
        synchronized (kept) {
            Small known = kept.get(digest);
            if (known != null) {
                return known;
            }
        }
        Optional<byte[]> bytes = store.content(digest);
        if (bytes.isEmpty()) {
            return new Small(Optional.empty(), 0);
        }
        int size = bytes.get().length;
        Small small =
                new Small(
                        size <= AgentMessages.INLINE_CONTENT_LIMIT
                                ? Optional.of(new RawValue(new String(bytes.get(), UTF_8)))
                                : Optional.empty(),
                        size);
        synchronized (kept) {
            kept.put(digest, small);
            if (kept.size() > KEPT) {
                kept.remove(kept.keySet().iterator().next());
            }
        }
        return small;
    }
}
