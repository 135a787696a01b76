package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All documents or none. */
class ApplyTest {
    private static final String POLICY =
            """
            apiVersion: portolan.io/v1
            kind: PlacementPolicy
            metadata: {tenant: shop, name: two}
            spec: {clusters: 2}
            """;
    private static final String APPLICATION =
            """
            apiVersion: portolan.io/v1
            kind: Application
            metadata: {name: web}
            spec:
              placement: two
              components:
                - name: web
                  container: {image: "shop/web:1", ports: [8080]}
            """;
    private static final String WRONG = POLICY.replace("clusters: 2", "clusters: 0, colour: red");
    private static final String TENANT =
            """
            apiVersion: portolan.io/v1
            kind: Tenant
            metadata: {name: fresh}
            """;

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central = new FakeCentral().holds("tenants/shop", Fixtures.TENANT);
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    private List<String> writes() {
        return central.requests.stream()
                .filter(r -> !r.startsWith("GET") && !r.contains("dryRun"))
                .toList();
    }

    @Test
    void appliesPoliciesBeforeWhatNamesThem() {
        Ran ran = cli.stdin(APPLICATION + "---\n" + POLICY).run("apply", "-f", "-");
        assertEquals(
                "placementpolicy/shop/two created\napplication/shop/web created\n",
                ran.out(),
                ran.err());
        assertEquals("next: portolan wait application/shop/web --for healthy\n", ran.err());
        assertEquals(
                List.of(
                        "PUT /api/v1/tenants/shop/placementpolicies/two",
                        "PUT /api/v1/tenants/shop/applications/web"),
                writes());
    }

    @Test
    void tellsUnchangedFromConfigured() {
        cli.stdin(POLICY + "---\n" + APPLICATION).run("apply", "-f", "-");
        central.requests.clear();
        Ran ran =
                cli.stdin(POLICY.replace("2}", "3}") + "---\n" + APPLICATION)
                        .run("apply", "-f", "-");
        assertEquals(
                "placementpolicy/shop/two configured\napplication/shop/web unchanged\n", ran.out());
        assertEquals(List.of("PUT /api/v1/tenants/shop/placementpolicies/two"), writes());
    }

    @Test
    void tellsWhatCentralWarnsOf() {
        central.warns(
                "/api/v1/tenants/shop/placementpolicies/two",
                () -> "299 - \"spec.where: \\\"a\\\" matches none\", 299 - \"spec.clusters: b\"");
        for (String[] command :
                List.of(
                        new String[] {"apply", "--dry-run", "-f", "-"},
                        new String[] {"apply", "-f", "-"},
                        new String[] {"apply", "-o", "json", "-f", "-"})) {
            Ran ran = cli.stdin(POLICY).run(command);
            assertEquals(0, ran.code());
            assertTrue(
                    ran.err()
                            .startsWith(
                                    """
                                    warning: PlacementPolicy shop/two: spec.where: "a" matches none
                                    warning: PlacementPolicy shop/two: spec.clusters: b
                                    """),
                    ran.err());
        }
    }

    @Test
    void whatTheRestOfTheBundleHealsIsNotWarnedOf() {
        central.warns(
                "/api/v1/tenants/shop/placementpolicies/two",
                () ->
                        central.requests.contains("PUT /api/v1/tenants/shop/applications/web")
                                ? ""
                                : "299 - \"spec.affinity: application web does not exist\"");
        Ran ran = cli.stdin(POLICY + "---\n" + APPLICATION).run("apply", "-f", "-");
        assertEquals("next: portolan wait application/shop/web --for healthy\n", ran.err());
    }

    @Test
    void oneWrongDocumentKeepsAllOut() {
        Ran ran = cli.stdin(APPLICATION + "---\n" + WRONG).run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertEquals("", ran.out());
        assertEquals(List.of(), writes());
        assertTrue(
                ran.err().startsWith("error: nothing was applied: central refuses the documents\n"),
                ran.err());
        assertTrue(
                ran.err()
                        .contains("stdin:10: PlacementPolicy shop/two: spec.colour: unknown field"),
                ran.err());
    }

    @Test
    void everyWrongDocumentIsToldAtOnce() {
        String text = "kind: Pod\n---\n[1]\n---\nkind: Tenant\n---\n" + POLICY + "---\n" + POLICY;
        Ran ran = cli.stdin(text).run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertEquals(
                """
                error: nothing was applied: the documents are wrong
                  stdin:1: kind: must be one of Tenant, Cluster, Application, PlacementPolicy, DrPolicy
                  stdin:3: must be an object with apiVersion, kind, metadata and spec
                  stdin:5: metadata.name: must be given
                  stdin:12: PlacementPolicy shop/two stands at stdin:7 already
                """,
                ran.err());
        assertEquals(List.of(), central.requests);
    }

    @Test
    void aNewTenantBringsItsApplicationsAlong() {
        Ran ran =
                cli.env("PORTOLAN_TENANT", "fresh")
                        .stdin(APPLICATION + "---\n" + TENANT)
                        .run("apply", "-f", "-");
        assertEquals("tenant/fresh created\napplication/fresh/web created\n", ran.out(), ran.err());
    }

    @Test
    void aNewTenantGoesAgainWhenCentralRefusesWhatItHolds() {
        // Only central knows this rule, and it can tell only when the tenant exists.
        central.refuses("/api/v1/tenants/fresh/applications/web", "kind not allowed in tenant");
        Ran ran =
                cli.env("PORTOLAN_TENANT", "fresh")
                        .stdin(APPLICATION + "---\n" + TENANT)
                        .run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertTrue(ran.err().contains("spec: kind not allowed in tenant"), ran.err());
        assertEquals("", ran.out());
        assertEquals(
                List.of("PUT /api/v1/tenants/fresh", "DELETE /api/v1/tenants/fresh"), writes());
        assertEquals(Exit.NOT_FOUND.code(), cli.run("get", "tenant", "fresh").code());
    }

    @Test
    void aWrongApplicationOfANewTenantKeepsTheTenantOut() {
        Ran ran =
                cli.env("PORTOLAN_TENANT", "fresh")
                        .stdin(APPLICATION.replace("8080", "0") + "---\n" + TENANT)
                        .run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertEquals(List.of(), writes());
        assertTrue(
                ran.err().contains("spec.components[0].container.ports[0].port: must be 1..65535"),
                ran.err());
    }

    @Test
    void dryRunChangesNothing() {
        Ran ran = cli.stdin(POLICY).run("apply", "--dry-run", "-f", "-");
        assertEquals("placementpolicy/shop/two created (dry run)\n", ran.out());
        assertEquals(List.of(), writes());
    }

    @Test
    void readsFoldersInOrderAndSkipsOtherFiles() throws IOException {
        Files.writeString(home.resolve("b.yaml"), POLICY.replace("two", "b"));
        Files.writeString(
                home.resolve("a.json"),
                "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"DrPolicy\","
                        + "\"metadata\":{\"name\":\"a\"},\"spec\":{\"writers\":\"single\"}}");
        Files.writeString(home.resolve("notes.txt"), "no document");
        Ran ran = cli.run("apply", "-f", home.toString());
        assertEquals(
                "drpolicy/shop/a created\nplacementpolicy/shop/b created\n", ran.out(), ran.err());
    }

    @Test
    void brokenYamlIsToldWithItsLine() {
        Ran ran = cli.stdin("kind: A\n  name: [x\n").run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertTrue(ran.err().contains("stdin: line 2: "), ran.err());
    }

    @Test
    void aliasesAreRefusedInsteadOfTakenForText() {
        Ran ran = cli.stdin("kind: &k Tenant\nmetadata: {name: *k}\n").run("apply", "-f", "-");
        assertEquals(Exit.USAGE.code(), ran.code());
        assertTrue(ran.err().contains("line 2: aliases (*name) are not supported"), ran.err());
    }

    @Test
    void waitsUntilHealthy() {
        central.holds(
                "tenants/shop/applications/web",
                Fixtures.application().replace("\"name\":\"checkout\"", "\"name\":\"web\""));
        Ran ran =
                cli.runningClock()
                        .stdin(
                                """
                                {"apiVersion":"portolan.io/v1","kind":"Application",
                                 "metadata":{"name":"web","labels":{"tier":"prod"}},
                                 "spec":{"components":[{"name":"web","container":{
                                   "image":"shop/checkout:1.4","ports":[{"port":8080}],"replicas":3}}],
                                  "placement":"eu-two-regions","disasterRecovery":"single-writer"}}
                                """)
                        .run("apply", "-f", "-", "--wait", "--timeout", "20s");
        assertEquals(0, ran.code(), ran.err());
        assertEquals("application/shop/web unchanged\n", ran.out());
        assertTrue(ran.err().contains("Application shop/web is healthy"), ran.err());
    }

    @Test
    void diffTellsFieldsAndEndsWithOne() {
        cli.stdin(POLICY).run("apply", "-f", "-");
        assertEquals(0, cli.stdin(POLICY).run("diff", "-f", "-").code());
        Ran ran =
                cli.stdin(POLICY.replace("clusters: 2", "clusters: 3, where: region = eu"))
                        .run("diff", "-f", "-");
        assertEquals(Exit.FAILED.code(), ran.code());
        assertEquals(
                """
                placementpolicy/shop/two would be configured
                  ~ spec.clusters: 2 -> 3
                  + spec.where: "region = eu"
                """,
                ran.out());
        assertEquals(List.of("PUT /api/v1/tenants/shop/placementpolicies/two"), writes());
    }
}
