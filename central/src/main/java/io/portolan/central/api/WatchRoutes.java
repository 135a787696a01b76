package io.portolan.central.api;

import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.feed.ChangeFollower.Document;
import io.portolan.central.feed.ChangeFollower.Seen;
import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.store.Change;
import io.portolan.central.store.Row;
import io.portolan.central.store.Slice;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Watches as server-sent events. A put carries the whole document, as new as it is when it is read;
 * its id is the revision from which to resume. Nothing is kept per watcher but its place in the
 * log, so a slow one costs only itself; one that takes nothing for long is cut off.
 */
public final class WatchRoutes implements AutoCloseable {
    private static final Duration BOOKMARK = Duration.ofSeconds(10);
    private static final int PAGE = 500;

    private final Store store;
    private final ChangeFollower follower;
    private final Heard heard;
    private final SlowWriters slow = new SlowWriters();

    public WatchRoutes(Store store, ChangeFollower follower, Heard heard) {
        this.store = store;
        this.follower = follower;
        this.heard = heard;
    }

    /** How many watch now. */
    public int open() {
        return slow.open();
    }

    /** What is watched: what is there already, and what a change means to it. */
    private interface Subject {
        /** Emits what is there; the revision from which on changes are missing. */
        long present(SlowWriters.Pen pen);

        List<SseEvent> events(Seen seen);
    }

    Answer watch(Wanted wanted, Request request) {
        return stream(new OfResources(wanted), request);
    }

    /**
     * @param tenant empty for all
     * @param name empty for all
     */
    Answer watchFailovers(String tenant, String name, Request request) {
        return stream(new OfFailovers(tenant, name), request);
    }

    private Answer stream(Subject subject, Request request) {
        Optional<Long> from = from(request);
        if (from.isPresent()) {
            reachable(from.get());
        }
        return new Answer.Events(sink -> run(subject, from, sink));
    }

    private static Optional<Long> from(Request request) {
        Optional<String> last = request.header("Last-Event-ID");
        if (last.isPresent() && !last.get().isEmpty()) {
            try {
                return Optional.of(Long.parseLong(last.get()));
            } catch (NumberFormatException e) {
                throw Problem.malformed("Last-Event-ID must be a revision").refusal();
            }
        }
        return request.query("revision").isPresent()
                ? Optional.of(request.number("revision", 0, 0, Long.MAX_VALUE))
                : Optional.empty();
    }

    /** Refuses while the answer can still be a status. */
    private void reachable(long revision) {
        if (revision > Math.max(store.head(), follower.position())) {
            throw Problem.gone("revision " + revision + " is not of this store: list again")
                    .refusal();
        }
        store.changes(revision, 1);
    }

    private void run(Subject subject, Optional<Long> from, SseSink sink)
            throws InterruptedException {
        try (SlowWriters.Pen pen = slow.pen(sink)) {
            long cursor = from.isPresent() ? from.get() : subject.present(pen);
            pen.emit(bookmark(cursor));
            long due = System.nanoTime() + BOOKMARK.toNanos();
            while (!follower.closed()) {
                long left = due - System.nanoTime();
                if (left <= 0) {
                    pen.emit(bookmark(cursor));
                    due = System.nanoTime() + BOOKMARK.toNanos();
                    continue;
                }
                for (Seen seen : follower.after(cursor, Duration.ofNanos(left))) {
                    for (SseEvent event : subject.events(seen)) {
                        pen.emit(event);
                    }
                    cursor = seen.change().revision();
                }
            }
        }
    }

    private static SseEvent bookmark(long revision) {
        return sse(
                "bookmark",
                Optional.of(revision),
                Codec.lenient().write(Map.of("metadata", Map.of("revision", revision))));
    }

    private static SseEvent sse(String name, Optional<Long> id, byte[] data) {
        SseEvent.Builder event = SseEvent.builder().name(name).data(data);
        id.ifPresent(i -> event.id(i.toString()));
        return event.build();
    }

    private Optional<Document> read(ResourceKey key) {
        return store.find(key).map(d -> new Document(ResourceWrites.resource(d), json(d)));
    }

    private byte[] json(Store.Described described) {
        return Codec.lenient()
                .write(
                        Documents.write(
                                ResourceWrites.resource(described),
                                ResourceWrites.status(described, heard)));
    }

    private final class OfResources implements Subject {
        private final Wanted wanted;

        OfResources(Wanted wanted) {
            this.wanted = wanted;
        }

        @Override
        public long present(SlowWriters.Pen pen) {
            Optional<Long> revision = Optional.empty();
            Optional<ResourceKey> after = Optional.empty();
            do {
                Store.Page page = wanted.page(store, after, PAGE);
                revision = Optional.of(revision.orElse(page.revision()));
                for (Store.Described item : page.items()) {
                    pen.emit(sse("put", Optional.empty(), json(item)));
                }
                after = page.next();
            } while (after.isPresent());
            return revision.orElseThrow();
        }

        @Override
        public List<SseEvent> events(Seen seen) {
            Map<ResourceKey, Change.Entry> touched = new LinkedHashMap<>();
            for (Change.Entry entry : seen.change().entries()) {
                switch (entry.key()) {
                    case Row.Key.OfResource of -> touched.put(of.resource(), entry);
                    case Row.Key.OfStatus of -> touched.putIfAbsent(of.resource(), entry);
                    case Row.Key.OfAssignment _,
                            Row.Key.OfWork _,
                            Row.Key.OfWorkStatus _,
                            Row.Key.OfOperation _,
                            Row.Key.OfObservation _ -> {}
                }
            }
            List<SseEvent> out = new ArrayList<>();
            touched.forEach(
                    (key, entry) -> {
                        if (wanted.covers(key)) {
                            event(seen, key, entry).ifPresent(out::add);
                        }
                    });
            return out;
        }

        private Optional<SseEvent> event(Seen seen, ResourceKey key, Change.Entry entry) {
            Optional<Long> id = Optional.of(seen.change().revision());
            boolean ofResource = entry.key() instanceof Row.Key.OfResource;
            if (ofResource && entry.row().isEmpty()) {
                return entry.existed() ? Optional.of(gone(key, id)) : Optional.empty();
            }
            Optional<Document> document = seen.document(key, WatchRoutes.this::read);
            if (document.isEmpty()) {
                // Deleted since: the change that tells so is on its way.
                return Optional.empty();
            }
            if (wanted.selecting().selects(document.get().resource())) {
                return Optional.of(sse("put", id, document.get().json()));
            }
            boolean mayHaveLeft =
                    ofResource
                            && entry.existed()
                            && !wanted.selecting().labels().equals(Selector.EVERYTHING);
            return mayHaveLeft ? Optional.of(gone(key, id)) : Optional.empty();
        }

        private SseEvent gone(ResourceKey key, Optional<Long> id) {
            Map<String, String> metadata = new LinkedHashMap<>();
            if (key.kind().tenanted()) {
                metadata.put("tenant", key.tenant());
            }
            metadata.put("name", key.name());
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("apiVersion", Kind.API_VERSION);
            document.put("kind", key.kind().title());
            document.put("metadata", metadata);
            return sse("delete", id, Codec.lenient().write(document));
        }
    }

    private final class OfFailovers implements Subject {
        private final String tenant;
        private final String name;

        OfFailovers(String tenant, String name) {
            this.tenant = tenant;
            this.name = name;
        }

        @Override
        public long present(SlowWriters.Pen pen) {
            // What is added from now on is a change that is told below.
            long revision = store.head();
            Optional<Slice.Place> after = Optional.empty();
            do {
                var page = store.operations(tenant, name, after, PAGE);
                for (var operation : page.items()) {
                    byte[] json = Codec.lenient().write(operation.row().operation());
                    pen.emit(sse("put", Optional.empty(), json));
                }
                after = page.next();
            } while (after.isPresent());
            return revision;
        }

        @Override
        public List<SseEvent> events(Seen seen) {
            List<SseEvent> out = new ArrayList<>();
            for (Change.Entry entry : seen.change().entries()) {
                if (entry.row().isPresent()
                        && entry.row().get() instanceof Row.OperationRow row
                        && covers(row.operation())) {
                    out.add(
                            sse(
                                    "put",
                                    Optional.of(seen.change().revision()),
                                    Codec.lenient().write(row.operation())));
                }
            }
            return out;
        }

        private boolean covers(Failover failover) {
            return (tenant.isEmpty() || failover.tenant().equals(tenant))
                    && (name.isEmpty() || failover.name().equals(name));
        }
    }

    @Override
    public void close() {
        slow.close();
    }
}
