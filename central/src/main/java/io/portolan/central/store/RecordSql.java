package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import io.portolan.model.wire.Codec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** What is only ever added: events, the audit trail, content. None of it enters the change log. */
final class RecordSql {
    private static final String ADD_EVENT =
            """
            insert into event (subject, body)
            select n.subject, n.body::json
            from unnest(?::text[], ?::text[]) with ordinality as n(subject, body, ordinal)
            order by n.ordinal
            """;
    private static final String ADD_AUDIT =
            """
            insert into audit (body)
            select n.body::json from unnest(?::text[]) with ordinality as n(body, ordinal)
            order by n.ordinal
            """;

    /** Marks content as used, so that the sweep, which looks again under the lock, leaves it. */
    private static final String ADD_CONTENT =
            """
            insert into content (digest, gzip)
            select n.digest, n.gzip from unnest(?::text[], ?::bytea[]) as n(digest, gzip)
            order by n.digest
            on conflict (digest) do update set used_at = now()
            where content.used_at < now() - interval '1 hour'
            """;

    private static final String EVENTS =
            "select body, id from event where subject = ? and id < ? order by id desc limit ?";
    private static final String AUDIT =
            "select body, id from audit where id < ? order by id desc limit ?";
    private static final String CONTENT = "select gzip from content where digest = ?";
    private static final String MAY_READ =
            "select 1 from work where content = ? and cluster = ? limit 1";

    private RecordSql() {}

    static void write(Connection connection, Script script, List<Proposal> accepted)
            throws SQLException {
        Map<Digest, byte[]> contents = new LinkedHashMap<>();
        List<Proposal.Told> events = new ArrayList<>();
        List<String> audit = new ArrayList<>();
        for (Proposal proposal : accepted) {
            contents.putAll(proposal.zipped());
            events.addAll(proposal.events());
            audit.addAll(proposal.audit());
        }
        if (!contents.isEmpty()) {
            script.add(
                    ADD_CONTENT,
                    Rows.text(connection, contents.keySet(), Digest::hex),
                    connection.createArrayOf("bytea", contents.values().toArray(byte[][]::new)));
        }
        if (!events.isEmpty()) {
            script.add(
                    ADD_EVENT,
                    Rows.text(connection, events, Proposal.Told::subject),
                    Rows.text(connection, events, Proposal.Told::body));
        }
        if (!audit.isEmpty()) {
            script.add(ADD_AUDIT, Rows.text(connection, audit, a -> a));
        }
    }

    static void record(Connection connection, AuditEntry entry) throws SQLException {
        Rows.execute(
                connection,
                ADD_AUDIT,
                Rows.text(connection, List.of(Codec.lenient().text(entry)), a -> a));
    }

    static Slice<EventRecord> events(
            Connection connection, Uid subject, Optional<Slice.Place> after, int limit)
            throws SQLException {
        return Slice.cut(
                Rows.query(
                        connection,
                        EVENTS,
                        rs -> placed(rs, EventRecord.class),
                        subject.value(),
                        after.orElse(Slice.Place.START).number(),
                        limit + 1),
                limit);
    }

    static Slice<AuditEntry> audit(Connection connection, Optional<Slice.Place> after, int limit)
            throws SQLException {
        return Slice.cut(
                Rows.query(
                        connection,
                        AUDIT,
                        rs -> placed(rs, AuditEntry.class),
                        after.orElse(Slice.Place.START).number(),
                        limit + 1),
                limit);
    }

    private static <T> Slice.Placed<T> placed(ResultSet rs, Class<T> type) throws SQLException {
        return new Slice.Placed<>(
                new Slice.Place(rs.getLong(2), ""), Codec.lenient().read(rs.getString(1), type));
    }

    static Optional<byte[]> content(Connection connection, Digest digest) throws SQLException {
        return Rows.query(connection, CONTENT, rs -> unzip(rs.getBytes(1)), digest.hex()).stream()
                .findFirst();
    }

    static boolean mayRead(Connection connection, Uid cluster, Digest digest) throws SQLException {
        return !Rows.query(connection, MAY_READ, rs -> rs.getInt(1), digest.hex(), cluster.value())
                .isEmpty();
    }

    static byte[] zip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2 + 64);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] unzip(byte[] zipped) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
