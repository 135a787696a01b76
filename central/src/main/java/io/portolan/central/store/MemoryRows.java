package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Codec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Rows and their change log. Owned by the {@link MemoryStore}, under its monitor. */
final class MemoryRows {
    private static final long LEAP = 1_000_000_000;

    private record Logged(Change change, Instant at) {}

    private final Map<Row.Key, Versioned<? extends Row>> rows = new LinkedHashMap<>();
    private final NavigableMap<ResourceKey, Versioned<Row.ResourceRow>> resources = new TreeMap<>();
    private final Map<Uid, NavigableMap<Uid, Versioned<Row.WorkRow>>> works = new HashMap<>();
    private final Map<Uid, Versioned<Row.OperationRow>> operations = new LinkedHashMap<>();
    private final Map<Uid, Long> operationMade = new HashMap<>();
    private final Map<Uid, NavigableMap<Long, String>> specs = new HashMap<>();
    private final NavigableMap<Long, Logged> log = new TreeMap<>();
    private long head;
    private long horizon;

    MemoryRows copy() {
        MemoryRows copy = new MemoryRows();
        copy.rows.putAll(rows);
        copy.resources.putAll(resources);
        works.forEach((cluster, of) -> copy.works.put(cluster, new TreeMap<>(of)));
        copy.operations.putAll(operations);
        copy.operationMade.putAll(operationMade);
        specs.forEach((uid, of) -> copy.specs.put(uid, new TreeMap<>(of)));
        copy.log.putAll(log);
        copy.head = head;
        copy.horizon = horizon;
        return copy;
    }

    /** As {@link Schema}'s leap after a restore. */
    void leap(long generation) {
        head = Math.max(head + 1, generation * LEAP);
        horizon = head;
        log.clear();
    }

    long head() {
        return head;
    }

    long revision(Row.Key key) {
        Versioned<? extends Row> row = rows.get(key);
        return row == null ? Precondition.ABSENT : row.revision();
    }

    /** Why PostgreSQL's constraints would refuse these writes. */
    Optional<String> violation(WriteSet writes) {
        if (writes.rows().keySet().stream().noneMatch(k -> k instanceof Row.Key.OfOperation)) {
            return Optional.empty();
        }
        Map<Row.Key, Row.OperationRow> after = new LinkedHashMap<>();
        operations.values().forEach(o -> after.put(o.row().key(), o.row()));
        writes.rows()
                .forEach(
                        (key, row) -> {
                            if (row.isEmpty()) {
                                after.remove(key);
                            } else if (row.get() instanceof Row.OperationRow operation) {
                                after.put(key, operation);
                            }
                        });
        Set<Uid> live = new HashSet<>();
        Set<ResourceKey> names = new HashSet<>();
        for (Row.OperationRow row : after.values()) {
            var operation = row.operation();
            if (!operation.state().ended() && !live.add(operation.application())) {
                return Optional.of("another operation on this application is live");
            }
            if (!names.add(new ResourceKey(Kind.FAILOVER, operation.tenant(), operation.name()))) {
                return Optional.of("another operation has this name");
            }
        }
        return Optional.empty();
    }

    /** Writes and logs; the head stays where it is when nothing was there to change. */
    long apply(Map<Row.Key, Optional<Row>> writes, Instant now) {
        long revision = head + 1;
        List<Change.Entry> entries = new ArrayList<>();
        writes.forEach(
                (key, row) -> {
                    Optional<Map<String, String>> former =
                            Optional.ofNullable(rows.get(key)).flatMap(v -> Former.of(v.row()));
                    boolean existed = rows.containsKey(key);
                    if (row.isPresent()) {
                        Row stamped = WriteSet.stamped(row.get(), revision);
                        put(key, stamped, revision);
                        entries.add(new Change.Entry(key, Optional.of(stamped), existed, former));
                    } else if (existed) {
                        remove(key);
                        entries.add(new Change.Entry(key, Optional.empty(), true, former));
                    }
                });
        if (!entries.isEmpty()) {
            head = revision;
            log.put(revision, new Logged(new Change(revision, entries), now));
        }
        return head;
    }

    private void put(Row.Key key, Row row, long revision) {
        rows.put(key, new Versioned<>(row, revision));
        switch (row) {
            case Row.ResourceRow r -> {
                resources.put(r.resource().key(), new Versioned<>(r, revision));
                specs.computeIfAbsent(
                                r.resource().uid(), _ -> new TreeMap<>(Comparator.reverseOrder()))
                        .putIfAbsent(
                                r.resource().metadata().generation(),
                                Codec.lenient().text(r.resource().spec()));
            }
            case Row.WorkRow w ->
                    works.computeIfAbsent(w.work().cluster(), _ -> new TreeMap<>())
                            .put(w.work().application(), new Versioned<>(w, revision));
            case Row.OperationRow o -> {
                operations.put(o.operation().uid(), new Versioned<>(o, revision));
                operationMade.putIfAbsent(o.operation().uid(), revision);
            }
            case Row.StatusRow _,
                    Row.AssignmentRow _,
                    Row.WorkStatusRow _,
                    Row.ObservationRow _ -> {}
        }
    }

    private void remove(Row.Key key) {
        rows.remove(key);
        switch (key) {
            case Row.Key.OfResource(var resource) -> resources.remove(resource);
            case Row.Key.OfWork(var cluster, var application) ->
                    works.getOrDefault(cluster, new TreeMap<>()).remove(application);
            case Row.Key.OfOperation(var operation) -> {
                operations.remove(operation);
                operationMade.remove(operation);
            }
            case Row.Key.OfStatus _,
                    Row.Key.OfAssignment _,
                    Row.Key.OfWorkStatus _,
                    Row.Key.OfObservation _ -> {}
        }
    }

    Store.Snapshot snapshot(Optional<Store.Restored> restored) {
        return new Store.Snapshot(head, List.copyOf(rows.values()), restored);
    }

    List<Change> changes(long after, int atMost) {
        if (after < horizon) {
            throw new Store.CompactedException(horizon);
        }
        return log.tailMap(after, false).values().stream()
                .limit(atMost)
                .map(Logged::change)
                .toList();
    }

    /** Forgets transactions before {@code before}, but the newest ones stay. How many went. */
    int compact(int keepAtLeast, Instant before, int keepAtMost, int atMost) {
        int gone = 0;
        while (gone < atMost
                && log.size() > keepAtLeast
                && (log.size() > keepAtMost || !log.firstEntry().getValue().at().isAfter(before))) {
            horizon = log.pollFirstEntry().getKey();
            gone++;
        }
        return gone;
    }

    int forgetRevisions(int newest, int atMost) {
        int gone = 0;
        for (NavigableMap<Long, String> of : specs.values()) {
            while (of.size() > newest && gone < atMost) {
                of.pollLastEntry();
                gone++;
            }
        }
        return gone;
    }

    int forgetRevisionsOfDeleted(int atMost) {
        Set<Uid> there = uids();
        int gone = 0;
        for (var of = specs.entrySet().iterator(); gone < atMost && of.hasNext(); ) {
            var next = of.next();
            if (!there.contains(next.getKey())) {
                gone += next.getValue().size();
                of.remove();
            }
        }
        return gone;
    }

    private Set<Uid> uids() {
        Set<Uid> out = new HashSet<>();
        resources.values().forEach(r -> out.add(r.row().resource().uid()));
        return out;
    }

    /** Ended ones, without the last of each application that exists. */
    List<Precondition> endedOperations(Instant before, int atMost) {
        Set<Uid> there = uids();
        Set<Uid> seen = new HashSet<>();
        List<Precondition> out = new ArrayList<>();
        for (Versioned<Row.OperationRow> row : operations("")) {
            var operation = row.row().operation();
            boolean last = seen.add(operation.application());
            if (operation.endedAt().filter(before::isAfter).isPresent()
                    && !(last && there.contains(operation.application()))) {
                out.add(new Precondition(row.row().key(), row.revision()));
            }
        }
        return out.reversed().stream().limit(atMost).toList();
    }

    Set<Digest> contentInUse() {
        Set<Digest> out = new HashSet<>();
        works.values()
                .forEach(
                        of ->
                                of.values()
                                        .forEach(
                                                w -> w.row().work().content().ifPresent(out::add)));
        return out;
    }

    Map<String, Integer> sizes() {
        return Map.of(
                "operation",
                operations.size(),
                "resource_revision",
                specs.values().stream().mapToInt(Map::size).sum(),
                "change_log",
                log.size());
    }

    Optional<Store.Described> find(ResourceKey key) {
        return Optional.ofNullable(resources.get(key)).map(this::described);
    }

    private Store.Described described(Versioned<Row.ResourceRow> row) {
        ResourceKey key = row.row().resource().key();
        Versioned<? extends Row> status =
                rows.get(new Row.Key.OfStatus(key, row.row().resource().uid()));
        return new Store.Described(
                row,
                status != null && status.row() instanceof Row.StatusRow s
                        ? Optional.of(new Versioned<>(s, status.revision()))
                        : Optional.empty());
    }

    Store.Page list(
            Kind kind, String tenant, Selector labels, Optional<ResourceKey> after, int limit) {
        List<Store.Described> found =
                resources
                        .tailMap(after.orElse(new ResourceKey(kind, tenant, "")), false)
                        .values()
                        .stream()
                        .takeWhile(r -> within(kind, tenant, r.row().resource().key()))
                        .filter(r -> labels.matches(r.row().resource().metadata().labels()))
                        .limit(limit + 1L)
                        .map(this::described)
                        .toList();
        return Store.Page.cut(found, limit, head);
    }

    private static boolean within(Kind kind, String tenant, ResourceKey key) {
        return key.kind() == kind && (tenant.isEmpty() || key.tenant().equals(tenant));
    }

    Optional<Versioned<Row.AssignmentRow>> assignment(Uid application) {
        Versioned<? extends Row> found = rows.get(new Row.Key.OfAssignment(application));
        return found != null && found.row() instanceof Row.AssignmentRow row
                ? Optional.of(new Versioned<>(row, found.revision()))
                : Optional.empty();
    }

    Slice.Place place(Versioned<Row.OperationRow> operation) {
        Uid uid = operation.row().operation().uid();
        return new Slice.Place(operationMade.getOrDefault(uid, 0L), uid.value());
    }

    List<Versioned<Row.OperationRow>> operations(String tenant) {
        Comparator<Versioned<Row.OperationRow>> age =
                Comparator.comparing(
                        o -> operationMade.getOrDefault(o.row().operation().uid(), 0L));
        return operations.values().stream()
                .filter(o -> tenant.isEmpty() || o.row().operation().tenant().equals(tenant))
                .sorted(age.reversed().thenComparing(o -> o.row().operation().uid()))
                .toList();
    }

    Map<Long, String> history(Uid resource) {
        return new LinkedHashMap<>(specs.getOrDefault(resource, new TreeMap<>()));
    }

    List<Versioned<Row.WorkRow>> works(Uid cluster) {
        return List.copyOf(works.getOrDefault(cluster, new TreeMap<>()).values());
    }

    List<WorkStatus> reported(Uid cluster) {
        return rows.values().stream()
                .map(Versioned::row)
                .filter(Row.WorkStatusRow.class::isInstance)
                .map(r -> ((Row.WorkStatusRow) r).status())
                .filter(s -> s.cluster().equals(cluster))
                .sorted(Comparator.comparing(WorkStatus::application))
                .toList();
    }

    Optional<Uid> uid(Row.Key key) {
        return rows.get(key) instanceof Versioned<?>(Row.ResourceRow(var resource), _)
                ? Optional.of(resource.uid())
                : Optional.empty();
    }
}
