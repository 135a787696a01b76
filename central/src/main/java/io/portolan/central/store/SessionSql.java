package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tokens and agents' sessions. All times are the database's. */
final class SessionSql {
    private static final String PUT_TOKEN =
            """
            insert into token (secret, kind, account, cluster, expires_at)
            values (?, ?, ?, ?, %s)
            on conflict (secret) do update set kind = excluded.kind,
                account = excluded.account, cluster = excluded.cluster,
                expires_at = excluded.expires_at
            """;

    private static final String LASTING = PUT_TOKEN.formatted("null");
    private static final String EXPIRING =
            PUT_TOKEN.formatted("now() + (? * interval '1 millisecond')");

    private static final String TOKEN =
            """
            select t.kind, a.name, a.tenant, t.cluster,
                (extract(epoch from t.expires_at - now()) * 1000)::bigint
            from token t left join account a on a.name = t.account
            where t.secret = ? and (t.expires_at is null or t.expires_at > now())
            """;

    private static final String REDEEM =
            """
            with used as (
                delete from token where secret = ? and kind = 'join' and expires_at > now()
                returning cluster
            ), replaced as (
                delete from token where kind = 'agent' and cluster in (select cluster from used)
            )
            insert into token (secret, kind, cluster) select ?, 'agent', cluster from used
            returning cluster
            """;

    private static final String OPEN =
            """
            with heard as (
                insert into cluster_heard (cluster, last_heard) values (?, clock_timestamp())
                on conflict (cluster) do update set last_heard = excluded.last_heard
            )
            insert into cluster_session (cluster, session, batch) values (?, 1, 0)
            on conflict (cluster) do update set session = cluster_session.session + 1, batch = 0
            returning session
            """;

    private static final String IS_OPEN =
            "select 1 from cluster_session where cluster = ? and session = ?";

    private static final String HEARD =
            """
            insert into cluster_heard (cluster, last_heard)
            select s.cluster, clock_timestamp()
            from unnest(?::text[], ?::text[]) as n(cluster, session)
            join cluster_session s on s.cluster = n.cluster and s.session = n.session::bigint
            order by s.cluster
            on conflict (cluster) do update
                set last_heard = greatest(cluster_heard.last_heard, excluded.last_heard)
            """;

    private static final String SILENCES =
            """
            select h.cluster, h.last_heard,
                (extract(epoch from clock_timestamp() - h.last_heard) * 1000000)::bigint
            from cluster_heard h join cluster_session s on s.cluster = h.cluster
            order by h.cluster
            """;

    private SessionSql() {}

    static void putToken(Connection connection, Digest secret, Store.TokenRecord token)
            throws SQLException {
        switch (token) {
            case Store.TokenRecord.User(var name, var tenant) -> {
                AccountSql.keep(connection, name, tenant);
                Rows.execute(connection, LASTING, secret.hex(), "user", name, "");
            }
            case Store.TokenRecord.Agent(var cluster) ->
                    Rows.execute(connection, LASTING, secret.hex(), "agent", null, cluster.value());
            case Store.TokenRecord.Join(var cluster, var life) ->
                    Rows.execute(
                            connection,
                            EXPIRING,
                            secret.hex(),
                            "join",
                            null,
                            cluster.value(),
                            life.toMillis());
        }
    }

    static Optional<Store.TokenRecord> token(Connection connection, Digest secret)
            throws SQLException {
        return Rows.query(connection, TOKEN, SessionSql::token, secret.hex()).stream().findFirst();
    }

    private static Store.TokenRecord token(ResultSet rs) throws SQLException {
        String kind = rs.getString(1);
        return switch (kind) {
            case "user" -> new Store.TokenRecord.User(rs.getString(2), rs.getString(3));
            case "agent" -> new Store.TokenRecord.Agent(new Uid(rs.getString(4)));
            case "join" ->
                    new Store.TokenRecord.Join(
                            new Uid(rs.getString(4)), Duration.ofMillis(rs.getLong(5)));
            default -> throw new IllegalStateException("the schema allows no token " + kind);
        };
    }

    static Optional<Store.TokenRecord> redeem(
            Connection connection, Digest joinSecret, Digest agentSecret) throws SQLException {
        return Rows.<Store.TokenRecord>query(
                        connection,
                        REDEEM,
                        rs -> new Store.TokenRecord.Agent(new Uid(rs.getString(1))),
                        joinSecret.hex(),
                        agentSecret.hex())
                .stream()
                .findFirst();
    }

    static long open(Connection connection, Uid cluster) throws SQLException {
        return Rows.query(connection, OPEN, rs -> rs.getLong(1), cluster.value(), cluster.value())
                .getFirst();
    }

    static boolean isOpen(Connection connection, Uid cluster, long session) throws SQLException {
        return !Rows.query(connection, IS_OPEN, rs -> rs.getInt(1), cluster.value(), session)
                .isEmpty();
    }

    static void heard(Connection connection, Map<Uid, Long> sessions) throws SQLException {
        List<Map.Entry<Uid, Long>> entries = List.copyOf(sessions.entrySet());
        Rows.execute(
                connection,
                HEARD,
                Rows.text(connection, entries, e -> e.getKey().value()),
                Rows.text(connection, entries, e -> e.getValue().toString()));
    }

    static Map<Uid, Store.Silence> silences(Connection connection) throws SQLException {
        Map<Uid, Store.Silence> out = new LinkedHashMap<>();
        Rows.query(
                connection,
                SILENCES,
                rs ->
                        out.put(
                                new Uid(rs.getString(1)),
                                new Store.Silence(
                                        Duration.of(rs.getLong(3), ChronoUnit.MICROS),
                                        rs.getObject(2, OffsetDateTime.class).toInstant())));
        return out;
    }
}
