package io.portolan.agent.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.Ending;
import io.portolan.model.app.ObjectRef;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final List<Slot> slots = new ArrayList<>();

    @Test
    void looksBeforeItWrites() {
        wanted("v1", "ConfigMap", Phase.UNKNOWN);
        wanted("v1", "Secret", Phase.READY);
        assertEquals(List.of("Look ConfigMap", "Put Secret"), plan());
    }

    @Test
    void workloadsWaitForWhatTheyMount() {
        wanted("apps/v1", "Deployment", Phase.UNKNOWN);
        wanted("v1", "ConfigMap", Phase.BUSY);
        assertEquals(List.of(), plan());
    }

    @Test
    void aRefusedObjectHoldsUpNoOther() {
        wanted("v1", "ConfigMap", Phase.WAITING);
        wanted("apps/v1", "Deployment", Phase.READY);
        assertEquals(List.of("Put Deployment"), plan());
    }

    @Test
    void customResourcesComeAfterEverythingElse() {
        wanted("example.org/v1", "Thing", Phase.UNKNOWN);
        wanted("apps/v1", "Deployment", Phase.READY);
        assertEquals(List.of("Put Deployment"), plan());
    }

    @Test
    void nothingIsRemovedWhileItsSuccessorIsOnItsWay() {
        wanted("apps/v1", "Deployment", Phase.BUSY);
        unwanted("v1", "ConfigMap", Phase.READY, "u1");
        assertEquals(List.of(), plan());
    }

    @Test
    void removesCustomResourcesThenControllersThenKinds() {
        unwanted("apiextensions.k8s.io/v1", "CustomResourceDefinition", Phase.READY, "u1");
        unwanted("apps/v1", "Deployment", Phase.READY, "u2");
        unwanted("example.org/v1", "Thing", Phase.READY, "u3");
        assertEquals(List.of("Remove Thing u3"), plan(Ending.DELETE));
        slots.removeLast();
        assertEquals(List.of("Remove Deployment u2"), plan(Ending.DELETE));
        slots.removeLast();
        assertEquals(List.of("Remove CustomResourceDefinition u1"), plan(Ending.DELETE));
    }

    @Test
    void waitsUntilWhatLeavesIsGone() {
        unwanted("v1", "ConfigMap", Phase.READY, "u1");
        unwanted("example.org/v1", "Thing", Phase.LEAVING, "u2");
        assertEquals(List.of(), plan(Ending.DELETE));
    }

    @Test
    void neverRemovesANamespace() {
        unwanted("v1", "Namespace", Phase.READY, "u1");
        assertEquals(List.of(), plan());
        assertEquals(List.of("Forget Namespace"), plan(Ending.MOVE));
        assertEquals(List.of("GiveUp Namespace"), plan(Ending.DELETE));
        assertEquals(List.of("GiveUp Namespace"), plan(Ending.DELETE_VOLUMES));
    }

    @Test
    void aVolumeClaimIsRemovedWhereThatWasSaidOnly() {
        unwanted("v1", "PersistentVolumeClaim", Phase.READY, "u1");
        assertEquals(List.of(), plan());
        assertEquals(List.of("Forget PersistentVolumeClaim"), plan(Ending.MOVE));
        assertEquals(List.of("GiveUp PersistentVolumeClaim"), plan(Ending.DELETE));
        assertEquals(List.of("Remove PersistentVolumeClaim u1"), plan(Ending.DELETE_VOLUMES));
    }

    @Test
    void whatIsKeptIsGivenUpAtOnceAndNothingIsRemoved() {
        unwanted("apiextensions.k8s.io/v1", "CustomResourceDefinition", Phase.DONE, "u1");
        unwanted("apps/v1", "Deployment", Phase.DONE, "u2");
        unwanted("v1", "ConfigMap", Phase.BUSY, "u3");
        assertEquals(
                List.of("GiveUp CustomResourceDefinition", "GiveUp Deployment"), plan(Ending.KEEP));
    }

    @Test
    void anUnknownUidIsLookedUpBeforeARemoval() {
        unwanted("v1", "ConfigMap", Phase.READY, "");
        assertEquals(List.of("Look ConfigMap"), plan(Ending.DELETE));
    }

    private List<String> plan(Ending... ending) {
        List<Slot> judged =
                slots.stream()
                        .map(
                                s ->
                                        new Slot(
                                                s.ref(),
                                                s.wanted(),
                                                Fate.of(s.ref(), Stream.of(ending).findFirst()),
                                                s.phase(),
                                                s.uid(),
                                                s.gated()))
                        .toList();
        return Plan.next(judged).stream()
                .map(
                        a ->
                                switch (a) {
                                    case Action.Look look -> "Look " + look.ref().kind();
                                    case Action.Put put -> "Put " + put.ref().kind();
                                    case Action.Remove(var ref, var uid) ->
                                            "Remove " + ref.kind() + " " + uid;
                                    case Action.GiveUp up -> "GiveUp " + up.ref().kind();
                                    case Action.Forget forget -> "Forget " + forget.ref().kind();
                                })
                .toList();
    }

    private void wanted(String apiVersion, String kind, Phase phase) {
        slot(apiVersion, kind, true, phase, "");
    }

    private void unwanted(String apiVersion, String kind, Phase phase, String uid) {
        slot(apiVersion, kind, false, phase, uid);
    }

    private void slot(String apiVersion, String kind, boolean wanted, Phase phase, String uid) {
        ObjectRef ref = new ObjectRef(apiVersion, kind, "ns", "x");
        slots.add(new Slot(ref, wanted, Fate.STAY, phase, uid, false));
    }
}
