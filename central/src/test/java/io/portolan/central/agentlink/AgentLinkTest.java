package io.portolan.central.agentlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.api.Docs;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import io.portolan.model.app.WorkStatus;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.AgentEvent;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Holding;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.portolan.model.wire.WorkSet;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentLinkTest {
    private static final Uid APP = new Uid("app-1");
    private static final byte[] SMALL = content("small");
    private static final byte[] LARGE = content("x".repeat(AgentMessages.INLINE_CONTENT_LIMIT));

    private MemoryStore store;
    private TestNode node;

    @BeforeEach
    void start() {
        store = new MemoryStore(Clock.systemUTC());
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        node = TestNode.start(store);
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static byte[] content(String value) {
        return Codec.lenient()
                .write(
                        new Content(
                                List.of(
                                        new KubeObject(
                                                Map.of(
                                                        "apiVersion",
                                                        "v1",
                                                        "kind",
                                                        "ConfigMap",
                                                        "metadata",
                                                        Map.of("name", "a"),
                                                        "data",
                                                        Map.of("k", value))))));
    }

    /** One joined agent. */
    private final class Agent {
        final Joined joined;
        Welcome welcome;

        Agent(String cluster) {
            assertEquals(201, node.put("/api/v1/clusters/" + cluster, Docs.cluster("eu")).status());
            joined = join(mint(cluster)).as(Joined.class);
            welcome = hello().as(Welcome.class);
        }

        Reply post(String path, Object message) {
            return node.sendAs(joined.credential(), "POST", path, Codec.lenient().text(message));
        }

        Reply get(String path) {
            return node.sendAs(joined.credential(), "GET", path, "");
        }

        Reply hello(Holding... holdings) {
            return post(
                    AgentMessages.HELLO,
                    new Hello(1, 1, List.of(), "test", 0, 0, List.of(holdings)));
        }

        Reply sync(long cursor, int wait) {
            return sync(welcome.generation(), cursor, wait);
        }

        Reply sync(long generation, long cursor, int wait) {
            return get(
                    AgentMessages.WORK
                            + "?session="
                            + welcome.session()
                            + "&generation="
                            + generation
                            + "&cursor="
                            + cursor
                            + "&wait="
                            + wait);
        }

        Work work(Uid application, long sequence, Role role, Optional<byte[]> content) {
            return new Work(
                    application,
                    "shop",
                    application.value(),
                    joined.cluster(),
                    role,
                    1,
                    1,
                    sequence,
                    content.map(Digest::of),
                    false,
                    false);
        }

        void give(Uid application, long sequence, byte[] content) {
            commit(
                    new Write.PutContent(Digest.of(content), content),
                    new Write.Put(
                            new Row.WorkRow(
                                    work(
                                            application,
                                            sequence,
                                            Role.ACTIVE,
                                            Optional.of(content)))));
        }

        WorkStatus status(Uid application, long sequence) {
            return new WorkStatus(
                    application,
                    joined.cluster(),
                    Role.ACTIVE,
                    1,
                    1,
                    sequence,
                    sequence,
                    false,
                    Health.HEALTHY,
                    "ok",
                    1,
                    1,
                    1,
                    List.of(),
                    List.of(),
                    Optional.empty());
        }

        Reply report(long batch, WorkStatus... statuses) {
            return post(
                    AgentMessages.REPORTS,
                    new Report(
                            welcome.session(),
                            batch,
                            List.of(statuses),
                            Optional.empty(),
                            List.of()));
        }
    }

    private String mint(String cluster) {
        Reply minted =
                node.post("/api/v1/clusters/" + cluster + "/join-tokens", "{\"validFor\":\"1h\"}");
        assertEquals(201, minted.status(), minted::toString);
        return minted.json().path("token").asText();
    }

    private Reply join(String token) {
        return node.sendAs(
                "",
                "POST",
                AgentMessages.JOIN,
                Codec.lenient().text(new AgentMessages.Join(token, "test")));
    }

    private void commit(Write... writes) {
        CommitResult result =
                store.commit(
                        new Authority.Api(Optional.empty()),
                        List.<Precondition>of(),
                        List.of(writes));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private Optional<WorkStatus> stored(Agent agent, Uid application) {
        return store.snapshot().rows().stream()
                .map(v -> v.row())
                .filter(Row.WorkStatusRow.class::isInstance)
                .map(r -> ((Row.WorkStatusRow) r).status())
                .filter(
                        s ->
                                s.cluster().equals(agent.joined.cluster())
                                        && s.application().equals(application))
                .findFirst();
    }

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
        Reply refused =
                agent.post(
                        AgentMessages.HELLO, new Hello(7, 9, List.of(), "future", 0, 0, List.of()));
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
    void theFirstSyncIsTheFullSetAndLaterOnesAreDeltas() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        agent.give(new Uid("app-2"), 1, LARGE);
        Sync full = agent.sync(0, 0).as(Sync.class);
        assertTrue(full.full());
        assertEquals(2, full.works().size());
        assertEquals(WorkSet.digest(full.works()), full.digest());
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
        assertEquals(WorkSet.digest(store.works(agent.joined.cluster()).plain()), delta.digest());

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
        assertFalse(parked.isDone(), "another cluster's work wakes nobody");
        agent.give(APP, 7, SMALL);
        long committed = System.nanoTime();
        Sync sync = parked.get(20, TimeUnit.SECONDS);
        Duration took = Duration.ofNanos(System.nanoTime() - committed);
        assertEquals(List.of(7L), sync.works().stream().map(Work::sequence).toList());
        assertTrue(took.toMillis() < 1_000, "took " + took);
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
        assertTrue(parked.get(10, TimeUnit.SECONDS).as(Sync.class).works().isEmpty());
    }

    @Test
    void contentIsServedThroughALiveWorkOfTheOwnClusterOnly() {
        Agent a = new Agent("c1");
        Agent b = new Agent("c2");
        b.give(APP, 1, LARGE);
        String path = AgentMessages.CONTENT + Digest.of(LARGE).hex();
        Reply mine = b.get(path);
        assertEquals(200, mine.status(), mine::toString);
        assertEquals(Digest.of(LARGE), Digest.of(mine.response().body()));
        Reply foreign = a.get(path);
        assertEquals(404, foreign.status());
        assertEquals(
                foreign.text(),
                a.get(AgentMessages.CONTENT + "00".repeat(32)).text(),
                "existence is not told");
        assertEquals(404, a.get(AgentMessages.CONTENT + "nonsense").status());
        commit(new Write.Put(new Row.WorkRow(b.work(APP, 2, Role.ACTIVE, Optional.empty()))));
        assertEquals(404, b.get(path).status(), "a tombstone names no content");
    }

    @Test
    void anAgentReachesNothingOfAnotherCluster() {
        Agent a = new Agent("c1");
        Agent b = new Agent("c2");
        b.give(APP, 1, SMALL);
        assertTrue(a.sync(0, 0).as(Sync.class).works().isEmpty());
        assertEquals(403, a.report(1, b.status(APP, 1)).status());
        assertTrue(stored(b, APP).isEmpty());
        Reply event =
                a.post(
                        AgentMessages.REPORTS,
                        new Report(
                                a.welcome.session(),
                                1,
                                List.of(),
                                Optional.empty(),
                                List.of(new AgentEvent(APP, 0, true, "Forged", "lie"))));
        assertEquals(200, event.status());
        assertTrue(store.events(APP, 10).isEmpty(), "only who runs it speaks of it");
        long theirs = b.welcome.session();
        a.welcome = new Welcome(theirs + 100, 1, a.welcome.generation(), 5, List.of());
        assertEquals(410, a.sync(0, 0).status(), "a session that was never opened");
    }

    @Test
    void reportsAreDurableInOrderAndOnce() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        assertEquals(new ReportAck(1), agent.report(1, agent.status(APP, 1)).as(ReportAck.class));
        assertEquals(Health.HEALTHY, stored(agent, APP).orElseThrow().health());
        Reply gap = agent.report(3);
        assertEquals(409, gap.status());
        assertEquals(new ReportAck(1), gap.as(ReportAck.class));
        Reply again = agent.report(1, agent.status(APP, 1));
        assertEquals(409, again.status());
        assertEquals(new ReportAck(1), again.as(ReportAck.class));
        assertEquals(200, agent.report(2).status());
    }

    @Test
    void aReportCarriesObservationAndEvents() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        var observation =
                new ClusterStatus.Observation(
                        "1", "v1.36", Optional.empty(), List.of("Service"), List.of());
        Reply reply =
                agent.post(
                        AgentMessages.REPORTS,
                        new Report(
                                agent.welcome.session(),
                                1,
                                List.of(),
                                Optional.of(observation),
                                List.of(
                                        new AgentEvent(
                                                APP,
                                                Long.MAX_VALUE / 10_000,
                                                true,
                                                "BackOff",
                                                "m"))));
        assertEquals(200, reply.status(), reply::toString);
        var event = store.events(APP, 10).getFirst();
        assertEquals("cluster:c1", event.actor());
        assertFalse(
                event.at().isAfter(java.time.Instant.now().plusSeconds(60)),
                "no event comes from the future");
        assertTrue(
                store.snapshot().rows().stream()
                        .anyMatch(
                                v ->
                                        v.row() instanceof Row.ObservationRow row
                                                && row.observation().equals(observation)));
    }

    @Test
    void whatIsSaidOfAWorkThatIsGoneIsPassedOver() {
        Agent agent = new Agent("c1");
        agent.give(APP, 1, SMALL);
        assertEquals(1, agent.sync(0, 0).as(Sync.class).works().size());
        commit(new Write.Delete(new Row.Key.OfWork(agent.joined.cluster(), APP)));
        assertEquals(200, agent.report(1, agent.status(APP, 1)).status());
        assertTrue(stored(agent, APP).isEmpty());
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
