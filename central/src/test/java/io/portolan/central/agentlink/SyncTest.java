package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Resource;
import io.portolan.model.ResourceKey;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.WorkSet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SyncTest extends AgentWorld {
    private Instant heard(Agent agent) {
        return store.silences().get(agent.joined.cluster()).lastHeard();
    }

    /** Who dies while its poll is held has been silent since it asked. */
    @Test
    void theEndOfAHeldPollIsNoSignOfLife() {
        Agent agent = new Agent("c1");
        Instant hello = heard(agent);
        Sync full = agent.sync(0, 0).as(Sync.class);
        Awaitility.await().until(() -> heard(agent).isAfter(hello));
        Instant synced = heard(agent);
        CompletableFuture<Reply> held =
                CompletableFuture.supplyAsync(() -> agent.sync(full.cursor(), 3));
        Awaitility.await().until(() -> heard(agent).isAfter(synced));
        Instant asked = heard(agent);
        assertEquals(200, held.join().status());
        Awaitility.await()
                .during(Duration.ofMillis(1_200))
                .atMost(Duration.ofSeconds(10))
                .until(() -> heard(agent).equals(asked));
    }

    @Test
    void aClusterIsShownWithTheTimeWhenItWasLastHeard() {
        Agent agent = new Agent("c1");
        Resource<?> cluster =
                store.find(ResourceKey.cluster("c1")).orElseThrow().resource().row().resource();
        ClusterStatus old =
                new ClusterStatus(
                        ClusterStatus.Reach.READY,
                        Optional.of(Instant.EPOCH),
                        Optional.empty(),
                        List.of());
        commit(new Write.Put(new Row.StatusRow(cluster.key(), cluster.uid(), old)));
        Instant heard = heard(agent);
        Instant one =
                Instant.parse(
                        node.get("/api/v1/clusters/c1").json().at("/status/lastHeard").asText());
        assertFalse(one.isBefore(heard), one + " is older than " + heard);
        Instant listed =
                Instant.parse(
                        node.get("/api/v1/clusters")
                                .json()
                                .at("/items/0/status/lastHeard")
                                .asText());
        assertFalse(listed.isBefore(heard), listed + " is older than " + heard);
    }

    @Test
    void theFirstSyncIsTheFullSetAndLaterOnesAreDeltas() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        agent.give(new Uid("app-2"), 1, LARGE);
        Sync full = agent.sync(0, 0).as(Sync.class);
        assertTrue(full.full());
        assertEquals(2, full.works().size());
        assertEquals(WorkSet.of(full.works()).digest(), full.digest());
        assertEquals(
                List.of(Digest.of(SMALL).hex()),
                List.copyOf(full.contents().keySet()),
                "only the small one travels inside");
        assertEquals(
                Digest.of(SMALL),
                Digest.of(Codec.lenient().write(full.contents().values().iterator().next())));

        agent.give(APP, 2, SMALL);
        Sync delta = agent.sync(full.cursor(), 20).as(Sync.class);
        assertFalse(delta.full());
        assertEquals(List.of(2L), delta.works().stream().map(Work::sequence).toList());
        assertEquals(
                WorkSet.of(store.works(agent.joined.cluster()).plain()).digest(), delta.digest());

        Sync quiet = agent.sync(delta.cursor(), 0).as(Sync.class);
        assertTrue(quiet.works().isEmpty());
        assertEquals(delta.digest(), quiet.digest());
        assertEquals(delta.cursor(), quiet.cursor());
    }

    @Test
    void aForeignCursorGetsTheFullSet() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        long cursor = agent.sync(0, 0).as(Sync.class).cursor();
        Sync restored = agent.sync(agent.welcome.generation() + 1, cursor, 20).as(Sync.class);
        assertTrue(restored.full());
        assertEquals(1, restored.works().size());
        Sync lost = agent.sync(cursor + 1_000, 20).as(Sync.class);
        assertTrue(lost.full(), "a cursor that the store never reached is of a lost past");
    }

    @Test
    void aCursorOfAnotherNodeIsNoReasonForAFullSet() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        agent.sync(0, 0);
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        Sync sync = agent.sync(store.head(), 0).as(Sync.class);
        assertFalse(sync.full());
        assertTrue(sync.works().isEmpty());
    }

    @Test
    void aParkedPollIsAnsweredWhenWorkIsCommitted() throws Exception {
        Agent agent = new Agent("c1");
        Agent other = new Agent("c2");
        long cursor = agent.sync(0, 0).as(Sync.class).cursor();
        CompletableFuture<Sync> parked =
                CompletableFuture.supplyAsync(() -> agent.sync(cursor, 30).as(Sync.class));
        Awaitility.await().until(() -> parkedPolls() == 1);
        other.give(APP, 1, SMALL);
        agent.give(APP, 7, SMALL);
        // Long before the poll's own time is up. Had another cluster's work woken it, it would be
        // empty.
        Sync sync = parked.get(20, TimeUnit.SECONDS);
        assertEquals(List.of(7L), sync.works().stream().map(Work::sequence).toList());
        Awaitility.await().until(() -> parkedPolls() == 0);
    }

    private double parkedPolls() {
        return node.sendAs("", "GET", "/metrics", "")
                .text()
                .lines()
                .filter(l -> l.startsWith("portolan_agent_polls_parked "))
                .mapToDouble(l -> Double.parseDouble(l.split(" ", 2)[1]))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aNodeThatStopsAnswersWhoWaits() throws Exception {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        long cursor = agent.sync(0, 0).as(Sync.class).cursor();
        CompletableFuture<Reply> parked =
                CompletableFuture.supplyAsync(() -> agent.sync(cursor, 30));
        Awaitility.await().until(() -> parkedPolls() == 1);
        node.close();
        Reply answer = parked.get(10, TimeUnit.SECONDS);
        assertEquals(503, answer.status());
        assertEquals("true", answer.header(AgentMessages.CLOSING), answer::toString);
    }

    @Test
    void contentIsServedThroughALiveWorkOfTheOwnClusterOnly() {
        Agent a = new Agent("c1");
        Agent b = new Agent("c2");
        b.give(APP, 1, LARGE);
        String digest = Digest.of(LARGE).hex();
        Reply mine = b.content(digest);
        assertEquals(200, mine.status(), mine::toString);
        assertEquals(Digest.of(LARGE), Digest.of(mine.response().body()));
        Reply foreign = a.content(digest);
        assertEquals(404, foreign.status());
        assertEquals(foreign.text(), a.content("00".repeat(32)).text(), "existence is not told");
        assertEquals(404, a.content("nonsense").status());
        commit(new Write.Put(new Row.WorkRow(b.work(APP, 2, Role.ACTIVE, Optional.empty()))));
        assertEquals(404, b.content(digest).status(), "a tombstone names no content");
    }

    @Test
    void anAgentReachesNothingOfAnotherCluster() {
        Agent a = new Agent("c1");
        Agent b = new Agent("c2");
        b.give(APP, 1, SMALL);
        assertTrue(a.sync(0, 0).as(Sync.class).works().isEmpty());
        a.give(OTHER, 1, SMALL);
        assertEquals(200, a.report(1, b.status(OTHER, 1)).status(), "in another's name");
        assertTrue(stored(a, OTHER).isEmpty());
        assertEquals(200, a.report(2, b.status(APP, 1)).status(), "not its own: passed over");
        assertTrue(stored(b, APP).isEmpty());
        assertEquals(200, a.report(3, a.status(APP, 1)).status(), "not its own: passed over");
        assertTrue(stored(a, APP).isEmpty());
        Reply event =
                a.post(
                        AgentMessages.REPORTS,
                        new Report(
                                a.welcome.session(),
                                4,
                                List.of(),
                                Optional.empty(),
                                List.of(new AgentEvent(APP, 0, true, "Forged", "lie"))));
        assertEquals(200, event.status());
        assertTrue(store.events(APP, 10).isEmpty(), "only who runs it speaks of it");
        long theirs = b.welcome.session();
        a.welcome = new Welcome(theirs + 100, 1, a.welcome.generation(), 5, List.of());
        assertEquals(410, a.sync(0, 0).status(), "a session that was never opened");
        assertEquals(410, a.content(Digest.of(SMALL).hex()).status());
    }

    @Test
    void contentIsServedToTheNewestSessionOnly() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, LARGE);
        String digest = Digest.of(LARGE).hex();
        assertEquals(200, agent.content(digest).status());
        Welcome old = agent.welcome;
        agent.welcome = agent.hello().as(Welcome.class);
        assertEquals(200, agent.content(digest).status());
        agent.welcome = old;
        assertEquals(410, agent.content(digest).status());
        Reply unsaid = agent.get(AgentMessages.CONTENT + digest);
        assertEquals(410, unsaid.status(), "no session is none of this cluster");
    }
}
