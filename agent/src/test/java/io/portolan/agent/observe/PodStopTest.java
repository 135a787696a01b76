package io.portolan.agent.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.KubeObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fence F2 rests on this table: a wrong {@code true} lets two clusters write. */
class PodStopTest {
    @ParameterizedTest(name = "{0}: ended {6}, terminal {7}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    in order                             | n  | true  | Running   | terminated         | true  | true  | true
                    two containers, both ended           | n  | true  | Running   | terminated twice   | true  | true  | true
                    one of two still runs                | n  | true  | Running   | one runs           | true  | false | false
                    deleted by force while it ran        | n  | false | Running   | running            | true  | false | false
                    forced after a grace                 | n  | true  | Running   | running            | true  | false | false
                    node silent, deleted in order        | n  | true  | Running   | running            | false | false | false
                    node silent, though seen to end      | n  | true  | Succeeded | terminated         | false | false | true
                    never scheduled                      |    | false | Pending   | none               | true  | true  | false
                    never scheduled, no nodes            |    | false | Pending   | none               | false | true  | false
                    never started, left in order         | n  | true  | Pending   | waiting            | true  | true  | false
                    never started, deleted by force      | n  | false | Pending   | waiting            | true  | false | false
                    not yet seen by its kubelet          | n  | true  | Pending   | none               | true  | true  | false
                    not yet seen, deleted by force       | n  | false | Pending   | none               | true  | false | false
                    between two runs of a crash loop     | n  | true  | Running   | waiting after runs | true  | false | false
                    ended by itself                      | n  | false | Succeeded | terminated         | true  | true  | true
                    failed by itself                     | n  | false | Failed    | terminated         | true  | true  | true
                    called failed by the collector       | n  | true  | Failed    | running            | true  | false | false
                    refused by its kubelet               | n  | false | Failed    | none               | true  | true  | true
                    ended between runs, its node silent  | n  | true  | Running   | terminated         | false | false | false
                    refused, its node silent             | n  | false | Failed    | none               | false | false | false
                    restarting, not leaving              | n  | false | Running   | terminated         | true  | false | false
                    """)
    void tells(
            String story,
            String node,
            boolean leaving,
            String phase,
            String containers,
            boolean nodeReady,
            boolean ended,
            boolean terminal) {
        KubeObject pod = pod(node == null ? "" : node, leaving, phase, containers);
        assertEquals(ended, PodStop.ended(pod, nodeReady), story);
        assertEquals(terminal, PodStop.terminal(pod, nodeReady), story);
    }

    /** What the pod garbage collector and the node lifecycle write is no kubelet's word. */
    @ParameterizedTest
    @CsvSource({
        "none, false, false",
        "none, true, false",
        "waiting after runs, false, false",
        "waiting after runs, true, false",
        "terminated, false, false",
        "terminated, true, true",
    })
    void doesNotTakeTheCollectorsWord(String containers, boolean nodeReady, boolean terminal) {
        KubeObject failed = pod("n", false, "Failed", containers);
        KubeObject lost = failed.with("NodeLost", "status", "reason");
        KubeObject collected =
                failed.with(
                        List.of(
                                Map.of(
                                        "type",
                                        "DisruptionTarget",
                                        "status",
                                        "True",
                                        "reason",
                                        "DeletionByPodGC")),
                        "status",
                        "conditions");
        assertEquals(terminal, PodStop.terminal(lost, nodeReady));
        assertEquals(terminal, PodStop.terminal(collected, nodeReady));
    }

    private static KubeObject pod(String node, boolean leaving, String phase, String containers) {
        Map<String, Object> ended = Map.of("state", Map.of("terminated", Map.of("exitCode", 0)));
        Map<String, Object> runs = Map.of("state", Map.of("running", Map.of()));
        Map<String, Object> waits = Map.of("state", Map.of("waiting", Map.of("reason", "r")));
        Map<String, Object> between =
                Map.of(
                        "state",
                        Map.of("waiting", Map.of("reason", "CrashLoopBackOff")),
                        "lastState",
                        Map.of("terminated", Map.of("exitCode", 1)),
                        "restartCount",
                        3);
        List<Map<String, Object>> statuses =
                switch (containers) {
                    case "none" -> List.of();
                    case "terminated" -> List.of(ended);
                    case "terminated twice" -> List.of(ended, ended);
                    case "one runs" -> List.of(ended, runs);
                    case "running" -> List.of(runs);
                    case "waiting" -> List.of(waits);
                    case "waiting after runs" -> List.of(between);
                    default -> throw new IllegalArgumentException(containers);
                };
        Map<String, Object> metadata = new LinkedHashMap<>(Map.of("name", "web-1"));
        if (leaving) {
            metadata.put("deletionTimestamp", "2026-03-01T12:00:00Z");
        }
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        metadata,
                        "spec",
                        node.isEmpty() ? Map.of() : Map.of("nodeName", node),
                        "status",
                        Map.of("phase", phase, "containerStatuses", statuses)));
    }
}
