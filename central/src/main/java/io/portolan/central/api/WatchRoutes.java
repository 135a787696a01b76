package io.portolan.central.api;

import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.store.Slice;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Watches as server-sent events: {@code put} with the whole document as the transaction left it,
 * {@code delete} with its name, {@code bookmark}. The guarantees are etcd's; what a client may rely
 * on is in docs/concepts/watches.md.
 */
public final class WatchRoutes implements AutoCloseable {
    private static final int PAGE = 500;

    private final Store store;
    private final ChangeFollower follower;
    private final Heard heard;
    private final WatchHub hub;
    private final SlowWriters slow;

    public WatchRoutes(Store store, ChangeFollower follower, Heard heard) {
        this(store, follower, heard, new SlowWriters());
    }

    /**
     * @param slow closed with this
     */
    WatchRoutes(Store store, ChangeFollower follower, Heard heard, SlowWriters slow) {
        this.slow = slow;
        this.store = store;
        this.follower = follower;
        this.heard = heard;
        this.hub = WatchHub.start(follower, new Showing(store, heard));
    }

    /** How many watch now. */
    public int open() {
        return slow.open();
    }

    /** How many were cut off because they took too little. */
    public long cutOff() {
        return slow.cutOff() + hub.cutOff();
    }

    Answer watch(Wanted wanted, Request request) {
        return stream(
                new Interest(
                        wanted.kind(),
                        wanted.selecting().name().orElse(""),
                        wanted.selecting().labels(),
                        wanted::covers),
                pen -> resources(wanted, pen),
                request);
    }

    /**
     * @param tenant empty for all
     * @param name empty for all
     */
    Answer watchFailovers(String tenant, String name, Request request) {
        return stream(
                new Interest(
                        Kind.FAILOVER,
                        name,
                        Selector.EVERYTHING,
                        key ->
                                key.kind() == Kind.FAILOVER
                                        && (tenant.isEmpty() || key.tenant().equals(tenant))
                                        && (name.isEmpty() || key.name().equals(name))),
                pen -> failovers(tenant, name, pen),
                request);
    }

    private Answer stream(Interest interest, Watch.Present present, Request request) {
        long generation = store.generation();
        OptionalLong from =
                Cursor.of(request)
                        .map(cursor -> OptionalLong.of(reachable(cursor, generation)))
                        .orElse(OptionalLong.empty());
        return new Answer.Events(
                sink -> {
                    try (SlowWriters.Pen pen = slow.pen(sink)) {
                        new Watch(
                                        follower,
                                        hub,
                                        interest,
                                        () -> new Showing(store, heard),
                                        generation,
                                        pen)
                                .run(from, present);
                    }
                });
    }

    /** Refuses while the answer can still be a status. */
    private long reachable(Cursor cursor, long generation) {
        boolean foreign =
                cursor.generation().isPresent() && cursor.generation().getAsLong() != generation;
        // Another node may have told of what this one has yet to hear: the store knows.
        if (foreign
                || (cursor.revision() > follower.position() && cursor.revision() > store.head())) {
            throw Problem.gone(
                            "revision "
                                    + cursor.revision()
                                    + " is not of this store's history: list again")
                    .refusal();
        }
        store.changes(cursor.revision(), 1);
        return cursor.revision();
    }

    private Watch.Shown resources(Wanted wanted, SlowWriters.Pen pen) {
        Optional<Long> first = Optional.empty();
        long last;
        Optional<ResourceKey> after = Optional.empty();
        do {
            Store.Page page = wanted.page(store, after, PAGE);
            last = page.revision();
            first = first.or(() -> Optional.of(page.revision()));
            for (Store.Described item : page.items()) {
                byte[] json =
                        Codec.lenient()
                                .write(
                                        Documents.write(
                                                ResourceWrites.resource(item),
                                                ResourceWrites.status(item, heard)));
                pen.emit(Watch.event("put", json).build());
            }
            after = page.next();
        } while (after.isPresent());
        return new Watch.Shown(first.orElseThrow(), last);
    }

    private Watch.Shown failovers(String tenant, String name, SlowWriters.Pen pen) {
        long first = store.head();
        Optional<Slice.Place> after = Optional.empty();
        do {
            var page = store.operations(tenant, name, after, PAGE);
            for (var operation : page.items()) {
                byte[] json = Codec.lenient().write(operation.row().operation());
                pen.emit(Watch.event("put", json).build());
            }
            after = page.next();
        } while (after.isPresent());
        return new Watch.Shown(first, store.head());
    }

    @Override
    public void close() {
        hub.close();
        slow.close();
    }
}
