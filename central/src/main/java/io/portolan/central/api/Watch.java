package io.portolan.central.api;

import io.helidon.http.sse.SseEvent;
import io.portolan.central.api.Told.Touched;
import io.portolan.central.feed.ChangeFollower;
import io.portolan.central.http.Problem;
import io.portolan.central.store.Change;
import io.portolan.central.store.Store;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.wire.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * One open watch. Only the last event of a transaction carries an id, and so does a bookmark: a
 * client resumes behind whole transactions or not at all. Until it has come close to the newest
 * change it reads the log at its own pace; then the {@link WatchHub} hands it what is its own. When
 * it has fallen so far behind that the hub has forgotten, it reads the log again.
 *
 * <p>Owned by the thread that serves the connection.
 */
final class Watch {
    private static final Duration BOOKMARK = Duration.ofSeconds(10);

    private static final Duration WAIT = Duration.ofSeconds(1);

    /** So close that what comes meanwhile fits the subscription. */
    private static final int NEAR = 500;

    /** What is there: emitted before the first bookmark. */
    interface Present {
        /** The first revision of what was shown, and the last: where it took several readings. */
        Shown show(SlowWriters.Pen pen);
    }

    record Shown(long from, long to) {}

    private final ChangeFollower follower;
    private final WatchHub hub;
    private final Interest interest;
    private final Supplier<Showing> showings;
    private final long generation;
    private final SlowWriters.Pen pen;
    private long cursor;
    private long due;

    Watch(
            ChangeFollower follower,
            WatchHub hub,
            Interest interest,
            Supplier<Showing> showings,
            long generation,
            SlowWriters.Pen pen) {
        this.follower = follower;
        this.hub = hub;
        this.interest = interest;
        this.showings = showings;
        this.generation = generation;
        this.pen = pen;
    }

    /** Until the client is gone, the node stops, or the watch cannot go on. */
    void run(OptionalLong from, Present present) throws InterruptedException {
        if (from.isPresent()) {
            cursor = from.getAsLong();
        } else {
            Shown shown = present.show(pen);
            cursor = shown.from();
            // What was read later is newer: with the changes in between it is of one moment.
            reach(shown.to(), showings.get(), false);
        }
        bookmark();
        Showing own = showings.get();
        approach(own);
        try (Subscription live = hub.subscribe(interest)) {
            reach(live.since(), own, true);
            follow(live);
        }
    }

    /** Until it is so close that the hub still has the rest. */
    private void approach(Showing showing) throws InterruptedException {
        while (hub.position() - cursor > NEAR && !follower.closed()) {
            reach(hub.position() - NEAR, showing, true);
        }
    }

    /** Tells the changes up to a revision that the log has. */
    private void reach(long revision, Showing showing, boolean resumable)
            throws InterruptedException {
        while (cursor < revision && !follower.closed()) {
            for (Change change : follower.after(cursor, WAIT)) {
                if (change.revision() <= revision) {
                    Told told = showing.told(change, interest.covers(), interest.labels());
                    tell(told, resumable);
                }
            }
            if (resumable) {
                bookmarkWhenDue();
            }
        }
    }

    private void follow(Subscription live) throws InterruptedException {
        while (true) {
            switch (live.next(left())) {
                case Subscription.Next.News(Told told) -> {
                    // Who resumed has heard of what this node learns only now.
                    if (told.revision() > cursor) {
                        tell(told, true);
                    }
                }
                case Subscription.Next.Forgotten(long revision) -> {
                    // Few of its own among many others, or large ones.
                    if (revision > cursor) {
                        Showing own = showings.get();
                        reach(revision, own, true);
                        approach(own);
                    }
                }
                case Subscription.Next.Quiet(long position) -> cursor = Math.max(cursor, position);
                case Subscription.Next.TooSlow() -> throw tooSlow().refusal();
                case Subscription.Next.Lost() -> throw new Store.CompactedException(cursor);
                case Subscription.Next.Ended() -> {
                    return;
                }
            }
            bookmarkWhenDue();
        }
    }

    private Problem tooSlow() {
        hub.tooSlow();
        return Problem.of(
                429,
                "Too slow",
                "more changes of its own wait for this watch than may wait for one that does"
                        + " not take them:"
                        + " resume behind "
                        + Cursor.text(generation, cursor));
    }

    private void tell(Told told, boolean resumable) {
        List<SseEvent.Builder> events = new ArrayList<>();
        for (Touched touched : told.touched()) {
            switch (interest.effect(touched)) {
                case PUT -> events.add(event("put", touched.after().orElseThrow().json()));
                case DELETE -> events.add(event("delete", gone(touched.key())));
                case NONE -> {}
            }
        }
        if (!events.isEmpty() && resumable) {
            events.getLast().id(Cursor.text(generation, told.revision()));
        }
        events.forEach(e -> pen.emit(e.build()));
        cursor = told.revision();
    }

    static SseEvent.Builder event(String name, byte[] data) {
        return SseEvent.builder().name(name).data(data);
    }

    private static byte[] gone(ResourceKey key) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (key.kind().tenanted()) {
            metadata.put("tenant", key.tenant());
        }
        metadata.put("name", key.name());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", Kind.API_VERSION);
        document.put("kind", key.kind().title());
        document.put("metadata", metadata);
        return Codec.lenient().write(document);
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, due - System.nanoTime()));
    }

    private void bookmarkWhenDue() {
        if (System.nanoTime() - due >= 0) {
            bookmark();
        }
    }

    private void bookmark() {
        byte[] data =
                Codec.lenient()
                        .write(
                                Map.of(
                                        "metadata",
                                        Map.of("generation", generation, "revision", cursor)));
        pen.emit(event("bookmark", data).id(Cursor.text(generation, cursor)).build());
        due = System.nanoTime() + BOOKMARK.toNanos();
    }
}
