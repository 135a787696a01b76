package io.portolan.agent.core;

import io.portolan.agent.state.Change;
import io.portolan.agent.state.Packing;
import io.portolan.model.Digest;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Content;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The contents that applications hold, packed, and which of them nobody holds any more. */
final class Contents {
    private final Desk desk;
    private final Map<Digest, byte[]> packed = new HashMap<>();
    private final Set<Digest> released = new LinkedHashSet<>();

    Contents(Desk desk) {
        this.desk = desk;
    }

    /** The newest content, as it came: it is read again and again on its way, and large. */
    private @Nullable Content fresh;

    private @Nullable Digest freshDigest;

    void put(Digest digest, Content content) {
        fresh = content;
        freshDigest = digest;
        packed.put(digest, Packing.write(content));
        released.remove(digest);
    }

    boolean has(Digest digest) {
        return packed.containsKey(digest);
    }

    Optional<Content> get(Optional<Digest> digest) {
        if (fresh != null && digest.isPresent() && digest.get().equals(freshDigest)) {
            return Optional.of(fresh);
        }
        return digest.flatMap(d -> Optional.ofNullable(packed.get(d)))
                .map(bytes -> Packing.read(bytes, Content.class));
    }

    /** An application let go of it. */
    void release(Digest digest) {
        released.add(digest);
        desk.agenda.put(
                new Agenda.Due.Inventories(), desk.now.plus(desk.settings.inventoryDelay()));
    }

    /** What may be dropped from the disk now. */
    List<Change> drops(Set<Digest> expected) {
        fresh = null;
        freshDigest = null;
        List<Change> drops = new ArrayList<>();
        for (Digest digest : released) {
            boolean used =
                    expected.contains(digest)
                            || desk.applications.values().stream()
                                    .anyMatch(a -> a.held.filter(digest::equals).isPresent());
            if (!used) {
                packed.remove(digest);
                drops.add(new Change.DropContent(digest));
            }
        }
        released.clear();
        return drops;
    }

    /** What the disk must hold before this work counts. */
    List<Change> remember(Work work) {
        Application known = desk.applications.get(work.application());
        Application application = known == null ? new Application(work, Optional.empty()) : known;
        Optional<Digest> held = holding(application, work);
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.PutWork(work, held));
        if (!held.equals(application.held)) {
            changes.add(new Change.PutInventory(work.application(), application.union(get(held))));
        }
        return changes;
    }

    /** The work's own content when it is here, else the one before it. */
    Optional<Digest> holding(Application application, Work work) {
        return work.tombstone()
                ? Optional.empty()
                : work.content().filter(this::has).or(() -> application.held);
    }
}
