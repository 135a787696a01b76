package io.portolan.central.store;

import io.portolan.central.store.Accounts.Account;
import io.portolan.central.store.Accounts.How;
import io.portolan.central.store.Accounts.Issued;
import io.portolan.central.store.Accounts.Outcome;
import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** Users and their tokens. Each call is one transaction. */
final class AccountSql {
    private static final String ADD =
            "insert into account (name, tenant) values (?, ?) on conflict do nothing";

    private static final String REMOVE = "delete from account where name = ?";

    private static final String ONE = "select name, tenant, created_at from account where name = ?";

    private static final String ALL =
            """
            select name, tenant, created_at from account
            where (? = '' or tenant = ?) and name > ? order by name limit ?
            """;

    /** Whoever takes an admin's means away waits here for the others who do. */
    private static final String LOCK_ADMINS =
            "select name from account where tenant = '' order by name for update";

    private static final String OTHER_ADMIN =
            """
            select 1 from token t join account a on a.name = t.account
            where a.tenant = '' and a.name <> ? and left(t.secret, 16) <> ?
            and (t.expires_at is null or t.expires_at > now()) limit 1
            """;

    /** Nodes that start on an empty database wait for each other. */
    private static final String LOCK_FIRST = "lock table account in share row exclusive mode";

    private static final String LIVE =
            "t.account is not null and (t.expires_at is null or t.expires_at > now())";

    private static final String COUNT =
            "select count(*) from token t where t.account = ? and " + LIVE;

    private static final String ISSUE =
            """
            insert into token (secret, kind, account, expires_at)
            select ?, 'user', name, now() + (? * interval '1 millisecond')
            from account where name = ? for key share
            """;

    private static final String ISSUED =
            """
            select left(t.secret, 16), a.name, a.tenant, t.created_at, t.expires_at, t.used_at
            from token t join account a on a.name = t.account where %s and %s
            order by t.created_at desc, left(t.secret, 16) collate "C" limit ?
            """;

    private static final String OF_USER =
            ISSUED.formatted(
                    LIVE,
                    """
                    (? = '' or a.name = ?) and (t.created_at < ?
                    or t.created_at = ? and left(t.secret, 16) collate "C" > ?)\
                    """);
    private static final String BY_ID = ISSUED.formatted(LIVE, "left(t.secret, 16) = ?");

    private static final String REVOKE =
            "delete from token where left(secret, 16) = ? and account is not null";

    private static final String USED =
            """
            update token set used_at = now() where secret = ? and account is not null
            and (used_at is null or used_at < now() - (? * interval '1 millisecond'))
            """;

    private AccountSql() {}

    static Outcome add(Connection connection, String name, String tenant, How how)
            throws SQLException {
        return switch (how) {
            case How.Rehearsed() ->
                    account(connection, name).isPresent() ? Outcome.EXISTS : Outcome.DONE;
            case How.Recorded(AuditEntry entry) -> {
                if (Rows.execute(connection, ADD, name, tenant) == 0) {
                    yield Outcome.EXISTS;
                }
                RecordSql.record(connection, entry);
                yield Outcome.DONE;
            }
        };
    }

    static boolean hasAdmin(Connection connection) throws SQLException {
        return otherAdmin(connection, "", "");
    }

    /** Whether there is no admin yet; none comes into being until the transaction ends. */
    static boolean awaitFirst(Connection connection) throws SQLException {
        Rows.execute(connection, LOCK_FIRST);
        return !hasAdmin(connection);
    }

    /** Makes it where there is none. */
    static void keep(Connection connection, String name, String tenant) throws SQLException {
        Rows.execute(connection, ADD, name, tenant);
    }

    static Outcome remove(Connection connection, String name, Optional<Instant> made, How how)
            throws SQLException {
        Rows.query(connection, LOCK_ADMINS, rs -> rs.getString(1));
        Optional<Account> account =
                Rows.query(connection, ONE + " for update", AccountSql::account, name).stream()
                        .filter(a -> made.isEmpty() || made.get().equals(a.createdAt()))
                        .findFirst();
        if (account.isEmpty()) {
            return Outcome.MISSING;
        }
        if (account.get().admin() && !otherAdmin(connection, name, "")) {
            return Outcome.LAST_ADMIN;
        }
        return done(connection, how, REMOVE, name);
    }

    /** What the checks allow: made in one statement and recorded, or left as it is. */
    private static Outcome done(Connection connection, How how, String sql, String key)
            throws SQLException {
        switch (how) {
            case How.Rehearsed() -> {}
            case How.Recorded(AuditEntry entry) -> {
                Rows.execute(connection, sql, key);
                RecordSql.record(connection, entry);
            }
        }
        return Outcome.DONE;
    }

    /** Whether an admin would be left without this user and this token. */
    private static boolean otherAdmin(Connection connection, String user, String token)
            throws SQLException {
        return !Rows.query(connection, OTHER_ADMIN, rs -> rs.getInt(1), user, token).isEmpty();
    }

    static Optional<Account> account(Connection connection, String name) throws SQLException {
        return Rows.query(connection, ONE, AccountSql::account, name).stream().findFirst();
    }

    static List<Account> accounts(Connection connection, String tenant, String after, int limit)
            throws SQLException {
        return Rows.query(connection, ALL, AccountSql::account, tenant, tenant, after, limit);
    }

    private static Account account(ResultSet rs) throws SQLException {
        return new Account(rs.getString(1), rs.getString(2), time(rs, 3).orElseThrow());
    }

    static Outcome issue(Connection connection, Digest secret, String user, Duration life, How how)
            throws SQLException {
        long held = Rows.query(connection, COUNT, rs -> rs.getLong(1), user).getFirst();
        if (held >= Accounts.MOST_TOKENS) {
            return Outcome.TOO_MANY;
        }
        return switch (how) {
            case How.Rehearsed() ->
                    account(connection, user).isPresent() ? Outcome.DONE : Outcome.MISSING;
            case How.Recorded(AuditEntry entry) -> {
                if (Rows.execute(connection, ISSUE, secret.hex(), life.toMillis(), user) == 0) {
                    yield Outcome.MISSING;
                }
                RecordSql.record(connection, entry);
                yield Outcome.DONE;
            }
        };
    }

    static Slice<Issued> issued(
            Connection connection, String user, Optional<Slice.Place> after, int limit)
            throws SQLException {
        OffsetDateTime from =
                after.map(a -> a.time().atOffset(ZoneOffset.UTC)).orElse(OffsetDateTime.MAX);
        return Slice.cut(
                Rows.query(
                        connection,
                        OF_USER,
                        rs -> {
                            Issued token = issued(rs);
                            return new Slice.Placed<>(
                                    Slice.Place.at(token.createdAt(), token.id()), token);
                        },
                        user,
                        user,
                        from,
                        from,
                        after.map(Slice.Place::id).orElse(""),
                        limit + 1),
                limit);
    }

    static Optional<Issued> issuedToken(Connection connection, String id) throws SQLException {
        return Rows.query(connection, BY_ID, AccountSql::issued, id, 1).stream().findFirst();
    }

    private static Issued issued(ResultSet rs) throws SQLException {
        return new Issued(
                rs.getString(1),
                rs.getString(2),
                rs.getString(3),
                time(rs, 4).orElseThrow(),
                time(rs, 5),
                time(rs, 6));
    }

    static Outcome revoke(Connection connection, String id, How how) throws SQLException {
        Rows.query(connection, LOCK_ADMINS, rs -> rs.getString(1));
        Optional<Issued> token = issuedToken(connection, id);
        if (token.isEmpty()) {
            return Outcome.MISSING;
        }
        if (token.get().tenant().isEmpty() && !otherAdmin(connection, "", id)) {
            return Outcome.LAST_ADMIN;
        }
        return done(connection, how, REVOKE, id);
    }

    static void used(Connection connection, Digest secret) throws SQLException {
        Rows.execute(connection, USED, secret.hex(), Accounts.USED_GRAIN.toMillis());
    }

    private static Optional<Instant> time(ResultSet rs, int column) throws SQLException {
        return Optional.ofNullable(rs.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }
}
