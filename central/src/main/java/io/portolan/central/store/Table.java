package io.portolan.central.store;

import io.portolan.model.wire.Codec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table of rows: its key, the columns that queries need beside the body, and the statements that
 * write many of its rows at once. All values travel as arrays of text.
 */
enum Table {
    RESOURCE(
            List.of("kind", "tenant", "name"),
            List.of("uid::text", "generation::bigint", "labels::jsonb")),
    STATUS(List.of("subject"), List.of("kind::text", "tenant::text", "name::text")),
    ASSIGNMENT(List.of("application"), List.of()),
    WORK(List.of("cluster", "application"), List.of("content::text")),
    WORK_STATUS(List.of("cluster", "application"), List.of()),
    OPERATION(
            List.of("uid"),
            List.of("tenant::text", "name::text", "application::text", "live::boolean")),
    OBSERVATION(List.of("cluster"), List.of());

    private final int keyColumns;
    private final String find;
    private final String insert;
    private final String update;
    private final String delete;
    private final String all;

    Table(List<String> keys, List<String> extras) {
        this.keyColumns = keys.size();
        List<String> extraNames = extras.stream().map(Table::name).toList();
        List<String> columns =
                Stream.of(keys, extraNames, List.of("body", "revision"))
                        .flatMap(List::stream)
                        .toList();
        String table = name().toLowerCase(java.util.Locale.ROOT);
        String match = each(keys, "t.%1$s = n.%1$s", " and ");
        this.find =
                """
                select %s, t.revision, %s
                from %s t join unnest(%s) as n(%s) on %s
                order by %s
                """
                        .formatted(
                                each(keys, "t.%s", ", "),
                                Former.sql(table),
                                table,
                                arrays(keys.size()),
                                String.join(", ", keys),
                                match,
                                each(keys, "t.%s", ", "));
        boolean operation = table.equals("operation");
        List<String> made =
                Stream.concat(columns.stream(), operation ? Stream.of("made") : Stream.empty())
                        .toList();
        this.insert =
                """
                insert into %1$s (%2$s)
                select %3$s%4$s, n.body::json, n.revision::bigint%5$s
                from unnest(%6$s) as n(%2$s)
                """
                        .formatted(
                                table,
                                String.join(", ", made),
                                each(keys, "n.%s", ", "),
                                each(extras, ", n.%s", ""),
                                operation ? ", n.made::bigint" : "",
                                arrays(made.size()));
        this.update =
                """
                update %s t set %s body = n.body::json, revision = n.revision::bigint
                from unnest(%s) as n(%s)
                where %s
                """
                        .formatted(
                                table,
                                extras.stream()
                                        .map(e -> name(e) + " = n." + e + ", ")
                                        .collect(Collectors.joining()),
                                arrays(columns.size()),
                                String.join(", ", columns),
                                match);
        this.delete =
                "delete from %s t using unnest(%s) as n(%s) where %s"
                        .formatted(table, arrays(keys.size()), String.join(", ", keys), match);
        this.all =
                "select %s, %s, revision from %s"
                        .formatted(
                                String.join(
                                        ", ",
                                        table.equals("status")
                                                ? List.of("subject", "kind", "tenant", "name")
                                                : keys),
                                operation ? OperationSql.WHOLE_BODY : "body",
                                operation ? "operation o" : table);
    }

    private static String name(String extra) {
        return extra.substring(0, extra.indexOf("::"));
    }

    private static String each(List<String> names, String form, String separator) {
        return names.stream().map(form::formatted).collect(Collectors.joining(separator));
    }

    private static String arrays(int count) {
        return String.join(", ", Collections.nCopies(count, "?::text[]"));
    }

    static Table of(Row.Key key) {
        return switch (key) {
            case Row.Key.OfResource _ -> RESOURCE;
            case Row.Key.OfStatus _ -> STATUS;
            case Row.Key.OfAssignment _ -> ASSIGNMENT;
            case Row.Key.OfWork _ -> WORK;
            case Row.Key.OfWorkStatus _ -> WORK_STATUS;
            case Row.Key.OfOperation _ -> OPERATION;
            case Row.Key.OfObservation _ -> OBSERVATION;
        };
    }

    /** As {@link Row.Key}, without what is no part of the table's key. */
    List<String> key(Row.Key key) {
        return RowCodec.parts(key).subList(0, keyColumns);
    }

    int keyColumns() {
        return keyColumns;
    }

    /** How many columns {@link #all} shows before the body. */
    int partColumns() {
        return this == STATUS ? 4 : keyColumns;
    }

    /** Keys, revisions and {@link Former} of those that are there. */
    String find() {
        return find;
    }

    /** As {@link #find}; all stay as they are until the transaction ends. Locks in key order. */
    String lock() {
        return find + "for no key update of t";
    }

    String insert() {
        return insert;
    }

    String update() {
        return update;
    }

    String delete() {
        return delete;
    }

    String all() {
        return all;
    }

    /** The values of all columns but the revision, which comes last. */
    static List<@Nullable String> values(Row row, String body) {
        List<@Nullable String> out = new ArrayList<>(of(row.key()).key(row.key()));
        switch (row) {
            case Row.ResourceRow(var resource) -> {
                out.add(resource.uid().value());
                out.add(Long.toString(resource.metadata().generation()));
                out.add(Codec.lenient().text(resource.metadata().labels()));
            }
            case Row.StatusRow(var resource, _, _) -> {
                out.add(resource.kind().title());
                out.add(resource.tenant());
                out.add(resource.name());
            }
            case Row.WorkRow(var work) ->
                    out.add(work.content().map(Object::toString).orElse(null));
            case Row.OperationRow(var operation) -> {
                out.add(operation.tenant());
                out.add(operation.name());
                out.add(operation.application().value());
                out.add(Boolean.toString(!operation.state().ended()));
            }
            case Row.AssignmentRow _, Row.WorkStatusRow _, Row.ObservationRow _ -> {}
        }
        out.add(body);
        return out;
    }
}
