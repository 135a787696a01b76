package io.portolan.sim;

import io.portolan.agent.state.Change;
import io.portolan.agent.state.InventoryEntry;
import io.portolan.agent.state.Saved;
import io.portolan.agent.state.Saved.SavedApplication;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an agent made durable. Survives its crashes. */
final class SimDisk {
    private record Held(Work work, Optional<Digest> content) {}

    private final Map<Uid, Held> works = new TreeMap<>();
    private final Map<Digest, Content> contents = new HashMap<>();
    private final Map<Uid, List<InventoryEntry>> inventories = new HashMap<>();
    private final Map<Uid, List<String>> pods = new HashMap<>();
    private long generation;
    private long cursor;

    /** As a backup of the volume has it. */
    SimDisk copy() {
        SimDisk copy = new SimDisk();
        copy.works.putAll(works);
        copy.contents.putAll(contents);
        copy.inventories.putAll(inventories);
        copy.pods.putAll(pods);
        copy.generation = generation;
        copy.cursor = cursor;
        return copy;
    }

    void write(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.PutWork(var work, var held) ->
                        works.put(work.application(), new Held(work, held));
                case Change.PutContent(var digest, var content) -> contents.put(digest, content);
                case Change.DropContent(var digest) -> contents.remove(digest);
                case Change.PutInventory(var uid, var entries) -> inventories.put(uid, entries);
                case Change.PutPods(var uid, var seen) -> pods.put(uid, seen);
                case Change.DropApplication(var uid) -> {
                    works.remove(uid);
                    inventories.remove(uid);
                    pods.remove(uid);
                }
                case Change.PutCursor(var g, var c) -> {
                    generation = g;
                    cursor = c;
                }
            }
        }
    }

    /** Nothing in it says what central had told: central is asked for everything. */
    boolean blank() {
        return cursor == 0;
    }

    List<Work> works() {
        return works.values().stream().map(Held::work).toList();
    }

    /** The uids of the pods that it remembers. */
    Set<String> remembered() {
        return pods.values().stream()
                .flatMap(List::stream)
                .map(p -> p.substring(0, p.indexOf('\t')))
                .collect(Collectors.toSet());
    }

    /** Whether the agent knows that the application has a single writer. */
    boolean single(Uid application) {
        Held held = works.get(application);
        return held != null && held.work().singleWriter();
    }

    Saved read() {
        List<SavedApplication> applications =
                works.values().stream()
                        .map(
                                h ->
                                        new SavedApplication(
                                                h.work(),
                                                h.content(),
                                                h.content().map(contents::get),
                                                inventories.getOrDefault(
                                                        h.work().application(), List.of()),
                                                pods.getOrDefault(
                                                        h.work().application(), List.of())))
                        .toList();
        return new Saved(generation, cursor, applications);
    }
}
