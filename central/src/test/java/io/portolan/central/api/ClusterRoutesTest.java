package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Authority;
import io.portolan.central.store.CommitResult;
import io.portolan.central.store.Row;
import io.portolan.central.store.Write;
import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.app.Role;
import io.portolan.model.app.Work;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a cluster leaves the fleet. */
class ClusterRoutesTest {
    private static final String C1 = "/api/v1/clusters/c1";
    private static final String WHY = "{\"reason\":\"the hall burnt down\"}";
    private TestNode node;
    private Uid uid;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        uid = made();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private Uid made() {
        return new Uid(node.put(C1, Docs.cluster("eu")).json().at("/metadata/uid").asText());
    }

    private void holds(String application) {
        Work work =
                new Work(
                        new Uid("uid-" + application),
                        "shop",
                        application,
                        uid,
                        Role.ACTIVE,
                        1,
                        1,
                        1,
                        Optional.of(Digest.of(new byte[] {1})),
                        false,
                        false);
        CommitResult result =
                node.store.commit(
                        new Authority.Api(Optional.empty()),
                        List.of(),
                        List.of(new Write.Put(new Row.WorkRow(work))));
        assertTrue(result instanceof CommitResult.Committed, result::toString);
    }

    @Test
    void whatItHoldsIsNamedBeforeItIsDeleted() {
        holds("web");
        Reply refused = node.delete(C1);
        assertEquals(409, refused.status(), refused::toString);
        assertTrue(refused.text().contains("still holds shop/web"), refused::toString);
        assertTrue(refused.text().contains("portolan cluster drain c1"), refused::toString);
        assertEquals(200, node.get(C1).status());
    }

    @Test
    void isForgottenWithEverythingOfIt() {
        holds("web");
        String credential =
                new Tokens(node.store)
                        .redeem(new Tokens(node.store).mintJoin(uid, Duration.ofMinutes(5)))
                        .orElseThrow()
                        .credential();
        assertEquals(List.of("/reason"), node.post(C1 + "/forget", "{\"reason\":\"\"}").pointers());
        long before = node.store.head();
        Reply dry = node.post(C1 + "/forget?dryRun=All", WHY);
        assertEquals(200, dry.status(), dry::toString);
        assertEquals(before, node.store.head());

        Reply done = node.post(C1 + "/forget", WHY);
        assertEquals(200, done.status(), done::toString);
        assertEquals("[\"shop/web\"]", done.json().path("applications").toString());
        assertEquals(404, node.get(C1).status());
        assertTrue(node.store.works(uid).plain().isEmpty());
        assertTrue(new Tokens(node.store).principal(credential).isEmpty());
        var audit = node.get("/api/v1/audit").json().at("/items/0");
        assertEquals("Forget", audit.path("action").asText());
        assertEquals("the hall burnt down", audit.path("reason").asText());
        assertEquals(404, node.post(C1 + "/forget", WHY).status());
        assertNotEquals(uid, made());
    }

    @Test
    void aRepetitionForgetsNoNamesake() {
        Reply done = node.post(C1 + "/forget", WHY, "Idempotency-Key", "k");
        assertEquals(200, done.status(), done::toString);
        Reply lost = node.post(C1 + "/forget", WHY, "Idempotency-Key", "k");
        assertEquals(200, lost.status(), lost::toString);
        assertEquals(done.text(), lost.text());
        made();
        Reply again = node.post(C1 + "/forget", WHY, "Idempotency-Key", "k");
        assertEquals(done.text(), again.text());
        assertEquals(200, node.get(C1).status(), "the new one was not meant");
    }

    @Test
    void aSecretIsNotRepeated() {
        node.put("/api/v1/users/bob", "{\"role\":\"Tenant\",\"tenant\":\"shop\"}");
        for (String path : List.of(C1 + "/join-tokens", "/api/v1/users/bob/tokens")) {
            Reply refused = node.post(path, "{}", "Idempotency-Key", "k");
            assertEquals(400, refused.status(), refused::toString);
            assertTrue(refused.text().contains("stored nowhere"), refused::toString);
            assertEquals(201, node.post(path, "{}").status());
        }
    }

    @Test
    void whoIsHeardIsNotForgotten() {
        node.store.openSession(uid);
        Reply refused = node.post(C1 + "/forget", WHY);
        assertEquals(409, refused.status(), refused::toString);
        assertTrue(refused.text().contains("c1 is heard"), refused::toString);
    }
}
