package io.portolan.central.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Authority;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.operation.Failover;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OperationRoutesTest {
    private static final String FAILOVERS = "/api/v1/tenants/shop/failovers";
    private static final String WISH =
            """
            {"application":"web","to":"eu-north","reason":"region lost"}\
            """;
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/tenants/shop/applications/web", Docs.application("x"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void isMadeOnceWhileItLives() {
        Reply made = node.post(FAILOVERS, WISH);
        assertEquals(201, made.status(), made::toString);
        Failover failover = made.as(Failover.class);
        assertEquals(Failover.State.REQUESTED, failover.state());
        assertEquals("admin", failover.request().requestedBy());
        assertEquals(FAILOVERS + "/" + failover.name(), made.header("Location"));
        assertEquals(failover, node.get(made.header("Location")).as(Failover.class));
        Reply second = node.post(FAILOVERS, WISH);
        assertEquals(409, second.status(), second::toString);
        await("which one is live to be told")
                .until(() -> node.post(FAILOVERS, WISH).text().contains(failover.name()));
        assertEquals(1, node.get(FAILOVERS).json().path("items").size());
        assertEquals(1, node.get("/api/v1/failovers").json().path("items").size());
        assertEquals(
                "region lost", node.get("/api/v1/audit").json().at("/items/0/reason").asText());
    }

    @Test
    void aRelocationIsKeptAsOne() {
        String planned = WISH.replace("{", "{\"planned\":true,");
        Reply made = node.post(FAILOVERS, planned);
        assertEquals(201, made.status(), made::toString);
        assertTrue(node.get(made.header("Location")).as(Failover.class).request().planned());
        assertTrue(made.json().at("/request/planned").asBoolean(), made::toString);
    }

    @Test
    void aFailoverIsNoRelocation() {
        Reply made = node.post(FAILOVERS, WISH);
        assertFalse(made.as(Failover.class).request().planned());
        assertTrue(made.json().at("/request/planned").isMissingNode(), made::toString);
    }

    @Test
    void aRepetitionWithItsKeyGetsTheFirstAnswer() {
        Reply made = node.post(FAILOVERS, WISH, "Idempotency-Key", "k1");
        Reply again = node.post(FAILOVERS, WISH, "Idempotency-Key", "k1");
        assertEquals(201, again.status(), again::toString);
        assertEquals(made.as(Failover.class).uid(), again.as(Failover.class).uid());
        Reply other = node.post(FAILOVERS, WISH.replace("eu-north", "us"), "Idempotency-Key", "k1");
        assertEquals(409, other.status(), other::toString);
        assertEquals(1, node.get(FAILOVERS).json().path("items").size());
    }

    @Test
    void aRepeatedFailoverIsAnsweredThoughTheApplicationIsGone() {
        Reply made = node.post(FAILOVERS, WISH, "Idempotency-Key", "k1");
        node.delete("/api/v1/tenants/shop/applications/web");
        assertEquals(409, node.post(FAILOVERS, WISH, "Idempotency-Key", "k2").status());
        Reply again = node.post(FAILOVERS, WISH, "Idempotency-Key", "k1");
        assertEquals(201, again.status(), again::toString);
        assertEquals(made.header("Location"), again.header("Location"));
    }

    @Test
    void aRepeatedWordIsSaidOnce() {
        Reply made = node.post(FAILOVERS, WISH);
        String one = made.header("Location");
        Fenced.fencing(node, made.as(Failover.class));
        String word = "{\"reason\":\"rack is off\"}";
        Reply attested = node.post(one + "/attest", word, "Idempotency-Key", "k1");
        assertEquals(200, attested.status(), attested::toString);
        Reply again = node.post(one + "/attest", word, "Idempotency-Key", "k1");
        assertEquals(200, again.status(), again::toString);
        assertEquals(attested.as(Failover.class), again.as(Failover.class));
        assertEquals(409, node.post(one + "/attest", word, "Idempotency-Key", "k2").status());
        Reply other =
                node.post(one + "/attest", word.replace("rack", "hall"), "Idempotency-Key", "k1");
        assertEquals(409, other.status(), other::toString);
        assertTrue(other.text().contains("used for another request"), other::toString);

        Reply aborted = node.post(one + "/abort", word, "Idempotency-Key", "k1");
        assertEquals(200, aborted.status(), "a key belongs to its path");
        put(Fenced.in(aborted.as(Failover.class), Failover.State.ABORTED));
        assertEquals(409, node.post(one + "/abort", word).status());
        Reply late = node.post(one + "/abort", word, "Idempotency-Key", "k1");
        assertEquals(200, late.status(), late::toString);
        assertEquals(aborted.as(Failover.class), late.as(Failover.class));
        assertEquals(
                List.of("Abort", "Attest"),
                List.of(
                        node.get("/api/v1/audit").json().at("/items/0/action").asText(),
                        node.get("/api/v1/audit").json().at("/items/1/action").asText()));
    }

    @Test
    void wishesArePointedAt() {
        assertEquals(
                List.of("/application"),
                node.post(FAILOVERS, WISH.replace("web", "gone")).pointers());
        assertEquals(
                List.of("/to"),
                node.post(FAILOVERS, WISH.replace("eu-north", "eu north")).pointers());
        assertEquals(
                List.of("/from/0"),
                node.post(FAILOVERS, WISH.replace("\"reason\"", "\"from\":[\"A B\"],\"reason\""))
                        .pointers());
        assertEquals(
                List.of("/too"),
                node.post(FAILOVERS, WISH.replace("\"to\"", "\"too\"")).pointers());
    }

    @Test
    void whereToMayBeLeftToCentral() {
        Reply made = node.post(FAILOVERS, "{\"application\":\"web\",\"reason\":\"fire\"}");
        assertEquals(201, made.status(), made::toString);
        assertEquals("", made.as(Failover.class).request().to());
        assertTrue(
                node.get("/api/v1/audit").text().contains("shop/web to the best cluster"),
                node.get("/api/v1/audit")::toString);
    }

    @Test
    void aDryRunTellsWhatThePreflightWouldSay() {
        long before = node.store.head();
        Reply dry = node.post(FAILOVERS + "?dryRun=All", WISH);
        assertEquals(200, dry.status(), dry::toString);
        Failover told = dry.as(Failover.class);
        assertEquals(Failover.State.REFUSED, told.state());
        assertTrue(dry.text().contains("eu-north"), dry::toString);
        assertEquals(before, node.store.head());
    }

    @Test
    void anOperatorsWordIsRecorded() {
        Reply made = node.post(FAILOVERS, WISH);
        String one = made.header("Location");
        assertEquals(
                List.of("/reason"), node.post(one + "/attest", "{\"reason\":\" \"}").pointers());
        Reply early = node.post(one + "/attest", "{\"reason\":\"rack is off\"}");
        assertEquals(409, early.status(), early::toString);
        assertTrue(early.text().contains("is in Requested and asks nobody yet"), early::toString);
        Fenced.fencing(node, made.as(Failover.class));

        assertEquals(
                List.of("/clusters"),
                node.post(one + "/attest", "{\"reason\":\"r\",\"clusters\":[\"c9\"]}").pointers());
        long before = node.store.head();
        Reply dry = node.post(one + "/attest?dryRun=All", "{\"reason\":\"rack is off\"}");
        assertEquals(List.of("c1", "c2"), vouched(dry));
        assertEquals(before, node.store.head());

        Reply first =
                node.post(one + "/attest", "{\"reason\":\"rack is off\",\"clusters\":[\"c1\"]}");
        assertEquals(200, first.status(), first::toString);
        assertEquals(List.of("c1"), vouched(first));
        Reply second = node.post(one + "/attest", "{\"reason\":\"that one too\"}");
        assertEquals(List.of("c1", "c2"), vouched(second));
        Failover.Attestation word = second.as(Failover.class).attestation().orElseThrow();
        assertEquals("that one too; before, admin: rack is off", word.reason());
        assertEquals(7, word.epoch());
        Reply third = node.post(one + "/attest", "{\"reason\":\"again\"}");
        assertEquals(409, third.status());
        assertTrue(third.text().contains("waits for nobody's proof"), third::toString);
        assertEquals(
                List.of("that one too", "rack is off"),
                List.of(
                        node.get("/api/v1/audit").json().at("/items/0/reason").asText(),
                        node.get("/api/v1/audit").json().at("/items/1/reason").asText()));

        Reply aborted = node.post(one + "/abort", "{\"reason\":\"false alarm\"}");
        assertTrue(aborted.as(Failover.class).abortRequested());
        assertEquals(200, node.post(one + "/abort", "{\"reason\":\"false alarm\"}").status());
        assertEquals(404, node.post(one + "x/abort", "{\"reason\":\"r\"}").status());
    }

    @Test
    void severalOperatorsSpeakEachForThemselvesAndOfWhatTheyWereShown() {
        Reply made = node.post(FAILOVERS, WISH);
        String one = made.header("Location");
        Fenced.fencing(node, made.as(Failover.class), 2);
        String text =
                node.post(one + "/attest?dryRun=All", "{\"reason\":\"r\"}")
                        .as(Failover.class)
                        .attestation()
                        .orElseThrow()
                        .words()
                        .getLast()
                        .text();
        assertEquals(
                "I know that c1, c2 runs nothing of shop/web, and will start nothing of it"
                        + " before central says so (epoch 7)",
                text);
        Reply other = node.post(one + "/attest", "{\"reason\":\"r\",\"text\":\"I know that c1\"}");
        assertEquals(409, other.status(), other::toString);
        Reply first =
                node.post(
                        one + "/attest", "{\"reason\":\"rack is off\",\"text\":\"" + text + "\"}");
        assertEquals(200, first.status(), first::toString);
        Reply twice = node.post(one + "/attest", "{\"reason\":\"again\"}");
        assertEquals(409, twice.status(), twice::toString);
        assertTrue(
                twice.text()
                        .contains(
                                "admin has attested this of c1, c2 already; its policy asks for 2"
                                        + " operators"),
                twice::toString);
    }

    private static List<String> vouched(Reply reply) {
        return reply.as(Failover.class).attestation().orElseThrow().clusters().stream()
                .map(Failover.Vouched::name)
                .sorted()
                .toList();
    }

    @Test
    void whatIsCommittedIsNotAttestedButMayBeAborted() {
        Reply made = node.post(FAILOVERS, WISH);
        Failover f = made.as(Failover.class);
        put(Fenced.in(f, Failover.State.VERIFYING));
        String one = made.header("Location");
        Reply late = node.post(one + "/attest", "{\"reason\":\"r\"}");
        assertEquals(409, late.status());
        assertTrue(late.text().contains("too late to attest"), late::toString);
        Reply aborted = node.post(one + "/abort", "{\"reason\":\"the target is gone\"}");
        assertEquals(200, aborted.status(), aborted::toString);
        assertTrue(aborted.as(Failover.class).abortRequested());
        put(Fenced.in(f, Failover.State.COMPLETED));
        Reply ended = node.post(one + "/abort", "{\"reason\":\"r\"}");
        assertTrue(ended.text().contains("has ended"), ended::toString);
        assertNotEquals(made.header("Location"), node.post(FAILOVERS, WISH).header("Location"));
    }

    @Test
    void isWatchedStepByStep() {
        try (Events events = node.watch(FAILOVERS + "?watch=true")) {
            assertEquals("bookmark", events.next().name());
            Failover f = node.post(FAILOVERS, WISH).as(Failover.class);
            assertEquals("Requested", events.nextChange().data().path("state").asText());
            put(Fenced.in(f, Failover.State.FENCING));
            assertEquals("Fencing", events.nextChange().data().path("state").asText());
        }
    }

    /** Retention deletes what ended long ago. */
    @Test
    void aForgottenOneIsToldToBeGone() {
        Failover f = node.post(FAILOVERS, WISH).as(Failover.class);
        try (Events events = node.watch(FAILOVERS + "?watch=true")) {
            assertEquals("put", events.next().name());
            node.store.commit(
                    new Authority.Api(Optional.empty()),
                    List.of(),
                    List.of(new Write.Delete(new Row.Key.OfOperation(f.uid()))));
            Events.Event gone = events.nextChange();
            assertEquals("delete", gone.name());
            assertEquals(f.name(), gone.subject());
            assertEquals("shop", gone.data().at("/metadata/tenant").asText());
        }
    }

    private void put(Failover failover) {
        Fenced.commit(node, new Row.OperationRow(failover));
    }

    private static final String BECAUSE = "{\"reason\":\"looking\"}";

    private String made(String wish) {
        Reply made = node.post(FAILOVERS, wish);
        assertEquals(201, made.status(), made::toString);
        return made.header("Location");
    }

    @Test
    void howItGoesOnIsSaidWithAReasonAndAudited() {
        String one = made(WISH);
        assertEquals(List.of("/reason"), node.post(one + "/pause", "{\"reason\":\"\"}").pointers());
        Reply paused = node.post(one + "/pause", BECAUSE);
        assertEquals(200, paused.status(), paused::toString);
        Failover told = paused.as(Failover.class);
        assertEquals("admin", told.paused().orElseThrow().by());
        assertTrue(
                told.next().startsWith("portolan operation resume shop/" + told.name()),
                told::next);
        Reply again = node.post(one + "/pause", BECAUSE);
        assertEquals(409, again.status());
        assertTrue(
                again.text().contains("is paused already; possible now: resume"), again::toString);
        assertEquals(200, node.post(one + "/resume", BECAUSE).status());
        assertEquals(
                List.of("Resume", "Pause"),
                List.of(
                        node.get("/api/v1/audit").json().at("/items/0/action").asText(),
                        node.get("/api/v1/audit").json().at("/items/1/action").asText()));
    }

    @Test
    void onlyAPlannedMoveIsEscalatedAndBeforeThatItTakesNobodysWord() {
        Reply made = node.post(FAILOVERS, WISH.replace("{", "{\"planned\":true,"));
        Fenced.fencing(node, made.as(Failover.class));
        String one = made.header("Location");
        Reply refused = node.post(one + "/attest", BECAUSE);
        assertEquals(409, refused.status(), refused::toString);
        assertTrue(refused.text().contains("escalate it to a failover first"), refused::toString);
        Reply escalated = node.post(one + "/escalate", BECAUSE);
        assertEquals(200, escalated.status(), escalated::toString);
        assertFalse(escalated.as(Failover.class).planned());
        assertEquals(200, node.post(one + "/attest", BECAUSE).status());
        assertEquals(409, node.post(one + "/escalate", BECAUSE).status());
    }

    @Test
    void whoAskedDoesNotApprove() {
        Reply made = node.post(FAILOVERS, WISH);
        String one = made.header("Location");
        Reply early = node.post(one + "/approve", "{}");
        assertEquals(409, early.status());
        assertTrue(early.text().contains("asks for no approval"), early::toString);
        put(Fenced.in(made.as(Failover.class), Failover.State.APPROVAL));
        Reply own = node.post(one + "/approve", "{}");
        assertEquals(409, own.status(), own::toString);
        assertTrue(own.text().contains("admin asked for"), own::toString);
        assertEquals(201, node.put("/api/v1/users/bob", "{\"role\":\"Admin\"}").status());
        String bob = node.post("/api/v1/users/bob/tokens", "{}").json().path("token").asText();
        Reply agreed = node.sendAs(bob, "POST", one + "/approve", "{\"comment\":\"go\"}");
        assertEquals(200, agreed.status(), agreed::toString);
        assertEquals("bob", agreed.as(Failover.class).approvals().getFirst().by());
        assertEquals(
                agreed.as(Failover.class),
                node.sendAs(bob, "POST", one + "/approve", "{}").as(Failover.class),
                "once is enough");
        assertEquals("Approve", node.get("/api/v1/audit").json().at("/items/0/action").asText());
    }

    @Test
    void anOverrideIsNamedAndHasAReason() {
        String override = "\"overrides\":[\"TargetRoom\"]}";
        assertEquals(
                List.of("/reason"),
                node.post(FAILOVERS, "{\"application\":\"web\"," + override).pointers());
        assertEquals(
                List.of("/overrides/0"),
                node.post(FAILOVERS, WISH.replace("}", "," + override.replace("Room", "Reachable")))
                        .pointers());
        assertEquals(
                List.of("/failback"),
                node.post(FAILOVERS, WISH.replace("}", ",\"failback\":true}")).pointers());
        assertEquals(
                List.of("/to"),
                node.post(FAILOVERS, "{\"application\":\"web\",\"planned\":true,\"failback\":true}")
                        .pointers());
        Failover f = node.get(made(WISH.replace("}", "," + override))).as(Failover.class);
        assertEquals(List.of(PreflightCheck.TARGET_ROOM), f.request().overrides());
    }

    @Test
    void aDryRunTellsWhatBlocks() {
        Reply dry = node.post(FAILOVERS + "?dryRun=All", WISH);
        assertTrue(
                dry.json()
                        .at("/outlook/blocks/0")
                        .asText()
                        .startsWith("SourceKnown: web is active"),
                dry::toString);
        assertEquals("SourceKnown", dry.json().at("/checks/2/name").asText());
        assertEquals("Failed", dry.json().at("/checks/2/outcome").asText());
        String one = made(WISH);
        Reply second = node.post(FAILOVERS + "?dryRun=All", WISH);
        assertTrue(
                second.json().at("/outlook/blocks/0").asText().startsWith("NoLiveOperation: web-"),
                second::toString);
        assertTrue(node.get(one).json().at("/outlook").isMissingNode());
    }
}
