package io.portolan.agent.state;

import io.portolan.model.Digest;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The agent's durable memory: works, contents, inventories and the cursor, in one file. Writes
 * become durable together at {@link #sync}; whoever acts on them waits for that. Used by one thread
 * at a time after {@link #load}.
 */
public final class DesiredState implements AutoCloseable, Credentials {
    private static final String FILE = "desired.mv";
    private static final String META = "meta";
    private static final String FORMAT = "1";

    /** Dead chunks are swept every so many syncs, so that the file stays near its live size. */
    private static final int SYNCS_BETWEEN_SWEEPS = 256;

    private static final int SWEEP_BYTES = 256 * 1024;
    private static final int FILL_PERCENT = 60;

    private final StateDirectory directory;
    private final Path file;
    private final MVStore store;
    private final MVMap<String, byte[]> works;
    private final MVMap<String, byte[]> contents;
    private final MVMap<String, byte[]> inventories;
    private final MVMap<String, byte[]> pods;
    private final MVMap<String, String> meta;
    private int syncs;

    private DesiredState(StateDirectory directory, Path file, MVStore store) {
        this.directory = directory;
        this.file = file;
        this.store = store;
        this.works = store.openMap("works");
        this.contents = store.openMap("contents");
        this.inventories = store.openMap("inventories");
        this.pods = store.openMap("pods");
        this.meta = store.openMap(META);
    }

    /**
     * @throws StateException when another agent uses the directory or its file is damaged
     */
    public static DesiredState open(Path dir) {
        StateDirectory directory = StateDirectory.lock(dir);
        Path file = dir.resolve(FILE);
        try {
            boolean fresh = Files.size(directory.file(FILE)) == 0;
            MVStore store =
                    new MVStore.Builder()
                            .fileName(file.toString())
                            .autoCommitDisabled()
                            .cacheSize(1)
                            .open();
            if (!fresh && !store.hasMap(META)) {
                store.closeImmediately();
                throw corrupt(file, new IOException("nothing that an agent wrote is in it"));
            }
            DesiredState state = new DesiredState(directory, file, store);
            state.checkFormat(fresh);
            return state;
        } catch (MVStoreException e) {
            directory.close();
            throw corrupt(file, e);
        } catch (IOException e) {
            directory.close();
            throw new StateException(StateException.Code.IO, "cannot read " + file, e);
        } catch (StateException e) {
            directory.close();
            throw e;
        }
    }

    private void checkFormat(boolean fresh) {
        if (fresh) {
            meta.put("format", FORMAT);
            sync();
        } else if (!FORMAT.equals(meta.get("format"))) {
            store.closeImmediately();
            throw corrupt(file, new IOException("format " + meta.get("format")));
        }
    }

    /** Everything that is durable, contents included. */
    public Saved load() {
        try {
            List<Saved.SavedApplication> all = new ArrayList<>();
            for (String uid : works.keySet()) {
                HeldWork held = Packing.read(works.get(uid), HeldWork.class);
                Optional<Content> content = held.held().flatMap(this::content);
                if (held.held().isPresent() && content.isEmpty()) {
                    throw new IOException("content " + held.held().get() + " is missing");
                }
                all.add(
                        new Saved.SavedApplication(
                                held.work(),
                                held.held(),
                                content,
                                list(inventories.get(uid), Entries.class, Entries::entries),
                                list(pods.get(uid), Names.class, Names::names)));
            }
            return new Saved(number("generation"), number("cursor"), all);
        } catch (IOException | UncheckedIOException | MVStoreException e) {
            throw corrupt(file, e);
        }
    }

    /** Puts changes down; they are durable only after {@link #sync}. */
    public void write(List<Change> changes) {
        try {
            changes.forEach(this::put);
        } catch (MVStoreException e) {
            throw new StateException(StateException.Code.IO, "cannot write " + file, e);
        }
    }

    private void put(Change change) {
        switch (change) {
            case Change.PutWork(var work, var held) ->
                    works.put(work.application().value(), Packing.write(new HeldWork(work, held)));
            case Change.PutContent(var digest, var content) ->
                    contents.put(digest.hex(), Packing.write(content));
            case Change.DropContent(var digest) -> contents.remove(digest.hex());
            case Change.PutInventory(var application, var entries) ->
                    inventories.put(application.value(), Packing.write(new Entries(entries)));
            case Change.PutPods(var application, var names) ->
                    pods.put(application.value(), Packing.write(new Names(names)));
            case Change.DropApplication(var application) -> {
                works.remove(application.value());
                inventories.remove(application.value());
                pods.remove(application.value());
            }
            case Change.PutCursor(var generation, var cursor) -> {
                meta.put("generation", Long.toString(generation));
                meta.put("cursor", Long.toString(cursor));
            }
        }
    }

    /** Makes everything written so far durable: one version of the file, then fsync. */
    public void sync() {
        try {
            store.commit();
            store.sync();
            if (++syncs % SYNCS_BETWEEN_SWEEPS == 0) {
                store.compact(FILL_PERCENT, SWEEP_BYTES);
            }
        } catch (MVStoreException e) {
            throw new StateException(StateException.Code.IO, "cannot write " + file, e);
        }
    }

    @Override
    public Optional<Credential> credential() {
        return directory.credential();
    }

    @Override
    public void keep(Credential credential) {
        directory.keep(credential);
    }

    @Override
    public void close() {
        store.close();
        directory.close();
    }

    private Optional<Content> content(Digest digest) {
        return Optional.ofNullable(contents.get(digest.hex()))
                .map(bytes -> Packing.read(bytes, Content.class));
    }

    private static <H, T> List<T> list(
            byte @org.jspecify.annotations.Nullable [] bytes,
            Class<H> holder,
            java.util.function.Function<H, List<T>> items) {
        return bytes == null ? List.of() : items.apply(Packing.read(bytes, holder));
    }

    private long number(String key) {
        String text = meta.get(key);
        return text == null ? 0 : Long.parseLong(text);
    }

    private static StateException corrupt(Path file, Exception cause) {
        return new StateException(
                StateException.Code.CORRUPT,
                file
                        + " is damaged ("
                        + cause.getMessage()
                        + "). Nothing in the cluster was touched. Move the file away and start again:"
                        + " the agent then asks central for everything, and finds its objects by"
                        + " their labels.",
                cause);
    }

    record HeldWork(Work work, Optional<Digest> held) {}

    record Entries(List<InventoryEntry> entries) {}

    record Names(List<String> names) {}
}
