package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.RoutesOf;
import io.portolan.central.TestNode;
import io.portolan.central.http.Route;
import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.dr.PreflightCheck;
import io.portolan.model.dr.Safety;
import io.portolan.model.operation.Failover;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The document against the routes. */
class OpenApiTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void servesExactlyWhatItDocuments() {
        TreeSet<String> documented = new TreeSet<>();
        OpenApi.DOCUMENT
                .path("paths")
                .properties()
                .forEach(
                        p ->
                                p.getValue()
                                        .fieldNames()
                                        .forEachRemaining(
                                                m ->
                                                        documented.add(
                                                                m.toUpperCase(Locale.ROOT)
                                                                        + " "
                                                                        + p.getKey())));
        TreeSet<String> served = new TreeSet<>();
        for (Route route : RoutesOf.node(node)) {
            assertTrue(served.add(route.method() + " " + route.path()), route::toString);
        }
        assertEquals(documented, served);
    }

    @Test
    void whoIsServedIsDocumented() {
        for (Route route : RoutesOf.node(node)) {
            JsonNode security = OpenApi.operation(route.method(), route.path()).path("security");
            String wanted =
                    switch (route.access()) {
                        case Route.Access.Open _ -> "[]";
                        case Route.Access.OfUser _ -> "";
                        case Route.Access.OfAgent _ -> "[{\"agent\":[]}]";
                    };
            assertEquals(wanted, security.toString(), route::toString);
        }
    }

    @Test
    void whatMayBeAskedForBehindAPathIsDocumented() {
        for (Route route : RoutesOf.node(node)) {
            TreeSet<String> documented = new TreeSet<>();
            for (JsonNode given :
                    OpenApi.operation(route.method(), route.path()).path("parameters")) {
                JsonNode parameter =
                        given.has("$ref")
                                ? OpenApi.DOCUMENT.at(given.path("$ref").asText().substring(1))
                                : given;
                if (parameter.path("in").asText().equals("query")) {
                    documented.add(parameter.path("name").asText());
                }
            }
            assertEquals(documented, route.query().known(), route::toString);
        }
    }

    @Test
    void boundsOfPagesAreThoseOfTheDocument() {
        JsonNode limit = OpenApi.DOCUMENT.at("/components/parameters/limit/schema");
        for (Route route : RoutesOf.node(node)) {
            if (route.query().known().contains("limit")) {
                String path = route.path().replaceAll("\\{[^}]+}", "x") + "?limit=";
                for (long wrong :
                        List.of(
                                limit.path("minimum").asLong() - 1,
                                limit.path("maximum").asLong() + 1)) {
                    assertEquals(400, node.get(path + wrong).status(), path + wrong);
                }
                for (String bound : List.of("minimum", "maximum")) {
                    String fine = path + limit.path(bound).asLong();
                    assertTrue(node.get(fine).status() != 400, fine);
                }
            }
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        for (JsonNode ref : OpenApi.DOCUMENT.findValues("$ref")) {
            assertTrue(
                    !OpenApi.DOCUMENT.at(ref.asText().substring(1)).isMissingNode(), ref::asText);
        }
    }

    @Test
    void aDecisionAndAPolicyWithEverythingAreDocumented() {
        Uid cluster = new Uid("u-c1");
        PlacementDecision decision =
                new PlacementDecision(
                        false,
                        List.of(cluster),
                        "1 of 2 clusters",
                        Map.of(PlacementDecision.Reason.CORDONED, 1),
                        List.of(
                                new PlacementDecision.Fate(
                                        cluster,
                                        "c1",
                                        true,
                                        PlacementDecision.Reason.CHOSEN,
                                        "#1 of 1 that fit",
                                        Map.of("web", 3),
                                        Map.of("lowest cost", 20))),
                        Optional.of("c2 fits but for: an operator has cordoned it"),
                        true,
                        List.of(cluster),
                        Optional.of("cluster c3 joined"),
                        Optional.of(Instant.EPOCH),
                        List.of(new PlacementDecision.Drive(cluster, new Uid("u-batch"))));
        assertEquals(
                List.of(),
                OpenApi.errors(
                        "#/components/schemas/PlacementDecision", Codec.lenient().text(decision)));
        String policy =
                """
                {"where":"kubernetesVersion >= 1.34","clusters":6,
                 "tolerations":[{"key":"a","value":"","effect":"NoExecute","tolerationSeconds":9}],
                 "spread":[{"over":"zone","minGroups":2,"maxGroups":3,"maxSkew":1,"soft":true,
                            "weights":{"a":2}}],
                 "affinity":[{"application":"cache","over":"cluster","weight":5},
                             {"applications":"tier = batch","over":"region","apart":true}],
                 "standbys":{"apart":["region"]},
                 "capacity":{"headroom":"10%","unknown":"refuses"},"priority":{"value":5,"preemptible":true},
                 "replicas":{"divide":"weighted","weights":[{"where":"a = b","weight":3}],
                             "minPerCluster":1,"maxPerCluster":9},
                 "prefer":[{"where":"a = b","weight":5},{"lowest":"cost","weight":1},
                           {"free":"least"}],
                 "groups":{"order":["a = b","a != b"],"overflow":true,"returns":true},
                 "rebalance":{"apply":"automatic","minGain":5,"cooldown":"2h"}}
                """;
        assertEquals(List.of(), OpenApi.errors("#/components/schemas/PlacementPolicySpec", policy));
        Check check = Check.root();
        Codec.strict().read(policy, PlacementPolicySpec.class).check(check);
        assertEquals(List.of(), check.problems());
    }

    /** Names that are written otherwise than the model's are left to the samples. */
    @Test
    void everyFieldOfPoliciesAndOperationsIsDocumented() {
        String schemas = "/components/schemas/";
        assertEquals(Set.of(), undocumented(DrPolicySpec.class, schemas + "DrPolicySpec"));
        assertEquals(
                Set.of(), undocumented(Safety.class, schemas + "DrPolicySpec/properties/safety"));
        assertEquals(Set.of(), undocumented(Failover.class, schemas + "Failover"));
        assertEquals(
                Set.of(), undocumented(Failover.Plan.class, schemas + "Failover/properties/plan"));
        assertEquals(
                Set.of(), undocumented(ApplicationStatus.class, schemas + "ApplicationStatus"));
        assertEquals(
                Set.of(),
                undocumented(
                        ApplicationStatus.OnCluster.class,
                        schemas + "ApplicationStatus/properties/clusters/items"));
    }

    @Test
    void everyStateAndCheckIsDocumented() {
        String failover = "/components/schemas/Failover/properties/";
        List<String> states = words(Failover.State.values());
        assertEquals(states, listed(failover + "state/enum"));
        assertEquals(states, listed(failover + "steps/items/properties/state/enum"));
        assertEquals(
                words(PreflightCheck.values()), listed("/components/schemas/PreflightCheck/enum"));
    }

    private static Set<String> undocumented(Class<?> type, String schema) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(f -> OpenApi.DOCUMENT.at(schema + "/properties/" + f).isMissingNode())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<String> words(Object... values) {
        return Arrays.stream(values).map(Object::toString).toList();
    }

    private static List<String> listed(String pointer) {
        List<String> out = new ArrayList<>();
        OpenApi.DOCUMENT.at(pointer).forEach(v -> out.add(v.asText()));
        return out;
    }

    @Test
    void theSchemasCatchWhatIsWrong() {
        assertTrue(
                !OpenApi.errors("#/components/schemas/Identity", "{\"name\":1}").isEmpty(),
                "a schema that takes everything proves nothing");
    }
}
