package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Events, the audit trail, content and answered requests, each with when it was written. Owned by
 * the {@link MemoryStore}, as its rows are.
 */
final class MemoryRecords {
    private record At<T>(T value, Instant time, long id) {
        At(T value, Instant time) {
            this(value, time, 0);
        }

        Slice.Place place() {
            return new Slice.Place(id, "");
        }

        boolean before(Instant limit) {
            return time.isBefore(limit);
        }
    }

    private final Map<Digest, At<byte[]>> contents = new HashMap<>();
    private final Map<Uid, Deque<At<EventRecord>>> events = new LinkedHashMap<>();
    private final Deque<At<AuditEntry>> audit = new ArrayDeque<>();
    private final Map<List<String>, At<Authority.Idempotency>> answered = new LinkedHashMap<>();
    private long lastId;

    MemoryRecords copy() {
        MemoryRecords copy = new MemoryRecords();
        copy.contents.putAll(contents);
        events.forEach((subject, of) -> copy.events.put(subject, new ArrayDeque<>(of)));
        copy.audit.addAll(audit);
        copy.answered.putAll(answered);
        copy.lastId = lastId;
        return copy;
    }

    void add(WriteSet set, Instant now) {
        set.contents().forEach((digest, json) -> contents.put(digest, new At<>(json.clone(), now)));
        set.events()
                .forEach(
                        e ->
                                events.computeIfAbsent(e.subject(), _ -> new ArrayDeque<>())
                                        .addFirst(new At<>(e, now, ++lastId)));
        set.audit().forEach(e -> record(e, now));
    }

    void record(AuditEntry entry, Instant now) {
        audit.addFirst(new At<>(entry, now, ++lastId));
    }

    void answer(Authority.Idempotency request, Instant now) {
        answered.put(List.of(request.scope(), request.key()), new At<>(request, now));
    }

    Optional<Authority.Idempotency> answered(Authority.Idempotency like) {
        return Optional.ofNullable(answered.get(List.of(like.scope(), like.key()))).map(At::value);
    }

    Optional<byte[]> content(Digest digest) {
        return Optional.ofNullable(contents.get(digest)).map(c -> c.value().clone());
    }

    Slice<EventRecord> events(Uid subject, Optional<Slice.Place> after, int limit) {
        return Slice.of(
                List.copyOf(events.getOrDefault(subject, new ArrayDeque<>())),
                after,
                limit,
                At::place,
                At::value);
    }

    Slice<AuditEntry> audit(Optional<Slice.Place> after, int limit) {
        return Slice.of(List.copyOf(audit), after, limit, At::place, At::value);
    }

    int forgetEvents(Instant before, int atMost) {
        int gone = 0;
        for (Deque<At<EventRecord>> of : events.values()) {
            gone += remove(of, e -> e.before(before), atMost - gone);
        }
        events.values().removeIf(Deque::isEmpty);
        return gone;
    }

    int forgetCrowded(int newest, Instant writtenSince, int atMost) {
        int gone = 0;
        for (Deque<At<EventRecord>> of : events.values()) {
            if (of.isEmpty() || of.getFirst().before(writtenSince)) {
                continue;
            }
            while (of.size() > newest && gone < atMost) {
                of.removeLast();
                gone++;
            }
        }
        return gone;
    }

    int forgetAudit(Instant before, int atMost) {
        return remove(audit, e -> e.before(before), atMost);
    }

    int forgetAnswers(Instant before, int atMost) {
        return remove(answered.values(), a -> a.before(before), atMost);
    }

    int forgetContents(Instant before, Predicate<Digest> used, int atMost) {
        return remove(
                contents.entrySet(),
                c -> c.getValue().before(before) && !used.test(c.getKey()),
                atMost);
    }

    /** How many went. */
    static <T> int remove(Collection<T> from, Predicate<T> which, int atMost) {
        int gone = 0;
        for (Iterator<T> all = from.iterator(); gone < atMost && all.hasNext(); ) {
            if (which.test(all.next())) {
                all.remove();
                gone++;
            }
        }
        return gone;
    }

    Map<String, Integer> sizes() {
        return Map.of(
                "event",
                events.values().stream().mapToInt(Deque::size).sum(),
                "audit",
                audit.size(),
                "content",
                contents.size(),
                "idempotency",
                answered.size());
    }
}
