package io.portolan.central.api;

import io.portolan.central.api.Told.Before;
import io.portolan.central.api.Told.Document;
import io.portolan.central.api.Told.Touched;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Status;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Turns changes, in their order, into documents. Resource and status are two rows: the one that
 * changed is shown exactly as it was changed, the other one as it was known, which is as the
 * changes before left it, or as it is now when none of them touched it.
 *
 * <p>Owned by one thread.
 */
final class Showing {
    /** Of documents whose rows are kept, so that a change costs no query, in bytes. */
    private static final int MOST_KEPT = 8 << 20;

    private record Known(Resource<?> resource, Optional<Status> status, int weight) {}

    private record Rows(Change.@Nullable Entry resource, Change.@Nullable Entry status) {}

    private final Store store;
    private final Heard heard;

    /** Longest unused first. */
    private final LinkedHashMap<ResourceKey, Known> known = new LinkedHashMap<>(16, 0.75f, true);

    private int kept;

    Showing(Store store, Heard heard) {
        this.store = store;
        this.heard = heard;
    }

    /** Changes were missed: what is known may be old. */
    void forget() {
        known.clear();
        kept = 0;
    }

    /**
     * @param wanted what is asked for: of all else nothing is shown
     * @param labels that what is asked for has, or had before the change
     */
    Told told(Change change, Predicate<ResourceKey> wanted, Selector labels) {
        Map<ResourceKey, Rows> rows = new LinkedHashMap<>();
        List<Touched> out = new ArrayList<>();
        for (Change.Entry entry : change.entries()) {
            switch (entry.key()) {
                case Row.Key.OfResource(ResourceKey key) ->
                        rows.merge(key, new Rows(entry, null), Showing::both);
                case Row.Key.OfStatus(ResourceKey key, _) ->
                        rows.merge(key, new Rows(null, entry), Showing::both);
                case Row.Key.OfOperation _ ->
                        failover(entry)
                                .filter(wanted)
                                .ifPresent(key -> out.add(touched(key, entry)));
                case Row.Key.OfAssignment _,
                        Row.Key.OfWork _,
                        Row.Key.OfWorkStatus _,
                        Row.Key.OfObservation _ -> {}
            }
        }
        rows.forEach(
                (key, both) -> {
                    if (wanted.test(key)) {
                        touched(key, both, labels).ifPresent(out::add);
                    } else {
                        drop(key);
                    }
                });
        return new Told(change.revision(), out);
    }

    private static Rows both(Rows one, Rows other) {
        return new Rows(
                other.resource == null ? one.resource : other.resource,
                other.status == null ? one.status : other.status);
    }

    private Optional<Touched> touched(ResourceKey key, Rows rows, Selector labels) {
        Change.@Nullable Entry ofResource = rows.resource;
        if (ofResource == null) {
            return ofStatus(key, status(rows), labels);
        }
        Before before =
                !ofResource.existed()
                        ? new Before.Nothing()
                        : ofResource
                                .former()
                                .<Before>map(Before.Labelled::new)
                                .orElseGet(Before.Unknown::new);
        if (ofResource.row().isEmpty()) {
            drop(key);
            return Optional.of(new Touched(key, before, Optional.empty()));
        }
        if (!(ofResource.row().get() instanceof Row.ResourceRow(Resource<?> resource))) {
            throw new IllegalStateException("no resource at " + key);
        }
        boolean had =
                !(before instanceof Before.Labelled(Map<String, String> then))
                        || labels.matches(then);
        if (!had && !labels.matches(resource.metadata().labels())) {
            drop(key);
            return Optional.empty();
        }
        Optional<Status> status =
                rows.status != null
                        ? status(rows)
                        : ofResource.existed() ? statusOf(key) : Optional.empty();
        return Optional.of(new Touched(key, before, Optional.of(show(key, resource, status))));
    }

    private static Optional<Status> status(Rows rows) {
        return rows.status != null
                        && rows.status.row().orElse(null) instanceof Row.StatusRow(_, _, var status)
                ? Optional.of(status)
                : Optional.empty();
    }

    private Optional<Status> statusOf(ResourceKey key) {
        return switch (key.kind()) {
            case APPLICATION, CLUSTER -> {
                @Nullable Known there = known.get(key);
                yield there != null ? there.status : ResourceWrites.status(store.find(key));
            }
            case TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> Optional.empty();
        };
    }

    /** Nothing when the resource was deleted since: the change that tells so is on its way. */
    private Optional<Touched> ofStatus(ResourceKey key, Optional<Status> status, Selector labels) {
        @Nullable Known there = known.get(key);
        Optional<Resource<?>> resource =
                there != null
                        ? Optional.of(there.resource)
                        : store.find(key).map(ResourceWrites::resource);
        return resource.filter(r -> labels.matches(r.metadata().labels()))
                .map(
                        r ->
                                new Touched(
                                        key,
                                        new Before.Labelled(r.metadata().labels()),
                                        Optional.of(show(key, r, status))));
    }

    private Document show(ResourceKey key, Resource<?> resource, Optional<Status> status) {
        byte[] json = Codec.lenient().write(Documents.write(resource, heard.on(resource, status)));
        keep(key, new Known(resource, status, json.length));
        return new Document(resource.metadata().labels(), json);
    }

    private void keep(ResourceKey key, Known now) {
        drop(key);
        known.put(key, now);
        kept += now.weight;
        var oldest = known.entrySet().iterator();
        while (kept > MOST_KEPT && oldest.hasNext()) {
            kept -= oldest.next().getValue().weight;
            oldest.remove();
        }
    }

    private void drop(ResourceKey key) {
        @Nullable Known former = known.remove(key);
        if (former != null) {
            kept -= former.weight;
        }
    }

    /** Empty when its name is not known: nobody could be told which one went. */
    private static Optional<ResourceKey> failover(Change.Entry entry) {
        return entry.row().orElse(null) instanceof Row.OperationRow(Failover failover)
                ? Optional.of(new ResourceKey(Kind.FAILOVER, failover.tenant(), failover.name()))
                : entry.former()
                        .map(
                                f ->
                                        new ResourceKey(
                                                Kind.FAILOVER,
                                                f.getOrDefault("tenant", ""),
                                                f.getOrDefault("name", "")));
    }

    private static Touched touched(ResourceKey key, Change.Entry ofFailover) {
        return new Touched(
                key,
                ofFailover.existed() ? new Before.Labelled(Map.of()) : new Before.Nothing(),
                ofFailover.row().orElse(null) instanceof Row.OperationRow(Failover failover)
                        ? Optional.of(new Document(Map.of(), Codec.lenient().write(failover)))
                        : Optional.empty());
    }
}
