package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One report that central will never take holds up no other. */
class RefusedReportTest {
    private final Scene scene = new Scene();

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theOthersAreToldAndTheOneInShort(boolean alsoShort) {
        scene.central.poison = "a7";
        scene.central.poisonAlsoShort = alsoShort;
        for (int i = 0; i < 20; i++) {
            scene.want("a" + i, Role.ACTIVE, 1, 1, configMap("a" + i, "c" + i, "x"));
        }
        scene.settle();
        for (int i = 0; i < 20; i++) {
            if (i != 7) {
                assertEquals(Health.HEALTHY, scene.central.status("a" + i).health());
            }
        }
        assertEquals(!alsoShort, scene.central.statuses.containsKey(new Uid("a7")));
        if (!alsoShort) {
            String told = scene.central.status("a7").message();
            assertTrue(told.contains("422 not a status"), told);
            assertEquals(1, scene.central.status("a7").appliedSequence());
        }
    }

    @Test
    void aCentralThatIsIllIsToldTheSameAgain() {
        assertFalse(Refusals.poisonous("500 database", 2));
        assertTrue(Refusals.poisonous("500 database", 3));
        assertTrue(Refusals.poisonous("413 too large", 1));
        assertTrue(Refusals.poisonous("HTTP 400", 1));
        assertFalse(Refusals.poisonous("503 busy", 9));
        assertFalse(Refusals.poisonous("connection refused", 9));
    }
}
