package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What documents of one bundle do to each other, and what others do in the meantime. */
class ApplyTogetherTest {
    private static final String ONE = "/api/v1/tenants/shop/placementpolicies/one";
    private static final String TWO = "/api/v1/tenants/shop/placementpolicies/two";

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

    private static String application(String name, String component) {
        return """
        apiVersion: portolan.io/v1
        kind: Application
        metadata: {name: %s}
        spec: {components: [{name: %s, container: {image: x, ports: [80]}}]}
        """
                .formatted(name, component);
    }

    private static String policy(String name, int clusters) {
        return """
        apiVersion: portolan.io/v1
        kind: PlacementPolicy
        metadata: {name: %s}
        spec: {clusters: %d}
        """
                .formatted(name, clusters);
    }

    private Ran apply(String... documents) {
        return cli.stdin(String.join("---\n", documents)).run("apply", "-f", "-");
    }

    @Test
    void applicationsThatWouldMakeTheSameObjectKeepAllOut() {
        Ran ran = apply(policy("one", 1), application("a-b", "c"), application("a", "b-c"));
        assertEquals(Exit.CONFLICT.code(), ran.code(), ran.err());
        assertEquals(
                """
                error: nothing was applied: applications of the bundle make the same object
                  stdin:11: Application shop/a: spec.components[0].name: makes Deployment shop/a-b-c, \
                which Application shop/a-b at stdin:6 makes too
                  stdin:11: Application shop/a: spec.components[0].name: makes Service shop/a-b-c, \
                which Application shop/a-b at stdin:6 makes too
                """,
                ran.err());
        assertEquals(List.of(), writes());
    }

    @Test
    void applicationsOfTwoTenantsHaveRoomsOfTheirOwn() {
        central.holds("tenants/other", Fixtures.TENANT.replace("shop", "other"));
        Ran ran =
                apply(
                        application("a-b", "c"),
                        application("a", "b-c").replace("{name: a}", "{name: a, tenant: other}"));
        assertEquals(0, ran.code(), ran.err());
    }

    @Test
    void whatSomebodyElseChangesInTheMeantimeStays() {
        apply(policy("two", 2));
        central.requests.clear();
        String theirs =
                """
                {"apiVersion":"portolan.io/v1","kind":"PlacementPolicy",
                 "metadata":{"name":"two","tenant":"shop","revision":1000},"spec":{"clusters":9}}""";
        central.afterDryRun(
                TWO, () -> central.becomes("tenants/shop/placementpolicies/two", theirs));
        Ran ran = apply(policy("one", 1), policy("two", 3), policy("three", 3));
        assertEquals(Exit.CONFLICT.code(), ran.code(), ran.err());
        assertEquals("placementpolicy/shop/one created\n", ran.out());
        assertEquals(
                """
                error: PlacementPolicy shop/two: it was changed (HTTP 412)
                  applied: PlacementPolicy shop/one
                  refused: PlacementPolicy shop/two
                  not applied: PlacementPolicy shop/three
                next: portolan diff -f of the same documents tells what is left
                """,
                ran.err());
        assertTrue(
                cli.run("get", "placementpolicy", "two", "-o", "json").out().contains("9"),
                "the other's change stands");
    }

    @Test
    void whatSomebodyElseMakesInTheMeantimeStays() {
        String theirs =
                """
                {"apiVersion":"portolan.io/v1","kind":"PlacementPolicy",
                 "metadata":{"name":"two","tenant":"shop","revision":1000},"spec":{"clusters":9}}""";
        central.afterDryRun(
                TWO, () -> central.becomes("tenants/shop/placementpolicies/two", theirs));
        assertEquals(Exit.CONFLICT.code(), apply(policy("two", 3)).code());
    }

    @Test
    void whatWasAppliedBeforeARefusalIsTold() {
        central.refusesWrite("PUT " + TWO, "the weather changed");
        Ran ran =
                cli.stdin(policy("one", 1) + "---\n" + policy("two", 2))
                        .run("apply", "-f", "-", "-o", "json");
        assertEquals(Exit.CONFLICT.code(), ran.code());
        assertTrue(ran.err().contains("applied: PlacementPolicy shop/one\n"), ran.err());
        assertTrue(ran.err().contains("not applied: none\n"), ran.err());
        assertTrue(ran.out().contains("\"one\""), "what was applied is told to programs too");
    }

    @Test
    void aLostAnswerIsNoConflictWithOneself() {
        central.losesAnswer("PUT " + ONE);
        Ran ran = apply(policy("one", 1));
        assertEquals(0, ran.code(), ran.err());
        assertEquals("placementpolicy/shop/one created\n", ran.out());
        assertEquals(List.of("PUT " + ONE, "PUT " + ONE), writes());
    }
}
