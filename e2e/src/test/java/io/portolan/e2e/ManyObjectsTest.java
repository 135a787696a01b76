package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One application may hold thousands of objects; `e2e/bench apply` tells how long each takes. */
@ExtendWith(Fleet.Extension.class)
class ManyObjectsTest {
    private static final int OBJECTS = 3_000;
    private static final int CHANGED = 1_234;
    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void threeThousandObjectsArriveChangeOneByOneAndGo(Fleet fleet) {
        Owned owned = new Owned(fleet, "many");
        App app = app(owned, "first");
        owned.scene().put(app);
        awaitHealthy(owned, 1);
        Map<String, String> before = versions(owned);
        assertEquals(OBJECTS, before.size());

        owned.scene().put(app(owned, "second"));
        owned.awaitMode(name(CHANGED), "second");
        awaitHealthy(owned, 2);
        Map<String, String> after = versions(owned);
        assertNotEquals(before.remove(name(CHANGED)), after.remove(name(CHANGED)));
        assertEquals(before, after, "others were written, too");

        owned.scene().api().delete(app.path()).expect(202);
        Await.until(
                "the application to be gone",
                LONG,
                () -> owned.scene().api().get(app.path()).status() == 404);
        assertEquals(Map.of(), versions(owned));
    }

    private static App app(Owned owned, String changed) {
        return owned.app(
                "large",
                IntStream.range(0, OBJECTS)
                        .mapToObj(i -> owned.configMap(name(i), i == CHANGED ? changed : "same"))
                        .toArray(String[]::new));
    }

    private static void awaitHealthy(Owned owned, int revision) {
        owned.scene()
                .api()
                .awaitStatus("many", "large", "revision " + revision + " healthy on 1 of 1", LONG);
    }

    private static String name(int i) {
        return "part-%04d".formatted(i);
    }

    /** The resource version of each object of the application, by name. */
    private static Map<String, String> versions(Owned owned) {
        return owned.live().list("v1/configmaps", "many", "portolan.io/application=large").stream()
                .map(o -> o.getAsJsonObject("metadata"))
                .collect(
                        Collectors.toMap(
                                m -> m.get("name").getAsString(),
                                m -> m.get("resourceVersion").getAsString(),
                                (_, _) -> {
                                    throw new AssertionError("two of one name");
                                },
                                TreeMap::new));
    }
}
