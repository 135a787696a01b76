package io.portolan.agent.fence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Role;
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
        KubeObject stopped = Fence.in(Role.STANDBY, "2-3", List.of(object)).getFirst();
        assertEquals(value, String.valueOf(stopped.at("spec", field)));
        assertTrue(Fence.stoppable(object.ref()));
        assertEquals(List.of(object), Fence.in(Role.ACTIVE, "2-3", List.of(object)));
    }

    @Test
    void leavesOutWhatWouldStartItAgainAndKeepsTheRest() {
        KubeObject config = object("v1", "ConfigMap");
        assertEquals(
                List.of(config),
                Fence.in(
                        Role.QUARANTINED,
                        "2-3",
                        List.of(
                                object("autoscaling/v2", "HorizontalPodAutoscaler"),
                                object("v1", "Pod"),
                                config)));
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
