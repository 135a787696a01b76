package io.portolan.central.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.portolan.dr.HookCall;
import io.portolan.dr.JobOrder;
import io.portolan.model.Uid;
import io.portolan.model.app.KubeObject;
import io.portolan.model.dr.HookJob;
import io.portolan.model.dr.HookPoint;
import io.portolan.model.operation.HookRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class JobRendererTest {
    private static final Uid STEP = new Uid("0192-op.promote");

    private static KubeObject job(Optional<String> account) {
        JobOrder order =
                new JobOrder(
                        new Uid("0192-app"),
                        HookPoint.PROMOTE,
                        new HookRun.Job(
                                new Uid("0192-berlin"), "berlin", "ledger-promote-0a1b2c3d4e"),
                        "0192-op/promote/1",
                        2,
                        true,
                        new HookJob(
                                "db-tools:3",
                                List.of("/promote"),
                                List.of("--wait"),
                                Map.of("PGHOST", "ledger-db"),
                                account,
                                Optional.empty()),
                        Duration.ofMinutes(2),
                        new HookCall.Envelope(
                                "shop",
                                "ledger",
                                "ledger-x7k2",
                                new Uid("0192-op"),
                                HookPoint.PROMOTE,
                                true,
                                8,
                                List.of("paris", "rome"),
                                "berlin",
                                Optional.empty(),
                                2));
        return JobRenderer.render(order, STEP).content().objects().getFirst();
    }

    @Test
    void theJobRunsOnceForSoLongAndSaysWhyItFailed() {
        KubeObject job = job(Optional.empty());
        assertEquals("Job shop/ledger-promote-0a1b2c3d4e", job.ref().toString());
        assertEquals(0, job.at("spec", "backoffLimit"));
        assertEquals(120L, ((Number) job.at("spec", "activeDeadlineSeconds")).longValue());
        KubeObject pod = new KubeObject(job.map("spec", "template", "spec"));
        assertEquals("Never", pod.at("restartPolicy"));
        assertEquals(false, pod.at("automountServiceAccountToken"));
        assertEquals("FallbackToLogsOnError", container(job).get("terminationMessagePolicy"));
        assertEquals(List.of("/promote"), container(job).get("command"));
        KubeObject other = new KubeObject(job(Optional.of("dba")).map("spec", "template", "spec"));
        assertEquals("dba", other.at("serviceAccountName"));
        assertEquals(true, other.at("automountServiceAccountToken"));
    }

    @Test
    void itsPodIsNoPodOfTheApplication() {
        for (String[] path :
                List.of(
                        new String[] {"metadata", "labels"},
                        new String[] {"spec", "template", "metadata", "labels"})) {
            Map<String, Object> labels = job(Optional.empty()).map(path);
            assertEquals(STEP.value(), labels.get(Labels.APPLICATION_UID));
            assertEquals("ledger-x7k2", labels.get(Labels.OPERATION));
            assertEquals("promote", labels.get(Labels.HOOK));
            assertFalse(labels.containsKey(Labels.APPLICATION), "Services select by it");
        }
    }

    @Test
    void itIsToldWhatACallIsTold() {
        Map<String, Object> env = new TreeMap<>();
        if (container(job(Optional.empty())).get("env") instanceof List<?> list) {
            for (Object each : list) {
                Map<?, ?> variable = (Map<?, ?>) each;
                env.put(String.valueOf(variable.get("name")), variable.get("value"));
            }
        }
        assertEquals(
                new TreeMap<>(
                        Map.ofEntries(
                                Map.entry("PGHOST", "ledger-db"),
                                Map.entry("PORTOLAN_APPLICATION", "ledger"),
                                Map.entry("PORTOLAN_ATTEMPT", "2"),
                                Map.entry("PORTOLAN_CLUSTER", "berlin"),
                                Map.entry("PORTOLAN_EPOCH", "8"),
                                Map.entry("PORTOLAN_FROM", "paris,rome"),
                                Map.entry("PORTOLAN_IDEMPOTENCY_KEY", "0192-op/promote/1"),
                                Map.entry("PORTOLAN_OPERATION", "ledger-x7k2"),
                                Map.entry("PORTOLAN_OPERATION_UID", "0192-op"),
                                Map.entry("PORTOLAN_PLANNED", "true"),
                                Map.entry("PORTOLAN_POINT", "promote"),
                                Map.entry("PORTOLAN_TENANT", "shop"),
                                Map.entry("PORTOLAN_TO", "berlin"))),
                env);
    }

    private static Map<?, ?> container(KubeObject job) {
        return job.at("spec", "template", "spec", "containers") instanceof List<?> list
                        && list.getFirst() instanceof Map<?, ?> map
                ? map
                : Map.of();
    }
}
