package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.configMap;
import static io.portolan.agent.core.Scene.deployment;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Condition;
import io.portolan.model.Uid;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import io.portolan.model.cluster.ClusterStatus.Probed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent tells of the time in which central was not heard. */
class AbsenceTest {
    private static final ObjectRef CONFIG = ref("v1", "ConfigMap", "cfg");
    private final Scene scene = new Scene();

    @BeforeEach
    void runs() {
        want(Role.ACTIVE, 1, 1);
        scene.settle();
    }

    private void want(Role role, long epoch, long sequence) {
        scene.want(
                "a1",
                role,
                epoch,
                sequence,
                configMap("a1", "cfg", "x"),
                deployment("a1", "web", 2, "i"));
    }

    private void cutOff(Duration time) {
        scene.central.down = true;
        scene.pass(time);
    }

    private void back() {
        scene.central.down = false;
        scene.pass(Duration.ofSeconds(40));
    }

    private Optional<Condition> diverged() {
        return Condition.find(scene.central.status("a1").conditions(), "Diverged");
    }

    private void edit() {
        scene.edit(CONFIG, Map.of("data", Map.of("key", "edited")));
    }

    @Test
    void whoseRoleWasTakenMeanwhileTellsWhatRanAndWhatOthersChanged() {
        cutOff(Duration.ofSeconds(60));
        edit();
        scene.pass(Duration.ofSeconds(10));
        want(Role.QUARANTINED, 2, 2);
        back();
        String told = diverged().orElseThrow().message();
        assertTrue(told.contains("cut off from central from 2026-01-01T00:00:0"), told);
        assertTrue(told.contains("Deployment shop/web (2)"), told);
        assertTrue(told.contains("others changed ConfigMap shop/cfg"), told);
        assertTrue(scene.exists(CONFIG), "nothing is deleted");

        want(Role.STANDBY, 2, 3);
        scene.settle();
        assertTrue(diverged().isPresent(), "it is told until the role is back");
        want(Role.ACTIVE, 3, 4);
        scene.settle();
        want(Role.STANDBY, 4, 5);
        scene.settle();
        assertEquals(Optional.empty(), diverged(), "a planned move diverges from nothing");
    }

    @Test
    void whoKeepsTheRoleDivergesFromNothing() {
        cutOff(Duration.ofSeconds(60));
        back();
        scene.pass(Duration.ofSeconds(30));
        assertEquals(Optional.empty(), diverged());
        want(Role.QUARANTINED, 2, 2);
        scene.settle();
        assertEquals(Optional.empty(), diverged(), "it was heard when the role was taken");
    }

    @Test
    void aMomentOfSilenceIsNoAbsence() {
        cutOff(Duration.ofSeconds(8));
        want(Role.QUARANTINED, 2, 2);
        back();
        assertEquals(Optional.empty(), diverged());
    }

    @Test
    void whatWasFoundOfOtherClustersIsToldAndForgotten() {
        Probed word = new Probed(new Uid("c9"), scene.now, true, "HTTP 200");
        scene.central.found = List.of(word);
        scene.settle();
        assertEquals(List.of(word), scene.central.probed);
        scene.central.found = List.of();
        scene.settle();
        assertEquals(List.of(), scene.central.probed);
    }
}
