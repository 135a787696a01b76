package io.portolan.dr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.Check;
import io.portolan.model.app.KubeObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SingleWriterRulesTest {
    @ParameterizedTest
    @CsvSource({
        "apps/v1, Deployment, true",
        "apps/v1, StatefulSet, true",
        "apps/v1, ReplicaSet, true",
        "v1, ConfigMap, true",
        "v1, Service, true",
        "v1, PersistentVolumeClaim, true",
        "networking.k8s.io/v1, Ingress, true",
        "apiextensions.k8s.io/v1, CustomResourceDefinition, true",
        "apps/v1, DaemonSet, false",
        "batch/v1, Job, false",
        "batch/v1, CronJob, false",
        "v1, Pod, false",
        "v1, ReplicationController, false",
        "autoscaling/v2, HorizontalPodAutoscaler, false",
        "example.com/v1, Deployment, false",
        "postgresql.cnpg.io/v1, Cluster, false",
    })
    void refusesWhatHasNoDefinedStop(String apiVersion, String kind, boolean allowed) {
        Check check = Check.root();
        SingleWriterRules.check(
                List.of(new KubeObject(Map.of("apiVersion", apiVersion, "kind", kind))), check);
        assertEquals(allowed, check.problems().isEmpty());
    }

    @Test
    void pointsAtTheObject() {
        Check check = Check.root();
        SingleWriterRules.check(
                List.of(
                        new KubeObject(Map.of("apiVersion", "v1", "kind", "Service")),
                        new KubeObject(Map.of("apiVersion", "batch/v1", "kind", "Job"))),
                check.at("manifests"));
        assertEquals(
                List.of(
                        "manifests[1].kind: Job.batch has no defined stop, so a single writer cannot"
                                + " be fenced with it: use Deployment, StatefulSet or ReplicaSet, or"
                                + " writers: many"),
                check.problems().stream().map(Object::toString).toList());
    }
}
