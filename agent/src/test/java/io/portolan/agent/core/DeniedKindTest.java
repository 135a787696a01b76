package io.portolan.agent.core;

import static io.portolan.agent.core.Scene.object;
import static io.portolan.agent.core.Scene.ref;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.kube.KubeApi.Discovery;
import io.portolan.agent.kube.Shapes;
import io.portolan.agent.observe.Labels;
import io.portolan.model.app.Ending;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Objects whose kind the cluster denies when they are to go. */
class DeniedKindTest {
    private static final ObjectRef AS_V1 = ref("example.org/v1", "Widget", "w");

    private final Scene scene = new Scene();

    private void applied() {
        scene.cluster.applyAs("kubectl", versions(true, true), true);
        scene.pass(Duration.ofSeconds(1));
        scene.want("a1", Role.ACTIVE, 1, 1, object("example.org/v1beta1", "Widget", "a1", "w"));
        scene.pass(Duration.ofSeconds(40));
        assertTrue(scene.exists(AS_V1));
    }

    @Test
    void anObjectIsDeletedByAnotherVersionWhenItsOwnIsServedNoMore() {
        applied();
        scene.cluster.applyAs("kubectl", versions(false, true), true);
        scene.end("a1", Ending.DELETE, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertFalse(scene.exists(AS_V1), "it was left behind and reported removed");
    }

    @Test
    void anObjectIsGivenUpByAnotherVersionToo() {
        applied();
        scene.cluster.applyAs("kubectl", versions(false, true), true);
        scene.end("a1", Ending.KEEP, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
        assertEquals("", scene.live(AS_V1).label(Labels.APPLICATION_UID));
    }

    @Test
    void anObjectWentWithItsKind() {
        applied();
        ObjectRef crd = versions(true, true).ref();
        scene.cluster.vanish(AS_V1);
        scene.cluster.delete(crd, scene.live(crd).uid());
        scene.end("a1", Ending.DELETE, 2);
        scene.settle();
        assertTrue(scene.central.status("a1").removed());
    }

    @Test
    void anAnswerWithHolesForgetsNothing() {
        Desk desk = new Desk(AgentSettings.of("test"));
        desk.now = Instant.EPOCH;
        Denials denials = new Denials(desk, new Hands(desk, new Namespaces(desk)));
        Application application =
                new Application(
                        Scene.work("a1", Role.STANDBY, 1, 2, Optional.empty(), false, false),
                        Optional.empty());
        ObjectTrack track = new ObjectTrack(ref("example.org/v1beta1", "Widget", "w"));
        application.tracks.put(Application.Key.of(track.ref), track);
        desk.applications.put(application.uid(), application);

        denials.denied(application, track);
        denials.discovered(asked(desk), Optional.empty());
        assertEquals(1, application.tracks.size(), "the cluster did not answer");
        denials.denied(application, track);
        denials.discovered(
                asked(desk),
                Optional.of(new Discovery("v1.36.3", List.of(), Set.of("example.org/v1"))));
        assertEquals(1, application.tracks.size(), "the server of the group did not answer");
        denials.denied(application, track);
        denials.discovered(
                asked(desk), Optional.of(new Discovery("v1.36.3", List.of(), Set.of("x.org/v1"))));
        assertEquals(0, application.tracks.size());
    }

    @Test
    void aKindThatIsNotEstablishedAndMayHaveObjectsInTheStoreIsKept() {
        scene.cluster.applyAs(
                "kubectl", Shapes.definition("example.org", "Widget", "widgets"), true);
        scene.settle();
        KubeObject rival =
                Shapes.definition("example.org", "Widget", "gadgets")
                        .with(
                                Map.of(Labels.MANAGED, "true", Labels.APPLICATION_UID, "a1"),
                                "metadata",
                                "labels");
        scene.want("a1", Role.ACTIVE, 1, 1, rival);
        scene.settle();
        // What the rival's kind is listed by is served by nobody.
        scene.cluster.applyAs("kubectl", versions(true, false), true);
        scene.end("a1", Ending.DELETE, 2);
        scene.pass(Duration.ofSeconds(60));
        assertTrue(scene.central.status("a1").removed());
        assertTrue(scene.exists(rival.ref()));
        assertEquals("", scene.live(rival.ref()).label(Labels.APPLICATION_UID));
        assertTrue(
                scene.central.events.toString().contains("not established"),
                scene.central.events::toString);
    }

    private static long asked(Desk desk) {
        return desk.takeEffects().stream()
                .filter(e -> e instanceof Effect.Discover)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private static KubeObject versions(boolean beta, boolean stable) {
        Object schema =
                Map.of(
                        "openAPIV3Schema",
                        Map.of("type", "object", "x-kubernetes-preserve-unknown-fields", true));
        return Shapes.definition("example.org", "Widget", "widgets")
                .with(
                        List.of(
                                Map.of(
                                        "name", "v1beta1", "served", beta, "storage", false,
                                        "schema", schema),
                                Map.of(
                                        "name", "v1", "served", stable, "storage", true, "schema",
                                        schema)),
                        "spec",
                        "versions");
    }
}
