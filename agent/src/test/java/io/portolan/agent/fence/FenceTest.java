package io.portolan.agent.fence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Running;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FenceTest {
    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment, replicas, 0",
        "apps/v1, StatefulSet, replicas, 0",
        "apps/v1, ReplicaSet, replicas, 0",
        "v1, ReplicationController, replicas, 0",
        "batch/v1, CronJob, suspend, true",
        "batch/v1, Job, suspend, true",
    })
    void stopsWhatRuns(String apiVersion, String kind, String field, String value) {
        KubeObject object = object(apiVersion, kind).with(3, "spec", "replicas");
        KubeObject stopped = Fence.in(Running.NOTHING, "2-3", List.of(object)).getFirst();
        assertEquals(value, String.valueOf(stopped.at("spec", field)));
        assertTrue(Fence.stoppable(object.ref()));
        assertEquals(List.of(object), Fence.in(Running.ALL, "2-3", List.of(object)));
    }

    @Test
    void leavesOutWhatWouldStartItAgainAndKeepsTheRest() {
        KubeObject config = object("v1", "ConfigMap");
        assertEquals(
                List.of(config),
                Fence.in(
                        Running.NOTHING,
                        "2-3",
                        List.of(
                                object("autoscaling/v2", "HorizontalPodAutoscaler"),
                                object("v1", "Pod"),
                                config)));
    }

    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment, 3, 1",
        "apps/v1, StatefulSet, 3, 1",
        "apps/v1, ReplicaSet, 0, 0",
        "v1, ReplicationController, 2, 1",
    })
    void aWarmStandbyRunsOneOfEach(String apiVersion, String kind, int all, int one) {
        KubeObject object = object(apiVersion, kind).with(all, "spec", "replicas");
        KubeObject warm = Fence.in(Running.ONE_EACH, "2-3", List.of(object)).getFirst();
        assertEquals(one, warm.at("spec", "replicas"));
        assertEquals("", warm.annotation(Fence.FENCED));
        assertEquals(List.of(object), Fence.in(Running.ALL_THAT_SERVES, "2-3", List.of(object)));
    }

    @Test
    void whatIsNotSaidIsOneReplica() {
        KubeObject object = object("apps/v1", "Deployment");
        assertEquals(
                1,
                Fence.in(Running.ONE_EACH, "2-3", List.of(object))
                        .getFirst()
                        .at("spec", "replicas"));
    }

    /** A second one would do it twice. */
    @ParameterizedTest
    @CsvSource({"ONE_EACH, Job", "ONE_EACH, CronJob", "ALL_THAT_SERVES, Job"})
    void whatActsByItselfRunsOnlyWhereItIsActive(Running running, String kind) {
        KubeObject job = object("batch/v1", kind);
        assertEquals(true, Fence.in(running, "2-3", List.of(job)).getFirst().at("spec", "suspend"));
    }

    @Test
    void aWarmStandbyIsNotScaledByOthersAndHasNoPodOnEachNode() {
        KubeObject autoscaler = object("autoscaling/v2", "HorizontalPodAutoscaler");
        KubeObject daemons = object("apps/v1", "DaemonSet");
        KubeObject pod = object("v1", "Pod");
        List<KubeObject> all = List.of(autoscaler, daemons, pod);
        List<KubeObject> warm = Fence.in(Running.ONE_EACH, "2-3", all);
        assertEquals(2, warm.size());
        assertEquals(
                Map.of(Fence.NOWHERE, "true"),
                warm.getFirst().at("spec", "template", "spec", "nodeSelector"));
        assertEquals(pod, warm.getLast());
        assertEquals(all, Fence.in(Running.ALL_THAT_SERVES, "2-3", all));
    }

    @Test
    void aListCountsOnlyForWhatWasWrittenBeforeIt() {
        Stopping stopping = new Stopping();
        PodLedger none = new PodLedger();
        long ticket = stopping.ticket();
        stopping.disturbed();
        stopping.noneListed(ticket);
        assertEquals(Optional.empty(), stopping.word(1, 1, none));
        stopping.noneListed(stopping.ticket());
        assertTrue(stopping.word(1, 1, none).orElseThrow().proves());
    }

    @Test
    void aPodThatAppearsTakesTheWordBack() {
        Stopping stopping = new Stopping();
        PodLedger pods = new PodLedger();
        stopping.noneListed(stopping.ticket());
        pods.saw(PodTrace.running("u1", "shop/web-1", "n1", "b1"));
        assertEquals(Optional.empty(), stopping.word(1, 1, pods));
        pods.ended("u1");
        assertTrue(stopping.word(1, 1, pods).orElseThrow().proves());
    }

    private static KubeObject object(String apiVersion, String kind) {
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        apiVersion,
                        "kind",
                        kind,
                        "metadata",
                        Map.of("name", "x", "namespace", "ns")));
    }
}
