package io.portolan.e2e;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The table of docs/concepts/ownership-and-health.md for the kinds that Kubernetes' own controllers
 * work on, as those controllers leave them. Deployment, Job and what pods suffer stand in {@link
 * HealthTest} and {@link TroubleTest}.
 */
@ExtendWith(Fleet.Extension.class)
class KindHealthTest {
    private static final String GOOD = "example/app:1";
    private static final String NEVER_READY = "example.invalid/never-ready:1";

    @Test
    void statefulSetWaitsForItsPodsAndCountsThoseBelowItsPartitionAsUpdated(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/statefulsets", "StatefulSet")) {
            String parallel = "\"replicas\": 2, \"podManagementPolicy\": \"Parallel\", ";
            set.put(workload("StatefulSet", NEVER_READY, parallel))
                    .told("Progressing", "NotReady", "0 of 2 pods are ready")
                    .application("Progressing")
                    .put(workload("StatefulSet", GOOD, parallel))
                    .healthy();
            String partition =
                    "\"updateStrategy\": {\"type\": \"RollingUpdate\", \"rollingUpdate\":"
                            + " {\"partition\": 1}}, ";
            set.put(workload("StatefulSet", "example/app:2", parallel + partition));
            Await.until(
                    "one pod of two to be updated, for good",
                    Scene.SOON,
                    () -> {
                        String status = statefulStatus(set.live());
                        return status.contains("\"updatedReplicas\":1")
                                && status.contains("\"readyReplicas\":2");
                    });
            set.healthy();
            set.put(workload("StatefulSet", "example/app:2", parallel))
                    .untroubledAt("\"updatedReplicas\":2")
                    .healthy();
        }
    }

    @Test
    void statefulSetThatIsUpdatedByHandIsNotAskedForItsPods(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/statefulsets", "StatefulSet")) {
            String onDelete = "\"updateStrategy\": {\"type\": \"OnDelete\"}, ";
            set.put(workload("StatefulSet", GOOD, onDelete))
                    .healthy()
                    .put(workload("StatefulSet", "example/app:2", onDelete))
                    .untroubledAt("\"observedGeneration\":2")
                    .healthy();
        }
    }

    @Test
    void daemonSetWaitsForItsPodOnEachNode(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/daemonsets", "DaemonSet")) {
            set.put(workload("DaemonSet", NEVER_READY, ""))
                    .told("Progressing", "NotAvailable", "0 of 2 pods are available")
                    .put(workload("DaemonSet", GOOD, ""))
                    .healthy();
            String onDelete = "\"updateStrategy\": {\"type\": \"OnDelete\"}, ";
            set.put(workload("DaemonSet", "example/app:2", onDelete))
                    .untroubledAt("\"observedGeneration\":3")
                    .healthy();
        }
    }

    @Test
    void daemonSetThatRollsOutCountsTheNodes(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/daemonsets", "DaemonSet")) {
            set.put(workload("DaemonSet", GOOD, ""))
                    .healthy()
                    .put(workload("DaemonSet", NEVER_READY, ""))
                    .told("Progressing", "RollingOut", "1 of 2 pods are of the new version");
        }
    }

    @Test
    void replicaSetTellsWhyNoPodCanBeMadeAndRestsAtZero(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/replicasets", "ReplicaSet")) {
            String of = "\"serviceAccountName\": \"nobody\", ";
            set.put(workload("ReplicaSet", GOOD, "\"replicas\": 2, ", of))
                    .told(
                            "Failed",
                            "FailedCreate",
                            "no pod can be made: pods \"one-\" is forbidden: error looking up"
                                    + " service account judged/nobody");
            set.live()
                    .create(
                            "v1/serviceaccounts",
                            "{\"apiVersion\": \"v1\", \"kind\": \"ServiceAccount\","
                                    + " \"metadata\": {\"name\": \"nobody\", \"namespace\":"
                                    + " \"judged\"}}");
            try {
                set.healthy();
                set.put(workload("ReplicaSet", GOOD, "\"replicas\": 0, ", of))
                        .application("Stopped");
            } finally {
                set.live().delete("v1/serviceaccounts", "judged", "nobody");
            }
        }
    }

    @Test
    void replicaSetWhosePodsAreNotReadyCountsThem(Fleet fleet) {
        try (Judged set = Judged.namespaced(fleet, "apps/v1/replicasets", "ReplicaSet")) {
            set.put(workload("ReplicaSet", NEVER_READY, "\"replicas\": 2, "))
                    .told("Progressing", "NotReady", "0 of 2 pods are ready");
        }
    }

    @Test
    void cronJobIsDegradedByTheRunThatWasDueLastUntilOneSucceeds(Fleet fleet) {
        try (Judged job = Judged.namespaced(fleet, "batch/v1/cronjobs", "CronJob")) {
            job.put(cronJob("0 0 1 1 *", "example.invalid/fails:1"))
                    .healthy()
                    .put(cronJob("@every 5s", "example.invalid/fails:1"))
                    .told("Degraded", "LastRunFailed", "did not succeed; none did before")
                    .application("Degraded")
                    .put(cronJob("0 0 1 1 *", GOOD))
                    .status("{\"lastSuccessfulTime\": \"" + later() + "\"}")
                    .healthy()
                    .put(cronJob("0 0 1 1 *\", \"suspend\": true, \"timeZone\": \"Etc/UTC", GOOD))
                    .application("Stopped");
        }
    }

    @Test
    void podOfItsOwnSaysWhichProbeDoesNotPass(Fleet fleet) {
        try (Judged pod = Judged.namespaced(fleet, "v1/pods", "Pod")) {
            pod.put(
                            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\":"
                                    + " \"one\"}, \"spec\": {"
                                    + containers(NEVER_READY)
                                    + "}}")
                    .told(
                            "Progressing",
                            "ProbeFailing",
                            "container main runs, but its readiness probe does not pass: GET /up"
                                    + " on port 8080")
                    .once()
                    .application("Progressing")
                    .status(
                            """
                            {"phase": "Succeeded", "containerStatuses": [{"name": "main", "image": "x", "imageID": "x", "ready": false,
                              "restartCount": 0, "state": {"terminated": {"exitCode": 0, "reason": "Completed"}}}]}
                            """)
                    .healthy();
        }
    }

    @Test
    void podOfItsOwnThatFailedIsFailed(Fleet fleet) {
        try (Judged pod = Judged.namespaced(fleet, "v1/pods", "Pod")) {
            pod.put(
                            "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\":"
                                    + " \"one\"}, \"spec\": {\"restartPolicy\": \"Never\", "
                                    + containers("example.invalid/fails:1")
                                    + "}}")
                    .told("Failed", "Crashed", "ended with exit code 3: schema is newer")
                    .once()
                    .application("Failed");
        }
    }

    @Test
    void claimSaysWhatItWaitsForUntilItIsBound(Fleet fleet) {
        try (Judged claim =
                Judged.namespaced(fleet, "v1/persistentvolumeclaims", "PersistentVolumeClaim")) {
            claim.put(
                            """
                            {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "one"},
                             "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "judged",
                              "resources": {"requests": {"storage": "1Gi"}}}}
                            """)
                    .told(
                            "Progressing",
                            "Pending",
                            "waits for a volume of 1Gi of class judged, or for the first pod that"
                                    + " uses it");
            claim.live()
                    .create(
                            "v1/persistentvolumes",
                            """
                            {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "judged"},
                             "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "judged",
                              "capacity": {"storage": "1Gi"}, "hostPath": {"path": "/judged"}}}
                            """);
            claim.healthy();
            claim.live().delete("v1/persistentvolumes", "", "judged");
        }
    }

    @Test
    void claimWhoseVolumeIsLostIsFailed(Fleet fleet) {
        try (Judged claim =
                Judged.namespaced(fleet, "v1/persistentvolumeclaims", "PersistentVolumeClaim")) {
            claim.put(
                            """
                            {"apiVersion": "v1", "kind": "PersistentVolumeClaim",
                             "metadata": {"name": "one", "annotations": {"pv.kubernetes.io/bind-completed": "yes"}},
                             "spec": {"accessModes": ["ReadWriteOnce"], "storageClassName": "judged", "volumeName": "was-here",
                              "resources": {"requests": {"storage": "1Gi"}}}}
                            """)
                    .told("Failed", "Lost", "the volume behind the claim does not exist")
                    .application("Failed");
        }
    }

    @Test
    void autoscalerThatCannotReadItsMetricsIsDegradedUnlessItsTargetRests(Fleet fleet) {
        try (Judged scaler =
                Judged.namespaced(
                        fleet,
                        "autoscaling/v2/horizontalpodautoscalers",
                        "HorizontalPodAutoscaler")) {
            scaler.put(workload("Deployment", GOOD, "\"replicas\": 1, "), AUTOSCALER)
                    .told(
                            "Degraded",
                            "FailedGetResourceMetric",
                            "unable to get metrics for resource cpu")
                    .application("Degraded")
                    .put(workload("Deployment", GOOD, "\"replicas\": 0, "), AUTOSCALER)
                    .untroubledAt("ScalingDisabled");
        }
    }

    @Test
    void disruptionBudgetCountsThePodsThatItProtects(Fleet fleet) {
        try (Judged budget =
                Judged.namespaced(fleet, "policy/v1/poddisruptionbudgets", "PodDisruptionBudget")) {
            budget.put(
                            workload("Deployment", NEVER_READY, "\"replicas\": 2, "),
                            budget("minAvailable\": 2"))
                    .told(
                            "Progressing",
                            "InsufficientPods",
                            "0 of the 2 pods that it protects are healthy")
                    .put(
                            workload("Deployment", GOOD, "\"replicas\": 2, "),
                            budget("minAvailable\": 2"))
                    .healthy()
                    .put(
                            workload("Deployment", GOOD, "\"replicas\": 0, "),
                            budget("minAvailable\": 2"))
                    .untroubledAt("\"expectedPods\":0")
                    .application("Stopped");
        }
    }

    @Test
    void disruptionBudgetThatItsControllerCannotCountSaysWhy(Fleet fleet) {
        try (Judged budget =
                Judged.namespaced(fleet, "policy/v1/poddisruptionbudgets", "PodDisruptionBudget")) {
            budget.put(
                            """
                            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "one"},
                             "spec": {"template": {"metadata": {"labels": {"app": "Deployment"}},
                              "spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "example/app:1"}]}}}}
                            """,
                            budget("maxUnavailable\": 1"))
                    .told("Degraded", "SyncFailed", "does not implement the scale subresource");
        }
    }

    private static String statefulStatus(Live live) {
        return live.get("apps/v1/statefulsets", Judged.NAMESPACE, "one")
                .orElseThrow()
                .get("status")
                .toString();
    }

    /** As Kubernetes writes times; after any run that the test has seen. */
    private static String later() {
        return Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private static String workload(String kind, String image, String spec) {
        return workload(kind, image, spec, "");
    }

    private static String workload(String kind, String image, String spec, String pod) {
        return """
        {"apiVersion": "apps/v1", "kind": "KIND", "metadata": {"name": "one"},
         "spec": {SPEC "selector": {"matchLabels": {"app": "KIND"}},
          "template": {"metadata": {"labels": {"app": "KIND"}}, "spec": {POD CONTAINERS}}}}
        """
                .replace("KIND", kind)
                .replace("SPEC", spec)
                .replace("POD", pod)
                .replace("CONTAINERS", containers(image));
    }

    private static String containers(String image) {
        return "\"containers\": [{\"name\": \"main\", \"image\": \""
                + image
                + "\", \"readinessProbe\": {\"httpGet\": {\"path\": \"/up\", \"port\": 8080}}}]";
    }

    private static String cronJob(String schedule, String image) {
        return """
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "one"},
         "spec": {"schedule": "%s", "concurrencyPolicy": "Forbid", "failedJobsHistoryLimit": 1,
          "jobTemplate": {"spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never",
           "containers": [{"name": "main", "image": "%s"}]}}}}}}
        """
                .formatted(schedule, image);
    }

    private static String budget(String wants) {
        return """
        {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": {"name": "one"},
         "spec": {"%s, "selector": {"matchLabels": {"app": "Deployment"}}}}
        """
                .formatted(wants);
    }

    private static final String AUTOSCALER =
            """
            {"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": "one"},
             "spec": {"maxReplicas": 3, "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "one"},
              "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}]}}
            """;
}
