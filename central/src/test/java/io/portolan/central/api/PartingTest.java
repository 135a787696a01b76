package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a deletion says of the objects of its application. */
class PartingTest {
    private static final String WEB = "/api/v1/tenants/shop/applications/web";
    private static final String SAID = "/metadata/annotations/portolan.io~1on-delete";
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        assertEquals(201, node.put("/api/v1/tenants/shop", Docs.TENANT).status());
        assertEquals(201, node.put(WEB, Docs.application("nginx:1")).status());
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void keptWorkloadsAreRememberedAuditedAndTold() {
        Reply tried = node.delete(WEB + "?keepWorkloads=true&dryRun=All");
        assertEquals("keep-workloads", tried.json().at(SAID).asText(), tried::toString);
        assertTrue(node.get(WEB).json().at(SAID).isMissingNode(), "a dry run changes nothing");

        Reply deleted = node.delete(WEB + "?keepWorkloads=true");
        assertEquals(202, deleted.status());
        assertEquals("keep-workloads", node.get(WEB).json().at(SAID).asText());
        assertTrue(
                node.get(WEB + "/events").text().contains("they stay in the clusters"),
                node.get(WEB + "/events")::toString);
        Reply audit = node.get("/api/v1/audit");
        assertTrue(audit.text().contains("keep-workloads"), audit::toString);
    }

    @Test
    void aDeletionThatSaysNothingFollowsTheAnnotation() {
        node.patch(
                WEB,
                "{\"metadata\":{\"annotations\":{\"portolan.io/on-delete\":\"delete-volumes\"}}}");
        assertEquals("delete-volumes", node.delete(WEB).json().at(SAID).asText());
    }

    @Test
    void aSecondDeletionMayChangeWhatBecomesOfTheRest() {
        Reply first = node.delete(WEB + "?keepWorkloads=true");
        Reply same = node.delete(WEB);
        assertEquals(first.header("ETag"), same.header("ETag"), "nothing else was said");
        Reply second = node.delete(WEB + "?keepWorkloads=false");
        assertEquals(202, second.status());
        assertTrue(second.json().at(SAID).isMissingNode(), second::toString);
        assertEquals(
                first.json().at("/metadata/deletionRequestedAt"),
                second.json().at("/metadata/deletionRequestedAt"));
    }

    @Test
    void whatMeansNothingIsRefused() {
        assertEquals(400, node.delete(WEB + "?keepWorkloads=maybe").status());
        assertEquals(400, node.delete(WEB + "?keepWorkloads=true&deleteVolumes=true").status());
        assertEquals(400, node.delete("/api/v1/tenants/shop?keepWorkloads=true").status());
        Reply word =
                node.patch(
                        WEB,
                        "{\"metadata\":{\"annotations\":{\"portolan.io/on-delete\":\"keep\"}}}");
        assertEquals(400, word.status(), word::toString);
        assertTrue(word.text().contains("keep-workloads or delete-volumes"), word::toString);
        Reply adopt =
                node.patch(WEB, "{\"metadata\":{\"annotations\":{\"portolan.io/adopt\":\"web\"}}}");
        assertEquals(400, adopt.status(), adopt::toString);
        assertTrue(adopt.text().contains("web is neither"), adopt::toString);
    }
}
