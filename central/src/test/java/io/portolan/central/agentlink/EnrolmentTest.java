package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.placement.Assignment;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Welcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class EnrolmentTest extends AgentWorld {
    @Test
    void aJoinTokenIsGoodOnceAndForItsCluster() {
        node.put("/api/v1/clusters/c1", Docs.cluster("eu"));
        String token = mint("c1");
        Reply first = join(token);
        assertEquals(200, first.status(), first::toString);
        assertEquals("c1", first.as(Joined.class).name());
        assertEquals(401, join(token).status());
        assertEquals(401, join("portolan-join-guess").status());
        assertEquals(
                "Joined",
                node.get("/api/v1/clusters/c1/events").json().at("/items/0/reason").asText());
        for (String life : List.of("2h", "1s", "soon")) {
            Reply refused =
                    node.post("/api/v1/clusters/c1/join-tokens", "{\"validFor\":\"" + life + "\"}");
            assertEquals(List.of("/validFor"), refused.pointers(), refused::toString);
        }
        assertEquals(404, node.post("/api/v1/clusters/c9/join-tokens", "{}").status());
    }

    @Test
    void aHelloIsHeardAtOnceAndHeartbeatsSoon() {
        Agent agent = new Agent("c1");
        var first = store.silences().get(agent.joined.cluster()).lastHeard();
        assertEquals(5, agent.welcome.heartbeatSeconds());
        assertEquals(
                200,
                agent.post(
                                AgentMessages.HEARTBEAT,
                                new AgentMessages.Heartbeat(agent.welcome.session()))
                        .status());
        Awaitility.await()
                .until(
                        () ->
                                store.silences()
                                        .get(agent.joined.cluster())
                                        .lastHeard()
                                        .isAfter(first));
    }

    @Test
    void protocolsThatDoNotMeetAreRefused() {
        Agent agent = new Agent("c1");
        Reply refused = agent.post(AgentMessages.HELLO, new Hello(7, 9, "future", 0, 0, List.of()));
        assertEquals(400, refused.status());
        assertTrue(refused.text().contains("No common protocol"), refused::toString);
    }

    @Test
    void anOlderSessionIsOverOnEveryRoute() {
        Agent agent = new Agent("c1");
        Welcome old = agent.welcome;
        Welcome next = agent.hello().as(Welcome.class);
        assertTrue(next.session() > old.session());
        assertEquals(410, agent.sync(0, 0).status());
        assertEquals(410, agent.report(1).status());
        assertEquals(410, agent.content("00".repeat(32)).status());
        assertEquals(
                410,
                agent.post(AgentMessages.HEARTBEAT, new AgentMessages.Heartbeat(old.session()))
                        .status());
        agent.welcome = next;
        assertEquals(200, agent.sync(0, 0).status());
        assertEquals(200, agent.report(1).status());
    }

    @Test
    void aSessionOpenedElsewhereEndsThisOneForReports() {
        Agent agent = new Agent("c1");
        assertEquals(200, agent.sync(0, 0).status());
        store.openSession(agent.joined.cluster());
        assertEquals(410, agent.report(1).status());
        assertEquals(410, agent.sync(0, 0).status(), "the refused write made this node ask again");
    }

    @Test
    void theWelcomeNamesWhatMustStopFirst() {
        Agent agent = new Agent("c1");
        commit(
                new Write.PutContent(Digest.of(SMALL), SMALL),
                new Write.Put(
                        new Row.WorkRow(agent.work(APP, 2, Role.QUARANTINED, Optional.of(SMALL)))),
                new Write.Put(
                        new Row.WorkRow(
                                agent.work(new Uid("app-2"), 2, Role.STANDBY, Optional.of(SMALL)))),
                new Write.Put(
                        new Row.WorkRow(
                                agent.work(new Uid("app-3"), 2, Role.ACTIVE, Optional.of(SMALL)))));
        Welcome welcome =
                agent.hello(
                                new Holding(new Uid("app-2"), "shop", "b", 1, 1, Role.ACTIVE),
                                new Holding(new Uid("app-3"), "shop", "c", 1, 1, Role.ACTIVE))
                        .as(Welcome.class);
        assertEquals(List.of(APP, new Uid("app-2")), welcome.quarantined());
    }

    /** The cluster was forgotten and joined again: nothing of it is stored under its new uid. */
    @Test
    void theWelcomeStopsSingleWritersWhosePlaceIsElsewhereAndNothingThatNobodyKnows() {
        Agent there = new Agent("c1");
        Agent again = new Agent("c2");
        assigned(there, APP, true);
        assigned(there, new Uid("app-2"), false);
        Welcome welcome =
                again.hello(
                                new Holding(APP, "shop", "a", 1, 1, Role.ACTIVE),
                                new Holding(new Uid("app-2"), "shop", "b", 1, 1, Role.ACTIVE),
                                new Holding(new Uid("app-3"), "shop", "c", 1, 1, Role.ACTIVE))
                        .as(Welcome.class);
        assertEquals(List.of(APP), welcome.quarantined());
    }

    @Test
    void whoMayHaveLostItsDiskIsToldWhichPodsItHadReported() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        agent.give(OTHER, 1, SMALL);
        WorkStatus s = agent.status(APP, 1);
        agent.report(
                1,
                agent.status(OTHER, 1),
                new WorkStatus(
                        s.application(),
                        s.cluster(),
                        s.role(),
                        s.generation(),
                        s.epoch(),
                        s.sequence(),
                        s.appliedSequence(),
                        s.removed(),
                        s.health(),
                        s.message(),
                        s.inventory(),
                        s.readyReplicas(),
                        s.desiredReplicas(),
                        s.troubles(),
                        s.conditions(),
                        s.demotion(),
                        List.of("a pod"),
                        0));
        assertEquals(
                List.of(new AgentMessages.Remembered(APP, List.of("a pod"))),
                agent.hello().as(Welcome.class).remembered());
        Hello knowing = new Hello(1, 1, "test", agent.welcome.generation(), 1, List.of());
        assertEquals(
                List.of(), agent.post(AgentMessages.HELLO, knowing).as(Welcome.class).remembered());
    }

    private void assigned(Agent agent, Uid application, boolean single) {
        Work w = agent.work(application, 2, Role.ACTIVE, Optional.of(SMALL));
        commit(
                new Write.Put(
                        new Row.WorkRow(
                                new Work(
                                        w.application(),
                                        w.tenant(),
                                        w.name(),
                                        w.cluster(),
                                        w.role(),
                                        w.generation(),
                                        w.epoch(),
                                        w.sequence(),
                                        w.content(),
                                        single,
                                        w.adopt()))),
                new Write.Put(
                        new Row.AssignmentRow(
                                new Assignment(
                                        application,
                                        1,
                                        List.of(
                                                new Assignment.Member(
                                                        agent.joined.cluster(),
                                                        Role.ACTIVE,
                                                        1,
                                                        false)),
                                        new PlacementDecision(
                                                true, List.of(), "", Map.of(), List.of())))));
    }

    @Test
    void anAgentAheadOfTheLogMeansThatTheDatabaseWasSetBack() {
        Agent agent = new Agent("c1");
        long head = store.head();
        long generation = agent.welcome.generation();
        for (Hello behind :
                List.of(
                        new Hello(1, 1, "test", generation, head, List.of()),
                        new Hello(1, 1, "test", generation - 1, head + 1_000, List.of()))) {
            assertEquals(200, agent.post(AgentMessages.HELLO, behind).status());
            assertEquals(0, setBacks());
        }
        for (Hello ahead :
                List.of(
                        new Hello(1, 1, "test", generation, head + 1_000, List.of()),
                        new Hello(1, 1, "test", generation + 1, 1, List.of()))) {
            agent.welcome = agent.post(AgentMessages.HELLO, ahead).as(Welcome.class);
            assertTrue(
                    agent.sync(ahead.generation(), ahead.cursor(), 0)
                            .as(AgentMessages.Sync.class)
                            .full());
        }
        assertEquals(2, setBacks());
    }

    private long setBacks() {
        return node.get("/api/v1/clusters/c1/events").text().split("DatabaseSetBack", -1).length
                - 1L;
    }

    @Test
    void theCredentialEndsWithTheCluster() {
        Agent agent = new Agent("c1");
        Uid uid = agent.joined.cluster();
        commit(
                new Write.Delete(
                        new Row.Key.OfResource(io.portolan.model.ResourceKey.cluster("c1"))));
        Awaitility.await().until(() -> agent.sync(0, 0).status() == 401);
        assertEquals(401, agent.hello().status(), uid::toString);
    }
}
