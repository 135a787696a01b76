package io.portolan.model.wire;

import io.portolan.model.Digest;
import io.portolan.model.app.Work;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;

/** Anti-entropy: both ends compute one digest over what should be on a cluster. */
public final class WorkSet {
    private WorkSet() {}

    /** Over application and sequence of every work that is no tombstone, in order of the uid. */
    public static Digest digest(Collection<Work> works) {
        String text =
                works.stream()
                        .filter(w -> !w.tombstone())
                        .map(w -> w.application() + ":" + w.sequence())
                        .sorted()
                        .collect(Collectors.joining("\n"));
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
