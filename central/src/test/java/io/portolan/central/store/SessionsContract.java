package io.portolan.central.store;

import static io.portolan.central.store.Samples.row;
import static io.portolan.central.store.Samples.uid;
import static io.portolan.central.store.StoreFixture.committed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may write: leaders by term, agents by session and batch; and who a token stands for. */
interface SessionsContract extends StoreFixture {
    Duration LEASE = Duration.ofMinutes(1);

    @Test
    default void leaderWritesUnderItsTermOnly() {
        Term first = store().lead("node-1", "t1", LEASE).orElseThrow();
        committed(lead(first, row("a")));
        Term second = store().lead("node-1", "t2", LEASE).orElseThrow();
        assertTrue(second.epoch() > first.epoch());
        assertInstanceOf(CommitResult.Fenced.class, lead(first, row("a")));
        assertInstanceOf(CommitResult.Fenced.class, lead(new Term(second.epoch(), "t1"), row("a")));
        committed(lead(second, row("a")));
        assertFalse(store().renew(first, LEASE));
        assertTrue(store().renew(second, LEASE));
    }

    @Test
    default void nobodyLeadsBeforeTheFirst() {
        assertInstanceOf(CommitResult.Fenced.class, lead(new Term(0, ""), row("a")));
        assertInstanceOf(CommitResult.Fenced.class, lead(new Term(1, "t"), row("a")));
    }

    @Test
    default void anotherLeadsOnlyWhenTheLeaseIsOver() {
        Term first = store().lead("node-1", "t1", LEASE).orElseThrow();
        assertEquals(Optional.empty(), store().lead("node-2", "t2", LEASE));
        committed(lead(first, row("a")));
        assertTrue(store().renew(first, Duration.ZERO));
        Term second = store().lead("node-2", "t2", LEASE).orElseThrow();
        assertEquals(first.epoch() + 1, second.epoch());
        assertInstanceOf(CommitResult.Fenced.class, lead(first, row("a")));
        assertFalse(store().renew(first, LEASE));
    }

    @Test
    default void releasedLeadershipIsFreeAtOnce() {
        Term first = store().lead("node-1", "t1", LEASE).orElseThrow();
        store().release(first);
        assertInstanceOf(CommitResult.Fenced.class, lead(first, row("a")));
        assertFalse(store().renew(first, LEASE));
        Term second = store().lead("node-2", "t2", LEASE).orElseThrow();
        store().release(first);
        committed(lead(second, row("a")));
    }

    @Test
    default void whoIsPatientWaitsLonger() {
        Term first = store().lead("node-1", "t1", LEASE).orElseThrow();
        Bid patient = new Bid(LEASE, false);
        assertLost(LEASE, LEASE.multipliedBy(2), store().lead("node-2", "t2", LEASE, patient));
        assertTrue(store().renew(first, Duration.ZERO));
        assertLost(Duration.ZERO, LEASE, store().lead("node-2", "t2", LEASE, patient));
        store().release(first);
        assertInstanceOf(
                Election.Won.class, store().lead("node-2", "t2", LEASE, patient), "released");
    }

    private static void assertLost(Duration least, Duration most, Election election) {
        Duration left = assertInstanceOf(Election.Lost.class, election).left();
        assertTrue(left.compareTo(least) > 0 && left.compareTo(most) <= 0, left::toString);
    }

    @Test
    default void nodeIsOnTheRosterFromItsFirstBeatUntilItParts() {
        NodeRoster.Roster empty = store().roster();
        assertEquals(List.of(), empty.nodes());
        assertEquals("", empty.leader());
        NodeRoster.Beat beat =
                new NodeRoster.Beat(
                        "central-0",
                        "http://10.1.0.1:8440",
                        "10.1.0.1:8441",
                        "0.1",
                        Duration.ofSeconds(7),
                        3,
                        Set.of("b", "a"),
                        true);
        store().beat(beat);
        store().beat(beat);
        Term term = store().lead("life", "t1", LEASE).orElseThrow();
        NodeRoster.Roster roster = store().roster();
        assertEquals(1, roster.nodes().size());
        NodeRoster.Node node = roster.nodes().getFirst();
        assertEquals(store().node(), node.id());
        assertEquals(store().node(), roster.leader());
        assertEquals(term.epoch(), roster.epoch());
        assertEquals(store().head(), roster.head());
        assertEquals(beat.sees(), node.beat().sees());
        assertEquals("10.1.0.1:8441", node.beat().member());
        assertFalse(node.silent());
        store().release(term);
        assertEquals("", store().roster().leader());
        store().part();
        assertEquals(List.of(), store().roster().nodes());
    }

    private CommitResult lead(Term term, Row row) {
        return store().commit(new Authority.Leader(term), List.of(), List.of(new Write.Put(row)));
    }

    @Test
    default void agentWritesItsNextBatchOnly() {
        long session = store().openSession(uid("c1"));
        assertInstanceOf(CommitResult.Committed.class, report("c1", session, 1));
        assertEquals(new CommitResult.OutOfOrder(1), report("c1", session, 3));
        assertInstanceOf(CommitResult.Committed.class, report("c1", session, 2));
        long head = store().head();
        assertEquals(new CommitResult.OutOfOrder(2), report("c1", session, 2));
        assertEquals(new CommitResult.OutOfOrder(2), report("c1", session, 1));
        assertEquals(head, store().head());
    }

    @Test
    default void newSessionEndsTheOlder() {
        long first = store().openSession(uid("c1"));
        committed(report("c1", first, 1));
        long second = store().openSession(uid("c1"));
        assertTrue(second > first);
        assertInstanceOf(CommitResult.Fenced.class, report("c1", first, 2));
        assertFalse(store().sessionOpen(uid("c1"), first));
        assertTrue(store().sessionOpen(uid("c1"), second));
        assertFalse(store().sessionOpen(uid("c2"), second));
        committed(report("c1", second, 1));
        assertInstanceOf(CommitResult.Fenced.class, report("c2", 1, 1));
    }

    @Test
    default void batchOfARefusedReportIsStillNext() {
        long session = store().openSession(uid("c1"));
        assertInstanceOf(
                CommitResult.Conflict.class,
                store().commit(
                                new Authority.Agent(uid("c1"), session, 1),
                                List.of(new Precondition(Samples.key("a"), 99)),
                                List.of()));
        committed(report("c1", session, 1));
    }

    private CommitResult report(String cluster, long session, long batch) {
        return store().commit(
                        new Authority.Agent(uid(cluster), session, batch),
                        List.of(),
                        List.of(new Write.Put(Samples.workStatus(cluster, "a"))));
    }

    @Test
    default void countsSilenceFromTheNewestSession() {
        assertEquals(Map.of(), store().silences());
        long old = store().openSession(uid("c1"));
        long session = store().openSession(uid("c1"));
        store().openSession(uid("c2"));
        Store.Silence before = store().silences().get(uid("c1"));
        assertFalse(before.since().isNegative());
        assertTrue(before.since().compareTo(Duration.ofSeconds(30)) < 0);
        tick();
        store().heard(Map.of(uid("c1"), old, uid("never"), 1L));
        assertEquals(before.lastHeard(), store().silences().get(uid("c1")).lastHeard());
        store().heard(Map.of(uid("c1"), session, uid("c2"), 1L));
        Store.Silence after = store().silences().get(uid("c1"));
        assertTrue(after.lastHeard().isAfter(before.lastHeard()));
        assertEquals(java.util.Set.of(uid("c1"), uid("c2")), store().silences().keySet());
    }

    /** Lets the store's clock go on. */
    void tick();

    @Test
    default void tokensStandForTheirHolders() {
        Store.TokenRecord user = new Store.TokenRecord.User("alice", "shop");
        store().putToken(secret("u"), user);
        Store.TokenRecord agent = new Store.TokenRecord.Agent(uid("c1"));
        store().putToken(secret("a"), agent);
        assertEquals(Optional.of(user), store().token(secret("u")));
        assertEquals(Optional.of(agent), store().token(secret("a")));
        assertEquals(Optional.empty(), store().token(secret("other")));
        Store.TokenRecord admin = new Store.TokenRecord.User("admin", "");
        store().putToken(secret("u"), admin);
        assertEquals(Optional.of(admin), store().token(secret("u")));
    }

    @Test
    default void joinTokenIsRedeemedOnce() {
        store().putToken(secret("j"), new Store.TokenRecord.Join(uid("c1"), LEASE));
        assertTrue(store().token(secret("j")).isPresent());
        Store.TokenRecord agent = new Store.TokenRecord.Agent(uid("c1"));
        assertEquals(Optional.of(agent), store().redeem(secret("j"), secret("a1")));
        assertEquals(Optional.of(agent), store().token(secret("a1")));
        assertEquals(Optional.empty(), store().redeem(secret("j"), secret("a2")));
        assertEquals(Optional.empty(), store().token(secret("a2")));
        assertEquals(Optional.empty(), store().token(secret("j")));
        assertEquals(Optional.empty(), store().redeem(secret("a1"), secret("a3")));
    }

    @Test
    default void joiningAnewEndsTheFormerAgentsToken() {
        store().putToken(secret("a1"), new Store.TokenRecord.Agent(uid("c1")));
        store().putToken(secret("b1"), new Store.TokenRecord.Agent(uid("c2")));
        store().putToken(secret("j"), new Store.TokenRecord.Join(uid("c1"), LEASE));
        assertTrue(store().redeem(secret("j"), secret("a2")).isPresent());
        assertEquals(Optional.empty(), store().token(secret("a1")));
        assertTrue(store().token(secret("a2")).isPresent());
        assertTrue(store().token(secret("b1")).isPresent());
    }

    @Test
    default void oldJoinTokenIsWorthNothing() {
        store().putToken(secret("j"), new Store.TokenRecord.Join(uid("c1"), Duration.ZERO));
        assertEquals(Optional.empty(), store().token(secret("j")));
        assertEquals(Optional.empty(), store().redeem(secret("j"), secret("a")));
        assertEquals(Optional.empty(), store().token(secret("a")));
    }

    @Test
    default void deletedClusterTakesItsTokensAndSessionsAlong() {
        for (String name : List.of("c1", "c2")) {
            put(Samples.cluster(name));
            store().putToken(secret(name), new Store.TokenRecord.Agent(uid(name)));
            store().putToken(secret("join-" + name), new Store.TokenRecord.Join(uid(name), LEASE));
        }
        store().putToken(secret("u"), new Store.TokenRecord.User("alice", ""));
        long session = store().openSession(uid("c1"));
        long other = store().openSession(uid("c2"));
        write(new Write.Delete(Samples.cluster("c1").key()));
        assertEquals(Optional.empty(), store().token(secret("c1")));
        assertEquals(Optional.empty(), store().redeem(secret("join-c1"), secret("x")));
        assertFalse(store().sessionOpen(uid("c1"), session));
        assertEquals(java.util.Set.of(uid("c2")), store().silences().keySet());
        assertTrue(store().sessionOpen(uid("c2"), other));
        assertTrue(store().token(secret("c2")).isPresent());
        assertTrue(store().token(secret("join-c2")).isPresent());
        assertTrue(store().token(secret("u")).isPresent());
    }

    private static Digest secret(String text) {
        return Digest.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
