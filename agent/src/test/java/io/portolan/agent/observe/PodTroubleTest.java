package io.portolan.agent.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTroubleTest {
    private static final Map<String, Object> RUNNING = Map.of("running", Map.of("startedAt", "t"));

    @Test
    void wellYoungAndLeavingPodsHaveNone() {
        KubeObject young = pod("Pending", Map.of("state", waiting("ContainerCreating", "")));
        KubeObject well = pod("Running", Map.of("state", RUNNING, "ready", true, "started", true));
        KubeObject leaving =
                pod("Running", Map.of("state", waiting("CrashLoopBackOff", "")))
                        .with("t", "metadata", "deletionTimestamp");
        KubeObject done = pod("Succeeded", Map.of("state", ended(0, "Completed", "")));
        for (KubeObject pod : List.of(young, well, leaving, done)) {
            assertTrue(PodTrouble.of(pod).isEmpty(), pod::toString);
        }
    }

    @Test
    void imageThatCannotBePulled() {
        expect(
                pod("Pending", Map.of("state", waiting("ErrImagePull", "not found"))),
                Health.FAILED,
                "ImagePullBackOff",
                "image \"example.invalid/web:1\" of container web cannot be pulled: not found");
    }

    @Test
    void containerThatCannotBeMade() {
        expect(
                pod(
                        "Pending",
                        Map.of(
                                "state",
                                waiting("CreateContainerConfigError", "secret \"db\" not found"))),
                Health.FAILED,
                "CreateContainerConfigError",
                "container web cannot start: secret \"db\" not found");
    }

    @Test
    void crashLoopTellsExitCodeAndLastWords() {
        expect(
                pod(
                        "Running",
                        Map.of(
                                "restartCount",
                                5,
                                "state",
                                waiting("CrashLoopBackOff", "back-off 2m40s"),
                                "lastState",
                                ended(1, "Error", "no database at db:5432\n"))),
                Health.FAILED,
                "CrashLoopBackOff",
                "container web ended with exit code 1 (5 restarts): no database at db:5432");
    }

    @Test
    void lastWordsAreCutFromTheFront() {
        String log = "x".repeat(1000) + " the cause";
        String told =
                PodTrouble.of(
                                pod(
                                        "Running",
                                        Map.of(
                                                "state",
                                                waiting("CrashLoopBackOff", ""),
                                                "lastState",
                                                ended(1, "Error", log))))
                        .orElseThrow()
                        .message();
        assertTrue(told.endsWith("the cause"), told);
        assertTrue(told.length() < 400, told);
    }

    @Test
    void memoryLimitIsNamed() {
        expect(
                pod(
                        "Running",
                        Map.of(
                                "restartCount",
                                2,
                                "state",
                                waiting("CrashLoopBackOff", ""),
                                "lastState",
                                ended(137, "OOMKilled", ""))),
                Health.FAILED,
                "OOMKilled",
                "container web used more memory than its limit of 128Mi (2 restarts)");
        expect(
                pod(
                        "Running",
                        Map.of(
                                "restartCount",
                                1,
                                "ready",
                                false,
                                "state",
                                RUNNING,
                                "lastState",
                                ended(137, "OOMKilled", ""))),
                Health.DEGRADED,
                "OOMKilled",
                "container web used more memory than its limit of 128Mi (1 restarts)");
    }

    @Test
    void restartThatIsReadyAgainIsNoTrouble() {
        KubeObject recovered =
                pod(
                        "Running",
                        Map.of(
                                "ready",
                                true,
                                "restartCount",
                                1,
                                "state",
                                RUNNING,
                                "lastState",
                                ended(1, "Error", "")));
        assertTrue(PodTrouble.of(recovered).isEmpty());
    }

    @Test
    void crashBetweenRestarts() {
        expect(
                pod("Running", Map.of("state", ended(3, "Error", "bad flag"))),
                Health.DEGRADED,
                "Crashed",
                "container web ended with exit code 3: bad flag");
    }

    @Test
    void readinessProbeThatDoesNotPass() {
        KubeObject pod = pod("Running", Map.of("state", RUNNING, "ready", false, "started", true));
        expect(
                pod,
                Health.PROGRESSING,
                "ProbeFailing",
                "container web runs, but its readiness probe does not pass");
        KubeObject starting =
                pod("Running", Map.of("state", RUNNING, "ready", false, "started", false));
        assertTrue(PodTrouble.of(starting).isEmpty(), "its startup probe still has time");
    }

    @Test
    void probeThatDoesNotPassIsNamed() {
        KubeObject pod = pod("Running", Map.of("state", RUNNING, "ready", false, "started", false));
        KubeObject probed =
                pod.with(
                        List.of(
                                Map.of(
                                        "name",
                                        "web",
                                        "startupProbe",
                                        Map.of("httpGet", Map.of("path", "/up", "port", 8080)))),
                        "spec",
                        "containers");
        expect(
                probed,
                Health.PROGRESSING,
                "ProbeFailing",
                "container web runs, but its startup probe does not pass: GET /up on port 8080");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    137 | Error | '' | container web ended with exit code 137 (SIGKILL)
                    127 | Error | sh: web: not found | container web ended with exit code 127 (the command was not found): sh: web: not found
                    1 | Error | 'first\nlast\n\n' | container web ended with exit code 1: last
                    1 | Error | 'Exception: no database\n\tat com.acme.Db\n\t... 12 more' | container web ended with exit code 1: Exception: no database
                    128 | StartError | 'exec: "web": not found' | container web cannot start: exec: "web": not found
                    """)
    void lastWordsOfACrash(int code, String reason, String log, String told) {
        String lines = log.replace("\\n", "\n").replace("\\t", "\t");
        expect(
                pod("Running", Map.of("state", ended(code, reason, lines))),
                Health.DEGRADED,
                "Crashed",
                told);
    }

    @Test
    void schedulersWords() {
        String words = "0/2 nodes are available: 2 Insufficient cpu.";
        String all = words + " preemption: 0/2 nodes are available: 2 No preemption victims.";
        KubeObject pod =
                pod("Pending", Map.of())
                        .with(
                                List.of(
                                        Map.of(
                                                "type",
                                                "PodScheduled",
                                                "status",
                                                "False",
                                                "reason",
                                                "Unschedulable",
                                                "message",
                                                all)),
                                "status",
                                "conditions");
        expect(pod, Health.DEGRADED, "Unschedulable", "no node takes the pod: " + words);
    }

    @Test
    void evictionAndFailedContainers() {
        KubeObject evicted =
                pod("Failed", Map.of())
                        .with("Evicted", "status", "reason")
                        .with("The node was low on resource: memory.", "status", "message");
        expect(evicted, Health.FAILED, "Evicted", "The node was low on resource: memory.");
        expect(
                pod("Failed", Map.of("state", ended(2, "Error", "usage"))),
                Health.FAILED,
                "Crashed",
                "container web ended with exit code 2: usage");
    }

    @Test
    void worstOfSeveralIsTold() {
        KubeObject pod =
                pod("Pending", Map.of("state", waiting("ImagePullBackOff", "")))
                        .with(
                                List.of(
                                        Map.of(
                                                "name",
                                                "init",
                                                "state",
                                                ended(1, "Error", "migration"))),
                                "status",
                                "initContainerStatuses");
        assertEquals("ImagePullBackOff", PodTrouble.of(pod).orElseThrow().reason());
    }

    private static void expect(KubeObject pod, Health health, String reason, String message) {
        assertEquals(
                new Trouble(pod.ref(), health, reason, message), PodTrouble.of(pod).orElseThrow());
    }

    private static KubeObject pod(String phase, Map<String, Object> container) {
        Map<String, Object> status = new java.util.LinkedHashMap<>(container);
        status.put("name", "web");
        status.put("image", "example.invalid/web:1");
        Map<String, Object> spec =
                Map.of(
                        "name",
                        "web",
                        "readinessProbe",
                        Map.of(),
                        "resources",
                        Map.of("limits", Map.of("memory", "128Mi")));
        return new KubeObject(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Pod",
                        "metadata",
                        Map.of("name", "web-1", "namespace", "shop"),
                        "spec",
                        Map.of("containers", List.of(spec)),
                        "status",
                        Map.of("phase", phase, "containerStatuses", List.of(status))));
    }

    private static Map<String, Object> waiting(String reason, String message) {
        return Map.of("waiting", Map.of("reason", reason, "message", message));
    }

    private static Map<String, Object> ended(int code, String reason, String message) {
        return Map.of("terminated", Map.of("exitCode", code, "reason", reason, "message", message));
    }
}
