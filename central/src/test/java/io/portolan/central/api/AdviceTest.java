package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the API says beside a policy that cannot be had, on a node that does not lead. */
class AdviceTest {
    private static final String POLICY = "/api/v1/tenants/shop/placementpolicies/p";
    private static final String WEB = "/api/v1/tenants/shop/applications/web";
    private TestNode node;

    @BeforeEach
    void twoClusters() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/clusters/c1", Docs.cluster("eu-west"));
        node.put("/api/v1/clusters/c2", Docs.cluster("us-east"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String policy(String spec) {
        return "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"PlacementPolicy\",\"spec\":%s}"
                .formatted(spec.replace('\'', '"'));
    }

    private static String application(String placement) {
        return """
        {"apiVersion":"portolan.io/v1","kind":"Application","spec":{"placement":%s,
         "components":[{"name":"web","container":{"image":"x"}}]}}
        """
                .formatted(placement.replace('\'', '"'));
    }

    private static String warning(Reply reply) {
        assertTrue(reply.status() < 300, reply::text);
        return reply.header("Warning");
    }

    @Test
    void aTargetThatDetectionAloneMissesIsWarnedOf() {
        String late =
                "rto: 1m cannot be kept: a cluster is believed to be down after 40s, and toleration"
                        + " takes another 5m: 5m40s before anything begins";
        Reply named =
                node.put(
                        "/api/v1/tenants/shop/drpolicies/fast",
                        "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"DrPolicy\","
                                + "\"spec\":{\"trigger\":\"automatic\",\"rto\":\"1m\"}}");
        assertEquals("299 - \"spec." + late + "\"", warning(named));
        Reply inline =
                node.put(
                        "/api/v1/tenants/shop/applications/web",
                        application("{}")
                                .replace(
                                        "\"placement\":{}",
                                        "\"disasterRecovery\":{\"trigger\":\"automatic\","
                                                + "\"rto\":\"1m\"}"));
        assertEquals("299 - \"spec.disasterRecovery." + late + "\"", warning(inline));
    }

    @Test
    void aPolicyThatCannotBeHadIsWrittenWithAWarning() {
        Reply made = node.put(POLICY, policy("{'clusters':3}"));
        assertEquals(201, made.status());
        assertEquals(
                "299 - \"spec.clusters: 3 clusters asked for, and 2 of 2 can ever match\"",
                warning(made));
        assertEquals(warning(made), warning(node.put(POLICY, policy("{'clusters':3}"))));
        assertEquals("", warning(node.put(POLICY, policy("{'clusters':2}"))));
        assertEquals("", warning(node.get(POLICY)));
    }

    @Test
    void aDryRunSaysItToo() {
        assertEquals(
                "299 - \"spec.where: region = mars matches none of 2 clusters: 1 with region"
                        + " eu-west, 1 with region us-east\", 299 - \"spec.clusters: 1 cluster asked"
                        + " for, and 0 of 2 can ever match: 2 are outside of where\"",
                warning(node.put(POLICY + "?dryRun=All", policy("{'where':'region = mars'}"))));
    }

    @Test
    void soDoesAnApplicationWithAPolicyInPlace() {
        String cache = "{'affinity':{'application':'cache'}}";
        assertEquals(
                "299 - \"spec.placement.affinity.application: application cache does not exist:"
                        + " nothing is placed until it does\"",
                warning(node.put(WEB, application(cache))));
        node.put(WEB.replace("web", "cache"), application("{}"));
        assertEquals(
                "",
                warning(
                        node.put(
                                WEB,
                                application(
                                        "{'affinity':{'application':'cache','over':'region'}}"))));
    }

    @Test
    void theTenantsRulesCount() {
        node.put(
                "/api/v1/tenants/shop",
                Docs.TENANT.replace("\"spec\":{}", "\"spec\":{\"dataResidency\":[\"EU\"]}"));
        assertEquals(
                "299 - \"spec.clusters: 1 cluster asked for, and 0 of 2 can ever match: 2 are where"
                        + " the tenant's data must not be\"",
                warning(node.put(POLICY, policy("{}"))));
    }

    @Test
    void whatIsSaidFitsAHeader() {
        assertEquals("a \\\"b\\\" \\\\ ??", Advice.quoted("a \"b\" \\ \n\u00e9"));
        assertEquals(400, Advice.quoted("x".repeat(9_000)).length());
    }
}
