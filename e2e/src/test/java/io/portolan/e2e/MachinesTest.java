package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.kubelet.Activity;
import io.portolan.e2e.harness.kubelet.Machine;
import io.portolan.e2e.harness.kubelet.Machines;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stand-in for the kubelet does what a kubelet does, as far as disasters need it. */
@ExtendWith(Machines.Extension.class)
class MachinesTest {
    private static final String PODS = "v1/pods";

    @Test
    void podIsAProcessThatEndsInOrderWhenItIsDeleted(Machines machines) {
        KubeCluster west = machines.clusters().get("west");
        west.createNamespace("orderly");
        pod(west, "orderly", "polite", 30, "--linger", "300ms", "--exit", "3");
        awaitRunning(west, "orderly", "polite");

        // Kept, to be seen when it is over.
        west.live()
                .mergePatch(
                        PODS,
                        "orderly",
                        "polite",
                        "{\"metadata\": {\"finalizers\": [\"test/kept\"]}}");
        west.live().delete(PODS, "orderly", "polite");
        JsonObject last =
                Await.value(
                        "the kubelet to tell the end",
                        Scene.SOON,
                        () ->
                                west.live()
                                        .get(PODS, "orderly", "polite")
                                        .filter(p -> p.toString().contains("terminated")));
        assertTrue(last.toString().contains("\"exitCode\":3"), last::toString);
        assertTrue(last.toString().contains("\"phase\":\"Failed\""), last::toString);
        west.live().mergePatch(PODS, "orderly", "polite", "{\"metadata\": {\"finalizers\": []}}");
        west.live().awaitGone(PODS, "orderly", "polite", Scene.SOON);
        Activity ran = only(machines, "orderly");
        assertEquals(List.of("start", "term", "end"), ran.events());
        assertTrue(ran.last() - ran.first() >= 300_000_000L, ran::toString);
    }

    @Test
    void processThatDoesNotListenIsKilledAfterItsGrace(Machines machines) {
        KubeCluster west = machines.clusters().get("west");
        west.createNamespace("deaf");
        pod(west, "deaf", "stubborn", 1, "--deaf");
        awaitRunning(west, "deaf", "stubborn");
        west.live().delete(PODS, "deaf", "stubborn");
        west.live().awaitGone(PODS, "deaf", "stubborn", Scene.SOON);
        assertEquals(List.of("start", "term"), only(machines, "deaf").events());
        awaitSilent(machines, "deaf");
    }

    @Test
    void whatRunsRunsOnWithoutAnApiServerAndIsReportedAfterwards(Machines machines) {
        KubeCluster west = machines.clusters().get("west");
        Machine machine = machines.of("west");
        west.createNamespace("alone");
        pod(west, "alone", "island", 1);
        awaitRunning(west, "alone", "island");
        machine.toKubernetes().cut();
        try {
            west.live().deleteByForce(PODS, "alone", "island");
            awaitTick(machines, "alone");
        } finally {
            machine.toKubernetes().restore();
        }
        awaitSilent(machines, "alone");
    }

    @Test
    void frozenMachineIsGivenUpAndLosesItsPodsOnlyWhenItAwakes(Machines machines) {
        KubeCluster west = machines.clusters().get("west");
        Machine machine = machines.of("west");
        west.createNamespace("frozen");
        pod(west, "frozen", "sleeper", 1);
        awaitRunning(west, "frozen", "sleeper");
        machine.freeze();
        try {
            machine.awaitNotReady();
            Await.until(
                    "the pod to be evicted",
                    Scene.SOON,
                    () ->
                            west.live()
                                    .get(PODS, "frozen", "sleeper")
                                    .orElseThrow()
                                    .getAsJsonObject("metadata")
                                    .has("deletionTimestamp"));
            assertFalse(only(machines, "frozen").events().contains("term"));
        } finally {
            machine.thaw();
        }
        west.live().awaitGone(PODS, "frozen", "sleeper", Scene.SOON);
        assertEquals(List.of("start", "term", "end"), only(machines, "frozen").events());
        machine.awaitReady();
    }

    @Test
    void rebootedMachineHasAnotherBootIdAndStartsWhatIsBoundToIt(Machines machines) {
        KubeCluster west = machines.clusters().get("west");
        Machine machine = machines.of("west");
        west.createNamespace("reboot");
        pod(west, "reboot", "phoenix", 1);
        awaitRunning(west, "reboot", "phoenix");
        String before = bootId(west, machine);
        machine.powerOff();
        awaitSilent(machines, "reboot");
        machine.powerOn();
        Await.until(
                "the pod's second process",
                Scene.SOON,
                () -> machines.activity("reboot", "phoenix").size() == 2);
        Await.until("another boot id", Scene.SOON, () -> !bootId(west, machine).equals(before));
        assertNotEquals(before, bootId(west, machine));
        west.live().delete(PODS, "reboot", "phoenix");
        west.live().awaitGone(PODS, "reboot", "phoenix", Scene.SOON);
    }

    private static void pod(
            KubeCluster cluster, String namespace, String name, int grace, String... arguments) {
        Await.until(
                "the service account of " + namespace,
                Scene.SOON,
                () -> cluster.live().get("v1/serviceaccounts", namespace, "default").isPresent());
        cluster.live()
                .create(
                        PODS,
                        """
                        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "%s"},
                         "spec": {"terminationGracePeriodSeconds": %d,
                           "containers": [{"name": "main", "image": "example/writer:1", "command": ["%s"], "args": ["%s"]}]}}
                        """
                                .formatted(
                                        name,
                                        namespace,
                                        grace,
                                        Machines.WRITER,
                                        String.join("\", \"", arguments)));
    }

    private static void awaitRunning(KubeCluster cluster, String namespace, String name) {
        Await.until(
                name + " to be Ready",
                Scene.SOON,
                () ->
                        cluster.live()
                                .get(PODS, namespace, name)
                                .orElseThrow()
                                .toString()
                                .contains("\"started\":true"));
    }

    private static Activity only(Machines machines, String namespace) {
        List<Activity> all = machines.activity(namespace, "");
        assertEquals(1, all.size(), all::toString);
        return all.getFirst();
    }

    private static void awaitTick(Machines machines, String namespace) {
        long last = only(machines, namespace).last();
        Await.until("another line", Scene.SOON, () -> only(machines, namespace).last() > last);
    }

    /** No line for twenty times as long as there is between two. */
    private static void awaitSilent(Machines machines, String namespace) {
        long[] seen = {0, System.nanoTime()};
        Await.until(
                "the process to be silent",
                Scene.SOON,
                () -> {
                    long last = only(machines, namespace).last();
                    if (last != seen[0]) {
                        seen[0] = last;
                        seen[1] = System.nanoTime();
                    }
                    return System.nanoTime() - seen[1] > 200_000_000L;
                });
    }

    private static String bootId(KubeCluster cluster, Machine machine) {
        return cluster.live()
                .get("v1/nodes", "", machine.name())
                .orElseThrow()
                .getAsJsonObject("status")
                .getAsJsonObject("nodeInfo")
                .get("bootID")
                .getAsString();
    }
}
