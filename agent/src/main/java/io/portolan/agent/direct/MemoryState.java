package io.portolan.agent.direct;

import io.portolan.agent.state.Change;
import io.portolan.agent.state.InventoryEntry;
import io.portolan.agent.state.Saved;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A disk that survives the agents that write to it. */
public final class MemoryState {
    private record Held(Work work, Optional<Digest> content) {}

    private final TreeMap<Uid, Held> works = new TreeMap<>();
    private final Map<Digest, Content> contents = new HashMap<>();
    private final Map<Uid, List<InventoryEntry>> inventories = new HashMap<>();
    private final Map<Uid, List<String>> pods = new HashMap<>();
    private long generation;
    private long cursor;

    public void write(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.PutWork(var work, var held) ->
                        works.put(work.application(), new Held(work, held));
                case Change.PutContent(var digest, var content) -> contents.put(digest, content);
                case Change.DropContent(var digest) -> contents.remove(digest);
                case Change.PutInventory(var application, var entries) ->
                        inventories.put(application, entries);
                case Change.PutPods(var application, var names) -> pods.put(application, names);
                case Change.DropApplication(var application) -> {
                    works.remove(application);
                    inventories.remove(application);
                    pods.remove(application);
                }
                case Change.PutCursor(var generation, var cursor) -> {
                    this.generation = generation;
                    this.cursor = cursor;
                }
            }
        }
    }

    /**
     * @throws IllegalStateException when a work names content that was dropped
     */
    public Saved load() {
        List<Saved.SavedApplication> all = new ArrayList<>();
        works.forEach(
                (uid, held) -> {
                    Optional<Content> content =
                            held.content.flatMap(d -> Optional.ofNullable(contents.get(d)));
                    if (content.isPresent() != held.content.isPresent()) {
                        throw new IllegalStateException("content of " + uid + " was dropped");
                    }
                    all.add(
                            new Saved.SavedApplication(
                                    held.work,
                                    held.content,
                                    content,
                                    inventories.getOrDefault(uid, List.of()),
                                    pods.getOrDefault(uid, List.of())));
                });
        return new Saved(generation, cursor, all);
    }
}
