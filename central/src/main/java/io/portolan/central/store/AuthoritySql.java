package io.portolan.central.store;

import io.portolan.model.Uid;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Whether the authors of a group may still write. What is found here stays so until the transaction
 * ends. Each author is judged by itself; the batches of those that were accepted are counted on.
 */
final class AuthoritySql {
    /** A taking over of the leadership waits for the transaction that holds this. */
    static final String LEADS =
            "select epoch, term_id from leader where holder <> '' for key share";

    /** Waits for a transaction in doubt that used the same key. */
    private static final String CLAIM =
            """
            insert into idempotency (scope, key, request, answer)
            select n.scope, n.key, n.request, n.answer
            from unnest(?::text[], ?::text[], ?::text[], ?::text[])
                as n(scope, key, request, answer)
            order by n.scope, n.key
            on conflict do nothing
            returning scope, key
            """;

    private static final String CLAIMED =
            """
            select i.scope, i.key, i.request, i.answer
            from idempotency i join unnest(?::text[], ?::text[]) as n(scope, key)
                on i.scope = n.scope and i.key = n.key
            """;

    private static final String GIVE_BACK =
            """
            delete from idempotency i using unnest(?::text[], ?::text[]) as n(scope, key)
            where i.scope = n.scope and i.key = n.key
            """;

    /** Those of clusters that are to be deleted too, so that all are locked in one order. */
    private static final String SESSIONS =
            """
            select cluster, session, batch from cluster_session
            where cluster = any(?) or cluster in (
                select uid from resource where kind = 'Cluster' and name = any(?))
            order by cluster for no key update
            """;

    private static final String COUNT_ON =
            """
            update cluster_session s set batch = n.batch::bigint
            from unnest(?::text[], ?::text[]) as n(cluster, batch) where s.cluster = n.cluster
            """;

    private record Claim(String scope, String key) {
        static Claim of(Authority.Idempotency of) {
            return new Claim(of.scope(), of.key());
        }
    }

    private record Session(long number, long batch) {}

    private final Set<Term> leading = new HashSet<>();
    private final Set<Claim> ours = new HashSet<>();
    private final Map<Claim, CommitResult> others = new HashMap<>();
    private final Map<Claim, Authority.Idempotency> wanted = new HashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Set<String> moved = new HashSet<>();

    /** Asks for, and locks, what the group's authors stand on; before anything else is locked. */
    void lock(Connection connection, Script script, List<Proposal> group) throws SQLException {
        if (group.stream().anyMatch(p -> p.authority() instanceof Authority.Leader)) {
            script.query(rs -> leading.add(new Term(rs.getLong(1), rs.getString(2))), LEADS);
        }
        group.stream().flatMap(p -> p.claim().stream()).forEach(c -> wanted.put(Claim.of(c), c));
        if (!wanted.isEmpty()) {
            Collection<Authority.Idempotency> claims = wanted.values();
            script.query(
                    rs -> ours.add(new Claim(rs.getString(1), rs.getString(2))),
                    CLAIM,
                    Rows.text(connection, claims, Authority.Idempotency::scope),
                    Rows.text(connection, claims, Authority.Idempotency::key),
                    Rows.text(connection, claims, Authority.Idempotency::request),
                    Rows.text(connection, claims, Authority.Idempotency::answer));
        }
        Set<String> agents = new HashSet<>();
        for (Proposal proposal : group) {
            if (proposal.authority() instanceof Authority.Agent(Uid cluster, _, _)) {
                agents.add(cluster.value());
            }
        }
        List<String> ending =
                group.stream()
                        .flatMap(p -> p.rows().stream())
                        .flatMap(AuthoritySql::endingCluster)
                        .toList();
        if (!agents.isEmpty() || !ending.isEmpty()) {
            script.query(
                    rs -> sessions.put(rs.getString(1), new Session(rs.getLong(2), rs.getLong(3))),
                    SESSIONS,
                    Rows.text(connection, agents, a -> a),
                    Rows.text(connection, ending, n -> n));
        }
    }

    /** The name of a cluster that the row deletes. */
    static Stream<String> endingCluster(Encoded row) {
        return row.deletes() && WriteSet.ofCluster(row.key())
                ? Stream.of(RowCodec.parts(row.key()).getLast())
                : Stream.empty();
    }

    /** After {@link #lock}: what became of the keys that others had claimed. */
    void look(Connection connection, Script script) throws SQLException {
        if (!wanted.isEmpty()) {
            Collection<Claim> claims = wanted.keySet();
            script.query(
                    rs -> {
                        Claim claim = new Claim(rs.getString(1), rs.getString(2));
                        Authority.Idempotency asked = wanted.get(claim);
                        others.put(
                                claim,
                                asked != null && asked.request().equals(rs.getString(3))
                                        ? new CommitResult.Replayed(rs.getString(4))
                                        : new CommitResult.KeyReused());
                    },
                    CLAIMED,
                    Rows.text(connection, claims, Claim::scope),
                    Rows.text(connection, claims, Claim::key));
        }
    }

    Optional<CommitResult> refusal(Authority authority) {
        return switch (authority) {
            case Authority.Leader(Term term) ->
                    leading.contains(term)
                            ? Optional.empty()
                            : Optional.of(new CommitResult.Fenced("the term is over"));
            case Authority.Api(var idempotency) -> idempotency.flatMap(this::repetition);
            case Authority.Agent(var cluster, var session, var batch) ->
                    outOfOrder(cluster.value(), session, batch);
        };
    }

    private Optional<CommitResult> repetition(Authority.Idempotency idempotency) {
        Claim claim = Claim.of(idempotency);
        return ours.contains(claim)
                ? Optional.empty()
                : Optional.of(
                        others.getOrDefault(
                                claim, new CommitResult.Conflict("the key has just expired")));
    }

    private Optional<CommitResult> outOfOrder(String cluster, long session, long batch) {
        Session known = sessions.get(cluster);
        if (known == null || known.number != session) {
            return Optional.of(
                    new CommitResult.Fenced(
                            known == null ? "no session" : "a newer session is open"));
        }
        return batch == known.batch + 1
                ? Optional.empty()
                : Optional.of(new CommitResult.OutOfOrder(known.batch));
    }

    void accepted(Authority authority) {
        if (authority instanceof Authority.Agent(var cluster, var session, var batch)) {
            sessions.put(cluster.value(), new Session(session, batch));
            moved.add(cluster.value());
        }
        if (authority instanceof Authority.Api(var idempotency)) {
            idempotency.ifPresent(i -> wanted.remove(Claim.of(i)));
        }
    }

    /** Writes what the accepted leave behind, and takes back the claims of the others. */
    void write(Connection connection, Script script) throws SQLException {
        List<Claim> unused = wanted.keySet().stream().filter(ours::contains).toList();
        if (!unused.isEmpty()) {
            script.add(
                    GIVE_BACK,
                    Rows.text(connection, unused, Claim::scope),
                    Rows.text(connection, unused, Claim::key));
        }
        if (!moved.isEmpty()) {
            List<String> clusters = List.copyOf(moved);
            script.add(
                    COUNT_ON,
                    Rows.text(connection, clusters, c -> c),
                    Rows.text(connection, clusters, c -> Long.toString(batch(c))));
        }
    }

    private long batch(String cluster) {
        Session session = sessions.get(cluster);
        return session == null ? 0 : session.batch;
    }
}
