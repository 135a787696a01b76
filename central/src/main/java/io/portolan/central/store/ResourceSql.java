package io.portolan.central.store;

import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.Selector;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.wire.Codec;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reading rows: resources with their status, pages, works, everything. */
final class ResourceSql {
    private static final String COLUMNS =
            "r.tenant, r.name, r.uid, r.body, r.revision, s.body, s.revision";

    private static final String FIND =
            """
            select %s from resource r left join status s on s.subject = r.uid
            where r.kind = ? and r.tenant = ? and r.name = ?
            """
                    .formatted(COLUMNS);

    /** Shows the counter even when the page is empty. */
    private static final String LIST =
            """
            select p.*, c.revision from counter c left join lateral (
                select %s from resource r left join status s on s.subject = r.uid
                where r.kind = ? and (? = '' or r.tenant = ?) and (r.tenant, r.name) > (?, ?)
                %%s
                order by r.tenant, r.name limit ?
            ) as p(tenant, name, uid, body, revision, status, status_revision) on true
            order by p.tenant, p.name
            """
                    .formatted(COLUMNS);

    private static final String WORKS =
            """
            select w.body, w.revision, c.revision
            from counter c left join work w on w.cluster = ?
            order by w.application
            """;

    /** In the order in which commits lock them, so that neither waits for the other in a circle. */
    private static final String SELF_FENCING =
            """
            select body from work
            where cluster = any(?) and (body -> 'selfFence') is not null
            order by cluster, application for share
            """;

    private static final String REPORTED =
            "select body from work_status where cluster = ? order by application";

    private static final String ASSIGNMENT =
            "select body, revision from assignment where application = ?";

    private static final String HISTORY =
            """
            select generation, spec from resource_revision
            where uid = ? order by generation desc
            """;

    private static final String KEEP_SPECS =
            """
            insert into resource_revision (uid, generation, spec)
            select n.uid, n.generation::bigint, n.spec::json
            from unnest(?::text[], ?::text[], ?::text[]) as n(uid, generation, spec)
            on conflict do nothing
            """;

    private ResourceSql() {}

    /** Of every transaction of a group: a later one may replace a spec within the same group. */
    static void keepSpecs(Connection connection, Script script, List<Judgement.Logged> log)
            throws SQLException {
        List<List<@Nullable String>> values = new ArrayList<>();
        for (Judgement.Logged logged : log) {
            if (logged.row().spec().isPresent()
                    && logged.row().row().orElseThrow() instanceof Row.ResourceRow(var resource)) {
                List<@Nullable String> value = new ArrayList<>();
                value.add(resource.uid().value());
                value.add(Long.toString(resource.metadata().generation()));
                value.add(logged.row().spec().get());
                values.add(value);
            }
        }
        if (!values.isEmpty()) {
            script.add(KEEP_SPECS, Rows.columns(connection, values, 3));
        }
    }

    static Optional<Store.Described> find(Connection connection, ResourceKey key)
            throws SQLException {
        return Rows.query(
                        connection,
                        FIND,
                        rs -> described(key.kind(), rs),
                        key.kind().title(),
                        key.tenant(),
                        key.name())
                .stream()
                .findFirst();
    }

    private static Store.Described described(Kind kind, ResultSet rs) throws SQLException {
        ResourceKey key = new ResourceKey(kind, rs.getString(1), rs.getString(2));
        String status = rs.getString(6);
        return new Store.Described(
                new Versioned<>(
                        RowCodec.resource(kind, rs.getString(4), rs.getLong(5)), rs.getLong(5)),
                status == null
                        ? Optional.empty()
                        : Optional.of(
                                new Versioned<>(
                                        RowCodec.status(key, new Uid(rs.getString(3)), status),
                                        rs.getLong(7))));
    }

    static Store.Page list(
            Connection connection,
            Kind kind,
            String tenant,
            Selector labels,
            Optional<ResourceKey> after,
            int limit)
            throws SQLException {
        List<Object> parameters = new ArrayList<>();
        parameters.add(kind.title());
        parameters.add(tenant);
        parameters.add(tenant);
        parameters.add(after.map(ResourceKey::tenant).orElse(""));
        parameters.add(after.map(ResourceKey::name).orElse(""));
        StringBuilder conditions = new StringBuilder();
        for (Selector.Requirement requirement : labels.requirements()) {
            conditions.append(condition(connection, requirement, parameters));
        }
        parameters.add(limit + 1);
        List<Store.Described> found = new ArrayList<>();
        List<Long> head =
                Rows.query(
                        connection,
                        LIST.formatted(conditions),
                        rs -> {
                            if (rs.getString(2) != null) {
                                found.add(described(kind, rs));
                            }
                            return rs.getLong(8);
                        },
                        parameters.toArray());
        return Store.Page.cut(found, limit, head.getFirst());
    }

    private static String condition(
            Connection connection, Selector.Requirement requirement, List<Object> parameters)
            throws SQLException {
        parameters.add(requirement.key());
        return switch (requirement.operator()) {
            case IN -> {
                parameters.add(Rows.text(connection, requirement.values(), v -> v));
                yield " and r.labels ->> ? = any(?)";
            }
            case NOT_IN -> {
                parameters.add(Rows.text(connection, requirement.values(), v -> v));
                yield " and (r.labels ->> ? = any(?)) is not true";
            }
            case EXISTS -> " and jsonb_exists(r.labels, ?)";
            case ABSENT -> " and not jsonb_exists(r.labels, ?)";
            case AT_LEAST, AT_MOST, MORE, LESS ->
                    throw new IllegalArgumentException("lists do not compare versions");
        };
    }

    static Store.WorkSnapshot works(Connection connection, Uid cluster) throws SQLException {
        List<Versioned<Row.WorkRow>> works = new ArrayList<>();
        List<Long> head =
                Rows.query(
                        connection,
                        WORKS,
                        rs -> {
                            String body = rs.getString(1);
                            if (body != null) {
                                works.add(new Versioned<>(RowCodec.work(body), rs.getLong(2)));
                            }
                            return rs.getLong(3);
                        },
                        cluster.value());
        return new Store.WorkSnapshot(head.getFirst(), List.copyOf(works));
    }

    static Map<Uid, List<Work>> selfFencing(Connection connection, Collection<Uid> clusters)
            throws SQLException {
        return Rows.query(
                        connection,
                        SELF_FENCING,
                        rs -> RowCodec.work(rs.getString(1)).work(),
                        Rows.text(connection, clusters, Uid::value))
                .stream()
                .collect(Collectors.groupingBy(Work::cluster));
    }

    static List<WorkStatus> reported(Connection connection, Uid cluster) throws SQLException {
        return Rows.query(
                connection,
                REPORTED,
                rs -> Codec.lenient().read(rs.getString(1), WorkStatus.class),
                cluster.value());
    }

    static Optional<Versioned<Row.AssignmentRow>> assignment(Connection connection, Uid application)
            throws SQLException {
        return Rows.query(
                        connection,
                        ASSIGNMENT,
                        rs -> new Versioned<>(RowCodec.assignment(rs.getString(1)), rs.getLong(2)),
                        application.value())
                .stream()
                .findFirst();
    }

    static Map<Long, String> history(Connection connection, Uid resource) throws SQLException {
        Map<Long, String> out = new LinkedHashMap<>();
        Rows.query(
                connection,
                HISTORY,
                rs -> out.put(rs.getLong(1), rs.getString(2)),
                resource.value());
        return out;
    }

    static Store.Snapshot snapshot(Connection connection, Optional<Store.Restored> restored)
            throws SQLException {
        long head = ChangeSql.head(connection);
        List<Versioned<?>> rows = new ArrayList<>();
        for (Table table : Table.values()) {
            rows.addAll(Rows.query(connection, table.all(), rs -> row(table, rs)));
        }
        return new Store.Snapshot(head, List.copyOf(rows), restored);
    }

    private static Versioned<?> row(Table table, ResultSet rs) throws SQLException {
        int width = table.partColumns();
        List<String> parts = new ArrayList<>();
        for (int i = 1; i <= width; i++) {
            parts.add(rs.getString(i));
        }
        long revision = rs.getLong(width + 2);
        return new Versioned<>(
                RowCodec.read(RowCodec.key(table, parts), rs.getString(width + 1), revision),
                revision);
    }
}
