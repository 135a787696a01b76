package io.portolan.central.store;

import io.portolan.model.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The contents that this process stored last: agents ask for them at once. Content never changes
 * under its digest. Safe for use by many threads.
 */
final class RecentContents {
    private static final int MOST_BYTES = 4 << 20;

    private final Map<Digest, byte[]> kept = new LinkedHashMap<>();
    private int bytes;

    synchronized void add(Map<Digest, byte[]> contents) {
        contents.forEach(
                (digest, json) -> {
                    if (json.length <= MOST_BYTES / 4 && kept.putIfAbsent(digest, json) == null) {
                        bytes += json.length;
                    }
                });
        var eldest = kept.values().iterator();
        while (bytes > MOST_BYTES) {
            bytes -= eldest.next().length;
            eldest.remove();
        }
    }

    synchronized Optional<byte[]> find(Digest digest) {
        return Optional.ofNullable(kept.get(digest)).map(byte[]::clone);
    }
}
