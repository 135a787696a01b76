package io.portolan.central.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.TestNode;
import io.portolan.central.image.FollowedImage;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.central.store.StoreHealth;
import io.portolan.model.operation.Failover;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An authority that can lose commits is told of wherever somebody would rely on it. */
class DurabilityWarningTest {
    private static final String WARNING = "authority can lose commits: no standby";
    private static final String SHOP = "/api/v1/tenants/shop";

    @Test
    void readinessNodesAndThePlanOfASingleWriterTellOfIt() {
        Store store = weak(new MemoryStore(Clock.systemUTC()));
        assertTrue(store.lead("other", "term", Duration.ofHours(1)).isPresent());
        try (TestNode node = TestNode.start(store)) {
            TestNode.Reply ready = node.sendAs("", "GET", "/readyz", "");
            assertEquals(200, ready.status());
            assertEquals("ok\nwarning: " + WARNING + "\n", ready.text());
            assertTrue(node.get("/api/v1/nodes").text().contains(WARNING));

            node.put(SHOP, Docs.TENANT);
            node.put(SHOP + "/applications/web", Docs.application("x"));
            Failover made =
                    node.post(SHOP + "/failovers", "{\"application\":\"web\",\"to\":\"eu\"}")
                            .as(Failover.class);
            PlannedPreview preview =
                    new PlannedPreview(new FollowedImage(store), store, Clock.systemUTC());
            String many = preview.preview(made).steps().getLast().detail();
            assertFalse(many.contains(WARNING), many);
            Failover single = Fenced.in(made, Failover.State.REQUESTED);
            String one = preview.preview(single).steps().getLast().detail();
            assertTrue(one.endsWith("; warning: " + WARNING), one);
        }
    }

    private static Store weak(Store store) {
        StoreHealth health = new StoreHealth(Optional.of(WARNING), Duration.ZERO, "");
        return (Store)
                Proxy.newProxyInstance(
                        DurabilityWarningTest.class.getClassLoader(),
                        new Class<?>[] {Store.class},
                        (_, method, args) -> {
                            if (method.getName().equals("health")) {
                                return health;
                            }
                            try {
                                return method.invoke(store, args);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
