package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.store.Nodes;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two nodes on one PostgreSQL; agents and users go from one to the other at any request. The second
 * one hears no news of the change log: whatever it must know, it has to ask for.
 */
class ManyNodesTest extends AgentWorld {
    private TestNode first;
    private TestNode second;

    @Override
    @BeforeEach
    void start() {
        Nodes nodes = new Nodes();
        store = nodes.store();
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        first = TestNode.start(store);
        second = first.beside(nodes.deaf());
        node = first;
    }

    @Override
    @AfterEach
    void stop() {
        second.close();
        first.close();
    }

    /** Joined at the first node and known to the second, which read its works before it got any. */
    private Agent known() {
        Agent agent = new Agent("c1");
        node = second;
        Sync before = agent.sync(0, 0).as(Sync.class);
        assertTrue(before.works().isEmpty());
        assertFalse(agent.sync(before.cursor(), 0).as(Sync.class).full());
        node = first;
        return agent;
    }

    @Test
    void aSessionGoesOnAtAnotherNodeAndNothingIsSentAgain() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        Sync here = agent.sync(0, 0).as(Sync.class);
        node = second;
        Sync there = agent.sync(here.cursor(), 0).as(Sync.class);
        assertFalse(there.full());
        assertEquals(List.of(), there.works());
        assertEquals(0, there.contents().size());
        assertEquals(here.digest(), there.digest());
    }

    @Test
    void aFullSetIsOfWhatIsStoredAndNotOfWhatThisNodeHasHeard() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        agent.sync(0, 0);
        node = second;
        Sync full = agent.sync(0, 0).as(Sync.class);
        assertEquals(List.of(APP), full.works().stream().map(Work::application).toList());
    }

    /** Else the status would be taken for one of a work that is gone, acknowledged and lost. */
    @Test
    void aReportOnAWorkThatThisNodeHasNotHeardOfIsKept() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        agent.sync(0, 0);
        node = second;
        assertEquals(200, agent.report(1, agent.status(APP, 1)).status());
        assertEquals(Optional.of(agent.status(APP, 1)), stored(agent, APP));
    }

    @Test
    void anEventOfAWorkThatThisNodeHasNotHeardOfIsKept() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        agent.sync(0, 0);
        node = second;
        agent.post(
                AgentMessages.REPORTS,
                new Report(
                        agent.welcome.session(),
                        1,
                        List.of(),
                        Optional.empty(),
                        List.of(new AgentEvent(APP, 0, true, "Denied", "by a webhook"))));
        assertEquals(1, store.events(APP, 10).size());
    }

    @Test
    void batchesGoOnInOrderAndOneThatWasTakenIsNotTakenTwice() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        assertEquals(200, agent.report(1, agent.status(APP, 1)).status());
        node = second;
        Reply again = agent.report(1, agent.status(APP, 1));
        assertEquals(409, again.status());
        assertEquals(1, again.as(AgentMessages.ReportAck.class).batch());
        assertEquals(200, agent.report(2, agent.status(APP, 1)).status());
    }

    @Test
    void aSessionThatAnotherNodeEndedWritesNothingMore() {
        Agent agent = known();
        agent.give(APP, 1, SMALL);
        Welcome old = agent.welcome;
        agent.hello();
        node = second;
        agent.welcome = old;
        assertEquals(410, agent.report(1, agent.status(APP, 1)).status());
        assertTrue(stored(agent, APP).isEmpty());
    }

    @Test
    void aClusterThatJoinedThroughAnotherNodeIsLetIn() {
        node = second;
        assertEquals(401, join("no token at all").status());
        node = first;
        Agent agent = new Agent("new");
        node = second;
        agent.welcome = agent.hello().as(Welcome.class);
        assertEquals(200, agent.sync(0, 0).status());
    }

    @Test
    void whatWasWrittenThroughOneNodeIsReadThroughTheOther() {
        Reply put = first.put("/api/v1/tenants/shop", Docs.TENANT);
        String etag = put.header("ETag");
        Reply got = second.get("/api/v1/tenants/shop");
        assertEquals(etag, got.header("ETag"));
        Reply list = second.get("/api/v1/tenants");
        assertEquals(1, list.json().path("items").size());
        assertEquals(
                412,
                second.put("/api/v1/tenants/shop", Docs.TENANT, "If-Match", "\"1000000\"")
                        .status());
        assertEquals(
                412,
                second.put("/api/v1/tenants/shop", Docs.TENANT, "If-None-Match", "*").status());
    }

    /** It is behind, so it waits; it neither repeats what the watcher has nor refuses it. */
    @Test
    void aWatchResumesAtANodeThatIsBehind() {
        first.put("/api/v1/tenants/shop", Docs.TENANT);
        long revision = first.get("/api/v1/tenants").json().at("/metadata/revision").asLong();
        try (Events events = second.watch("/api/v1/tenants?watch=true&revision=" + revision)) {
            assertEquals(200, events.status);
            Events.Event event = events.next();
            assertEquals("bookmark", event.name());
            assertTrue(event.id().endsWith("-" + revision), event::id);
        }
    }
}
