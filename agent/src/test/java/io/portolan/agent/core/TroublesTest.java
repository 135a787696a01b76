package io.portolan.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.Health;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TroublesTest {
    private static final Instant T0 = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant T1 = T0.plusSeconds(60);

    private final Application application =
            new Application(
                    Scene.work("a1", Role.ACTIVE, 1, 1, Optional.empty(), false, false),
                    Optional.empty());

    @Test
    void podsThatSufferAlikeAreToldOnceWithTheOldestAge() {
        shown(T0, pod("b", "no image"));
        List<Trouble> told =
                shown(T1, pod("a", "no image"), pod("b", "no image"), pod("c", "other"));
        assertEquals(
                List.of("no image (and 1 more pod) since " + T0, "other since " + T1),
                told.stream().map(TroublesTest::text).toList());
    }

    @Test
    void ageOutlivesNewWordsAndEndsWithTheTrouble() {
        shown(T0, pod("a", "1 restarts"));
        assertEquals("2 restarts since " + T0, text(shown(T1, pod("a", "2 restarts")).getFirst()));
        shown(T1);
        assertEquals("3 restarts since " + T1, text(shown(T1, pod("a", "3 restarts")).getFirst()));
    }

    @Test
    void causeGoesBeforeWhatItCauses() {
        Trouble late =
                new Trouble(
                        Scene.deploymentRef("web"),
                        Health.FAILED,
                        "ProgressDeadlineExceeded",
                        "late");
        Trouble cause = new Trouble(podRef("a"), Health.DEGRADED, "Unschedulable", "no node");
        assertEquals(
                List.of("no node since " + T0, "late since " + T0),
                shown(T0, late, cause).stream().map(TroublesTest::text).toList());
    }

    @Test
    void atMostTwentyAreTold() {
        Trouble[] many =
                IntStream.range(0, 30)
                        .mapToObj(i -> pod("p" + i, "trouble " + i))
                        .toArray(Trouble[]::new);
        assertEquals(20, shown(T0, many).size());
    }

    private List<Trouble> shown(Instant now, Trouble... troubles) {
        return Troubles.shown(application, List.of(troubles), now);
    }

    private static String text(Trouble t) {
        return t.message() + " since " + t.since().orElseThrow();
    }

    private static Trouble pod(String name, String message) {
        return new Trouble(podRef(name), Health.FAILED, "ImagePullBackOff", message);
    }

    private static ObjectRef podRef(String name) {
        return Scene.ref("v1", "Pod", name);
    }
}
