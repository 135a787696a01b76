package io.portolan.central.api;

import io.portolan.model.ResourceKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one transaction did to what can be watched. Made once for all watchers of the node.
 *
 * @param revision from which all that came before is known
 */
record Told(long revision, List<Touched> touched) {
    Told {
        touched = List.copyOf(touched);
    }

    /** How much memory its documents take, in bytes. */
    int weight() {
        return touched.stream().mapToInt(t -> t.after().map(d -> d.json().length).orElse(0)).sum();
    }

    /**
     * @param after as the transaction left it; empty when it is gone
     */
    record Touched(ResourceKey key, Before before, Optional<Document> after) {}

    /** A thing and how it is shown. */
    record Document(Map<String, String> labels, byte[] json) {}

    /** What the thing was before. */
    sealed interface Before {
        record Nothing() implements Before {}

        record Labelled(Map<String, String> labels) implements Before {}

        /** A former version wrote the change and did not tell. */
        record Unknown() implements Before {}
    }
}
