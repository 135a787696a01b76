package io.portolan.agent.state;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.util.List;
import java.util.Optional;

/** One thing to remember. The changes of one write become durable together or not at all. */
public sealed interface Change {
    /**
     * @param held the newest content of the application that is here, the work's own or, while that
     *     one is still to be fetched, the one before
     */
    record PutWork(Work work, Optional<Digest> held) implements Change {}

    record PutContent(Digest digest, Content content) implements Change {}

    record DropContent(Digest digest) implements Change {}

    record PutInventory(Uid application, List<InventoryEntry> entries) implements Change {
        public PutInventory {
            entries = List.copyOf(entries);
        }
    }

    /** The pods that a stop must account for, as the fence writes them. */
    record PutPods(Uid application, List<String> pods) implements Change {
        public PutPods {
            pods = List.copyOf(pods);
        }
    }

    record DropApplication(Uid application) implements Change {}

    record PutCursor(long generation, long cursor) implements Change {}
}
