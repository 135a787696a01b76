package io.portolan.agent.state;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was durable when the agent started.
 *
 * @param generation store generation that the cursor belongs to, 0 before the first sync
 */
public record Saved(long generation, long cursor, List<SavedApplication> applications) {
    public static final Saved NOTHING = new Saved(0, 0, List.of());

    public Saved {
        applications = List.copyOf(applications);
    }

    /**
     * @param held digest of the content, with the content itself
     * @param pods that a stop must account for
     */
    public record SavedApplication(
            Work work,
            Optional<Digest> held,
            Optional<Content> content,
            List<InventoryEntry> inventory,
            List<String> pods) {
        public SavedApplication {
            inventory = List.copyOf(inventory);
            pods = List.copyOf(pods);
        }

        public Uid uid() {
            return work.application();
        }
    }
}
