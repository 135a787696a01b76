package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tokens, agents' sessions and the leader row. Owned by the {@link MemoryStore}, as its rows are.
 */
final class MemorySessions {
    private record Token(Store.TokenRecord record, Instant expiry) {}

    private record Session(long number, long batch) {}

    private record Lease(Term term, String holder, Instant until) {}

    private final Map<Digest, Token> tokens = new HashMap<>();
    private final Map<Uid, Session> sessions = new HashMap<>();
    private final Map<Uid, Instant> heard = new TreeMap<>();
    private Lease leader = new Lease(new Term(0, ""), "", Instant.MIN);

    MemorySessions copy() {
        MemorySessions copy = new MemorySessions();
        copy.tokens.putAll(tokens);
        copy.sessions.putAll(sessions);
        copy.heard.putAll(heard);
        copy.leader = leader;
        return copy;
    }

    /** As {@link Schema}'s leap after a restore. */
    void leap(long generation, Instant now) {
        leader = new Lease(new Term(leader.term().epoch() + 1_000, ""), "", Instant.MIN);
        sessions.replaceAll((_, s) -> new Session(s.number() + generation * 1_000_000, 0));
        heard.replaceAll((_, at) -> at.isAfter(now) ? now : at);
    }

    void putToken(Digest secret, Store.TokenRecord token, Instant now) {
        Instant expiry =
                token instanceof Store.TokenRecord.Join join ? now.plus(join.life()) : Instant.MAX;
        tokens.put(secret, new Token(token, expiry));
    }

    Optional<Store.TokenRecord> token(Digest secret, Instant now) {
        return Optional.ofNullable(tokens.get(secret))
                .filter(t -> t.expiry().isAfter(now))
                .map(
                        t ->
                                t.record() instanceof Store.TokenRecord.Join join
                                        ? new Store.TokenRecord.Join(
                                                join.cluster(), Duration.between(now, t.expiry()))
                                        : t.record());
    }

    int forgetTokens(Instant expiredBefore) {
        return MemoryRecords.remove(
                tokens.values(), t -> t.expiry().isBefore(expiredBefore), Integer.MAX_VALUE);
    }

    int tokens() {
        return tokens.size();
    }

    Optional<Store.TokenRecord> redeem(Digest joinSecret, Digest agentSecret, Instant now) {
        if (!(token(joinSecret, now).orElse(null) instanceof Store.TokenRecord.Join join)) {
            return Optional.empty();
        }
        tokens.remove(joinSecret);
        tokens.values()
                .removeIf(
                        t ->
                                t.record() instanceof Store.TokenRecord.Agent(var of)
                                        && of.equals(join.cluster()));
        Store.TokenRecord agent = new Store.TokenRecord.Agent(join.cluster());
        putToken(agentSecret, agent, now);
        return Optional.of(agent);
    }

    /** A deleted cluster's agent may not speak any more. */
    void forget(Uid cluster) {
        sessions.remove(cluster);
        heard.remove(cluster);
        tokens.values()
                .removeIf(
                        t ->
                                switch (t.record()) {
                                    case Store.TokenRecord.User _ -> false;
                                    case Store.TokenRecord.Agent(var of) -> of.equals(cluster);
                                    case Store.TokenRecord.Join(var of, _) -> of.equals(cluster);
                                });
    }

    long open(Uid cluster, Instant now) {
        long next = sessions.getOrDefault(cluster, new Session(0, 0)).number() + 1;
        sessions.put(cluster, new Session(next, 0));
        heard.put(cluster, now);
        return next;
    }

    boolean isOpen(Uid cluster, long number) {
        Session session = sessions.get(cluster);
        return session != null && session.number() == number;
    }

    long lastBatch(Uid cluster) {
        return sessions.getOrDefault(cluster, new Session(0, 0)).batch();
    }

    void batch(Uid cluster, long session, long batch, Instant now) {
        sessions.put(cluster, new Session(session, batch));
        heard.put(cluster, now);
    }

    void heard(Uid cluster, long session, Instant now) {
        if (isOpen(cluster, session)) {
            heard.put(cluster, now);
        }
    }

    Map<Uid, Store.Silence> silences(Instant now) {
        Map<Uid, Store.Silence> out = new LinkedHashMap<>();
        heard.forEach(
                (cluster, at) ->
                        out.put(cluster, new Store.Silence(Duration.between(at, now), at)));
        return out;
    }

    boolean leads(Term term) {
        return !leader.holder().isEmpty() && leader.term().equals(term);
    }

    long epoch() {
        return leader.term().epoch();
    }

    boolean led(Instant now) {
        return !leader.holder().isEmpty() && leader.until().isAfter(now);
    }

    /** Nobody has database sessions here, so nobody is seen to have left. */
    Election lead(String holder, String termId, Duration lease, Bid bid, Instant now) {
        if (!leader.holder().isEmpty() && !leader.holder().equals(holder)) {
            Instant due = leader.until().plus(bid.patience());
            if (due.isAfter(now)) {
                return new Election.Lost(Duration.between(now, due));
            }
        }
        Term term = new Term(leader.term().epoch() + 1, termId);
        leader = new Lease(term, holder, now.plus(lease));
        return new Election.Won(term);
    }

    boolean renew(Term term, Duration lease, Instant now) {
        if (!leads(term)) {
            return false;
        }
        leader = new Lease(term, leader.holder(), now.plus(lease));
        return true;
    }

    void release(Term term) {
        if (leads(term)) {
            leader = new Lease(new Term(term.epoch(), ""), "", Instant.MIN);
        }
    }
}
