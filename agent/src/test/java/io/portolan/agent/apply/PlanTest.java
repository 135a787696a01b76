package io.portolan.agent.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final List<Slot> slots = new ArrayList<>();

    @Test
    void looksBeforeItWrites() {
        wanted("v1", "ConfigMap", Phase.UNKNOWN);
        wanted("v1", "Secret", Phase.READY);
        assertEquals(List.of("Look ConfigMap", "Put Secret"), plan(false));
    }

    @Test
    void workloadsWaitForWhatTheyMount() {
        wanted("apps/v1", "Deployment", Phase.UNKNOWN);
        wanted("v1", "ConfigMap", Phase.BUSY);
        assertEquals(List.of(), plan(false));
    }

    @Test
    void aRefusedObjectHoldsUpNoOther() {
        wanted("v1", "ConfigMap", Phase.WAITING);
        wanted("apps/v1", "Deployment", Phase.READY);
        assertEquals(List.of("Put Deployment"), plan(false));
    }

    @Test
    void customResourcesComeAfterEverythingElse() {
        wanted("example.org/v1", "Thing", Phase.UNKNOWN);
        wanted("apps/v1", "Deployment", Phase.READY);
        assertEquals(List.of("Put Deployment"), plan(false));
    }

    @Test
    void nothingIsRemovedWhileItsSuccessorIsOnItsWay() {
        wanted("apps/v1", "Deployment", Phase.BUSY);
        unwanted("v1", "ConfigMap", Phase.READY, "u1");
        assertEquals(List.of(), plan(false));
    }

    @Test
    void removesCustomResourcesThenControllersThenKinds() {
        unwanted("apiextensions.k8s.io/v1", "CustomResourceDefinition", Phase.READY, "u1");
        unwanted("apps/v1", "Deployment", Phase.READY, "u2");
        unwanted("example.org/v1", "Thing", Phase.READY, "u3");
        assertEquals(List.of("Remove Thing u3"), plan(true));
        slots.removeLast();
        assertEquals(List.of("Remove Deployment u2"), plan(true));
        slots.removeLast();
        assertEquals(List.of("Remove CustomResourceDefinition u1"), plan(true));
    }

    @Test
    void waitsUntilWhatLeavesIsGone() {
        unwanted("v1", "ConfigMap", Phase.READY, "u1");
        unwanted("example.org/v1", "Thing", Phase.LEAVING, "u2");
        assertEquals(List.of(), plan(true));
    }

    @Test
    void neverRemovesANamespace() {
        unwanted("v1", "Namespace", Phase.READY, "u1");
        assertEquals(List.of("Forget Namespace"), plan(true));
    }

    @Test
    void aVolumeClaimGoesWithTheWholeApplicationOnly() {
        unwanted("v1", "PersistentVolumeClaim", Phase.READY, "u1");
        assertEquals(List.of(), plan(false));
        assertEquals(List.of("Remove PersistentVolumeClaim u1"), plan(true));
    }

    @Test
    void anUnknownUidIsLookedUpBeforeARemoval() {
        unwanted("v1", "ConfigMap", Phase.READY, "");
        assertEquals(List.of("Look ConfigMap"), plan(true));
    }

    private List<String> plan(boolean tombstone) {
        return Plan.next(slots, tombstone).stream()
                .map(
                        a ->
                                switch (a) {
                                    case Action.Look look -> "Look " + look.ref().kind();
                                    case Action.Put put -> "Put " + put.ref().kind();
                                    case Action.Remove(var ref, var uid) ->
                                            "Remove " + ref.kind() + " " + uid;
                                    case Action.Forget forget -> "Forget " + forget.ref().kind();
                                })
                .toList();
    }

    private void wanted(String apiVersion, String kind, Phase phase) {
        slots.add(new Slot(new ObjectRef(apiVersion, kind, "ns", "x"), true, phase, "", false));
    }

    private void unwanted(String apiVersion, String kind, Phase phase, String uid) {
        slots.add(new Slot(new ObjectRef(apiVersion, kind, "ns", "x"), false, phase, uid, false));
    }
}
