package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.Events;
import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
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
            {"application":"web","to":"eu-north","reason":"region lost"}""";
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
        assertEquals(1, node.get(FAILOVERS).json().path("items").size());
        assertEquals(1, node.get("/api/v1/failovers").json().path("items").size());
        assertEquals(
                "region lost", node.get("/api/v1/audit").json().at("/items/0/reason").asText());
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
    void wishesArePointedAt() {
        assertEquals(
                List.of("/application"),
                node.post(FAILOVERS, WISH.replace("web", "gone")).pointers());
        assertEquals(List.of("/to"), node.post(FAILOVERS, WISH.replace("eu-north", "")).pointers());
        assertEquals(
                List.of("/from/0"),
                node.post(FAILOVERS, WISH.replace("\"reason\"", "\"from\":[\"A B\"],\"reason\""))
                        .pointers());
        assertEquals(
                List.of("/too"),
                node.post(FAILOVERS, WISH.replace("\"to\"", "\"too\"")).pointers());
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
        String one = node.post(FAILOVERS, WISH).header("Location");
        assertEquals(
                List.of("/reason"), node.post(one + "/attest", "{\"reason\":\" \"}").pointers());
        Reply attested = node.post(one + "/attest", "{\"reason\":\"rack is off\"}");
        assertEquals(200, attested.status(), attested::toString);
        assertEquals(
                "rack is off", attested.as(Failover.class).attestation().orElseThrow().reason());
        assertEquals(409, node.post(one + "/attest", "{\"reason\":\"again\"}").status());
        Reply aborted = node.post(one + "/abort", "{\"reason\":\"false alarm\"}");
        assertTrue(aborted.as(Failover.class).abortRequested());
        assertEquals(200, node.post(one + "/abort", "{\"reason\":\"false alarm\"}").status());
        assertEquals(404, node.post(one + "x/abort", "{\"reason\":\"r\"}").status());
    }

    @Test
    void whatIsCommittedIsNotAttestedButMayBeAborted() {
        Reply made = node.post(FAILOVERS, WISH);
        Failover f = made.as(Failover.class);
        put(in(f, Failover.State.VERIFYING));
        String one = made.header("Location");
        Reply late = node.post(one + "/attest", "{\"reason\":\"r\"}");
        assertEquals(409, late.status());
        assertTrue(late.text().contains("too late to attest"), late::toString);
        Reply aborted = node.post(one + "/abort", "{\"reason\":\"the target is gone\"}");
        assertEquals(200, aborted.status(), aborted::toString);
        assertTrue(aborted.as(Failover.class).abortRequested());
        put(in(f, Failover.State.COMPLETED));
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
            put(in(f, Failover.State.FENCING));
            assertEquals("Fencing", events.nextChange().data().path("state").asText());
        }
    }

    private void put(Failover failover) {
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(new Write.Put(new Row.OperationRow(failover))));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    private static Failover in(Failover f, Failover.State state) {
        return new Failover(
                f.uid(),
                f.tenant(),
                f.name(),
                f.application(),
                f.applicationName(),
                f.request(),
                f.singleWriter(),
                state,
                f.plan(),
                f.steps(),
                f.attestation(),
                f.abortRequested(),
                f.evidence(),
                f.epochBefore(),
                f.epochAfter(),
                f.waitingFor(),
                f.next(),
                f.requestedAt(),
                f.endedAt(),
                f.report());
    }
}
