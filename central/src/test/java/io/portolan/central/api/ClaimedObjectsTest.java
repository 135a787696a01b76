package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.TestNode.Reply;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The applications of a tenant share a namespace: each object is one application's. */
class ClaimedObjectsTest {
    private TestNode node;

    @BeforeEach
    void start() {
        node = TestNode.startFollowing();
        node.put("/api/v1/tenants/shop", Docs.TENANT);
        node.put("/api/v1/tenants/other", Docs.TENANT.replace("shop", "other"));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    private static String path(String tenant, String application) {
        return "/api/v1/tenants/" + tenant + "/applications/" + application;
    }

    private Reply put(String tenant, String application, String components) {
        return node.put(
                path(tenant, application),
                "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"Application\",\"spec\":"
                        + "{\"components\":["
                        + components
                        + "]}}");
    }

    private static String container(String name, String image) {
        return "{\"name\":\"" + name + "\",\"container\":{\"image\":\"" + image + "\"}}";
    }

    private static String manifest(String kind, String name) {
        return "{\"name\":\"m\",\"manifests\":[{\"apiVersion\":\""
                + (kind.equals("Deployment") ? "apps/v1" : "v1")
                + "\",\"kind\":\""
                + kind
                + "\",\"metadata\":{\"name\":\""
                + name
                + "\"}}]}";
    }

    @ParameterizedTest
    @CsvSource({"a-b, c, a, b-c", "a, b-c, a-b, c", "a, b, a-b, a-b", "a-b, a-b, a, b"})
    void theSecondApplicationThatMakesAnObjectIsRefused(
            String first, String component, String second, String other) {
        assertEquals(201, put("shop", first, container(component, "x")).status());
        Reply refused = put("shop", second, container("fine", "x") + "," + container(other, "x"));
        assertEquals(409, refused.status(), refused::toString);
        assertEquals(List.of("/spec/components/1/name"), refused.pointers());
        assertTrue(
                refused.text().contains("which Application shop/" + first + " makes already"),
                refused::toString);
        assertEquals(404, node.get(path("shop", second)).status());
        assertEquals(201, put("other", second, container(other, "x")).status(), "its own room");
        assertEquals(201, put("shop", second, container("fine", "x")).status());
        Reply later = put("shop", second, container(other, "x"));
        assertEquals(409, later.status(), later::toString);
    }

    @Test
    void manifestsMeetContainersToo() {
        put("shop", "a", container("b", "x"));
        Reply refused = put("shop", "m", manifest("Deployment", "a-b"));
        assertEquals(409, refused.status(), refused::toString);
        assertEquals(List.of("/spec/components/0/manifests/0/metadata/name"), refused.pointers());
        assertEquals(201, put("shop", "m", manifest("ConfigMap", "a-b")).status());
    }

    @Test
    void whatIsBeingDeletedStillHasItsObjects() {
        put("shop", "a-b", container("c", "x"));
        assertEquals(202, node.delete(path("shop", "a-b")).status());
        Reply waits = put("shop", "a", container("b-c", "x"));
        assertEquals(409, waits.status());
        assertTrue(waits.text().contains("until it is gone"), waits::toString);
    }

    @Test
    void itsOwnObjectsAreNobodyElses() {
        put("shop", "a", container("b-c", "x"));
        assertEquals(200, put("shop", "a", container("b-c", "y")).status());
        assertEquals(
                200, put("shop", "a", container("b-c", "y") + "," + container("d", "y")).status());
    }

    @Test
    void ofTwoAtOnceOneIsAccepted() {
        for (int round = 0; round < 20; round++) {
            String base = "r" + round;
            CountDownLatch start = new CountDownLatch(1);
            CompletableFuture<Integer> one = later(start, base + "-b", "c");
            CompletableFuture<Integer> two = later(start, base, "b-c");
            start.countDown();
            List<Integer> answers = List.of(one.join(), two.join()).stream().sorted().toList();
            assertEquals(List.of(201, 409), answers);
        }
    }

    private CompletableFuture<Integer> later(CountDownLatch start, String name, String component) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        start.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    return put("shop", name, container(component, "x")).status();
                },
                task -> Thread.ofVirtual().start(task));
    }
}
