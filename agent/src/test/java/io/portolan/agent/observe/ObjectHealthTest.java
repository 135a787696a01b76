package io.portolan.agent.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One line a case: kind, what it says of itself, verdict. JSON is written without quotes. */
class ObjectHealthTest {
    @ParameterizedTest(name = "{0} {1} -> {3} {4}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,replicas:3,updatedReplicas:3,readyReplicas:3,availableReplicas:3} | Healthy | | 3/3
                    apps/v1 Deployment | {} | {observedGeneration:1,replicas:1,updatedReplicas:1,readyReplicas:1,availableReplicas:1} | Healthy | | 1/1
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:0,replicas:3,updatedReplicas:3,readyReplicas:3,availableReplicas:3} | Progressing | NotObserved | 3/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,replicas:3,updatedReplicas:1,readyReplicas:3,availableReplicas:3} | Progressing | RollingOut | 3/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,replicas:4,updatedReplicas:3,readyReplicas:4,availableReplicas:4} | Progressing | RollingOut | 4/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,replicas:3,updatedReplicas:3,readyReplicas:2,availableReplicas:2} | Progressing | NotAvailable | 2/3
                    apps/v1 Deployment | {replicas:3} | | Progressing | NotObserved | 0/3
                    apps/v1 Deployment | {replicas:0} | {observedGeneration:1} | Stopped | Stopped | 0/0
                    apps/v1 Deployment | {replicas:0} | {observedGeneration:1,replicas:2,readyReplicas:1} | Progressing | Stopping | 1/0
                    apps/v1 Deployment | {replicas:0} | {observedGeneration:0} | Progressing | NotObserved | 0/0
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,readyReplicas:1,conditions:[{type:Progressing,status:False,reason:ProgressDeadlineExceeded,message:late}]} | Degraded | ProgressDeadlineExceeded | 1/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,conditions:[{type:Progressing,status:False,reason:ProgressDeadlineExceeded,message:late}]} | Failed | ProgressDeadlineExceeded | 0/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,conditions:[{type:ReplicaFailure,status:True,reason:FailedCreate,message:exceeded quota}]} | Failed | QuotaExceeded | 0/3
                    apps/v1 ReplicaSet | {replicas:2} | {observedGeneration:1,replicas:2,readyReplicas:1} | Progressing | NotReady | 1/2
                    apps/v1 ReplicaSet | {replicas:2} | {observedGeneration:1,replicas:2,readyReplicas:2} | Healthy | | 2/2
                    apps/v1 StatefulSet | {replicas:3} | {observedGeneration:1,replicas:3,readyReplicas:3,updatedReplicas:3,currentRevision:a,updateRevision:a} | Healthy | | 3/3
                    apps/v1 StatefulSet | {replicas:3} | {observedGeneration:1,replicas:3,readyReplicas:3,updatedReplicas:1,currentRevision:a,updateRevision:b} | Progressing | RollingOut | 3/3
                    apps/v1 StatefulSet | {replicas:3,updateStrategy:{type:OnDelete}} | {observedGeneration:1,replicas:3,readyReplicas:3,updatedReplicas:0,currentRevision:a,updateRevision:b} | Healthy | | 3/3
                    apps/v1 StatefulSet | {replicas:3,updateStrategy:{rollingUpdate:{partition:2}}} | {observedGeneration:1,replicas:3,readyReplicas:3,updatedReplicas:1,currentRevision:a,updateRevision:b} | Healthy | | 3/3
                    apps/v1 StatefulSet | {replicas:1} | {observedGeneration:1,replicas:2,readyReplicas:2} | Progressing | Scaling | 2/1
                    apps/v1 StatefulSet | {replicas:0} | {observedGeneration:1,replicas:1} | Progressing | Stopping | 0/0
                    apps/v1 StatefulSet | {replicas:0} | {observedGeneration:1,replicas:0} | Stopped | Stopped | 0/0
                    apps/v1 DaemonSet | {} | {observedGeneration:1,desiredNumberScheduled:2,updatedNumberScheduled:2,numberReady:2,numberAvailable:2} | Healthy | | 2/2
                    apps/v1 DaemonSet | {} | {observedGeneration:1,desiredNumberScheduled:2,updatedNumberScheduled:1,numberReady:2,numberAvailable:2} | Progressing | RollingOut | 2/2
                    apps/v1 DaemonSet | {} | {observedGeneration:1,desiredNumberScheduled:2,updatedNumberScheduled:2,numberReady:1,numberAvailable:1} | Progressing | NotAvailable | 1/2
                    apps/v1 DaemonSet | {} | {observedGeneration:1} | Progressing | NotObserved | 0/0
                    apps/v1 DaemonSet | {} | {observedGeneration:1,desiredNumberScheduled:0} | Healthy | | 0/0
                    apps/v1 Deployment | {replicas:3,paused:true} | {observedGeneration:1,replicas:3,updatedReplicas:1,readyReplicas:3,availableReplicas:3} | Progressing | Paused | 3/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,readyReplicas:1,conditions:[{type:ReplicaFailure,status:True,reason:FailedCreate,message:ValidatingAdmissionPolicy x denied request}]} | Degraded | AdmissionRefused | 1/3
                    apps/v1 Deployment | {replicas:3} | {observedGeneration:1,conditions:[{type:ReplicaFailure,status:True,reason:FailedCreate,message:no service account}]} | Failed | FailedCreate | 0/3
                    apps/v1 ReplicaSet | {replicas:2} | {observedGeneration:1,conditions:[{type:ReplicaFailure,status:True,reason:FailedCreate,message:exceeded quota}]} | Failed | QuotaExceeded | 0/2
                    apps/v1 DaemonSet | {updateStrategy:{type:OnDelete}} | {observedGeneration:1,desiredNumberScheduled:2,updatedNumberScheduled:0,numberReady:2,numberAvailable:2} | Healthy | | 2/2
                    batch/v1 Job | {} | {conditions:[{type:Complete,status:True}]} | Healthy | | 0/0
                    batch/v1 Job | {} | {active:1} | Progressing | Running | 0/0
                    batch/v1 Job | {} | | Progressing | Starting | 0/0
                    batch/v1 Job | {} | {conditions:[{type:Failed,status:True,reason:BackoffLimitExceeded,message:m}]} | Failed | BackoffLimitExceeded | 0/0
                    batch/v1 Job | {suspend:true} | {} | Stopped | Suspended | 0/0
                    batch/v1 CronJob | {suspend:false} | {} | Healthy | | 0/0
                    batch/v1 CronJob | {suspend:true} | {} | Stopped | Suspended | 0/0
                    batch/v1 CronJob | {suspend:true} | {active:[{name:j}]} | Healthy | | 0/0
                    batch/v1 CronJob | {} | {lastScheduleTime:T2,lastSuccessfulTime:T3} | Healthy | | 0/0
                    batch/v1 CronJob | {} | {lastScheduleTime:T2,lastSuccessfulTime:T1} | Degraded | LastRunFailed | 0/0
                    batch/v1 CronJob | {} | {lastScheduleTime:T2,lastSuccessfulTime:T1,active:[{name:j}]} | Healthy | | 0/0
                    batch/v1 CronJob | {} | {lastScheduleTime:T2} | Degraded | LastRunFailed | 0/0
                    v1 Pod | {} | {phase:Running,conditions:[{type:Ready,status:True}]} | Healthy | | 0/0
                    v1 Pod | {} | {phase:Running,conditions:[{type:Ready,status:False}]} | Progressing | Running | 0/0
                    v1 Pod | {} | {phase:Pending} | Progressing | Pending | 0/0
                    v1 Pod | {} | {phase:Succeeded} | Healthy | | 0/0
                    v1 Pod | {} | {phase:Failed,reason:Evicted,message:low on memory} | Failed | Evicted | 0/0
                    v1 Pod | {} | {phase:Unknown} | Unknown | Unknown | 0/0
                    v1 PersistentVolumeClaim | {} | {phase:Bound} | Healthy | | 0/0
                    v1 PersistentVolumeClaim | {} | {phase:Pending} | Progressing | Pending | 0/0
                    v1 PersistentVolumeClaim | {} | {phase:Lost} | Failed | Lost | 0/0
                    v1 PersistentVolumeClaim | {} | {phase:Bound,conditions:[{type:NodeResizeError,status:True,message:m}]} | Degraded | NodeResizeError | 0/0
                    v1 Service | {type:ClusterIP} | {loadBalancer:{}} | Healthy | | 0/0
                    v1 Service | {type:LoadBalancer} | {loadBalancer:{}} | Progressing | NoAddress | 0/0
                    v1 Service | {type:LoadBalancer} | {loadBalancer:{ingress:[{ip:a}]}} | Healthy | | 0/0
                    networking.k8s.io/v1 Ingress | {} | {loadBalancer:{}} | Healthy | | 0/0
                    gateway.networking.k8s.io/v1 GatewayClass | {} | {conditions:[{type:Accepted,status:True}]} | Healthy | | 0/0
                    gateway.networking.k8s.io/v1 GatewayClass | {} | {conditions:[{type:Accepted,status:Unknown,reason:Pending}]} | Progressing | Pending | 0/0
                    gateway.networking.k8s.io/v1 GatewayClass | {} | {conditions:[{type:Accepted,status:False,reason:InvalidParameters}]} | Failed | InvalidParameters | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True},{type:Programmed,status:True}]} | Healthy | | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True,observedGeneration:0},{type:Programmed,status:True,observedGeneration:0}]} | Progressing | Pending | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | | Progressing | Pending | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:False,reason:NotAccepted}]} | Failed | NotAccepted | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True},{type:Programmed,status:False,reason:AddressNotAssigned}]} | Progressing | AddressNotAssigned | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True},{type:Programmed,status:False,reason:NoResources}]} | Degraded | NoResources | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True},{type:Programmed,status:True}],listeners:[{name:tls,conditions:[{type:ResolvedRefs,status:False,reason:InvalidCertificateRef}]}]} | Degraded | InvalidCertificateRef | 0/0
                    gateway.networking.k8s.io/v1 Gateway | {} | {conditions:[{type:Accepted,status:True},{type:Programmed,status:True}],listeners:[{name:tls,conditions:[{type:Conflicted,status:True,reason:HostnameConflict}]}]} | Degraded | HostnameConflict | 0/0
                    gateway.networking.k8s.io/v1 HTTPRoute | {} | | Progressing | NoParent | 0/0
                    gateway.networking.k8s.io/v1 HTTPRoute | {} | {parents:[{parentRef:{name:a},conditions:[{type:Accepted,status:True},{type:ResolvedRefs,status:True}]}]} | Healthy | | 0/0
                    gateway.networking.k8s.io/v1 HTTPRoute | {} | {parents:[{parentRef:{name:a},conditions:[{type:Accepted,status:True},{type:ResolvedRefs,status:False,reason:BackendNotFound}]}]} | Degraded | BackendNotFound | 0/0
                    gateway.networking.k8s.io/v1 HTTPRoute | {} | {parents:[{parentRef:{name:a},conditions:[{type:Accepted,status:False,reason:NoMatchingParent}]}]} | Failed | NoMatchingParent | 0/0
                    gateway.networking.k8s.io/v1 GRPCRoute | {} | {parents:[{parentRef:{name:a},conditions:[{type:Accepted,status:True}]},{parentRef:{name:b},conditions:[{type:Accepted,status:False,reason:NotAllowedByListeners}]}]} | Degraded | NotAllowedByListeners | 0/0
                    gateway.networking.k8s.io/v1 HTTPRoute | {} | {parents:[{parentRef:{name:a},conditions:[{type:Accepted,status:True,observedGeneration:0}]}]} | Progressing | Pending | 0/0
                    v1 ConfigMap | | | Healthy | | 0/0
                    v1 Namespace | {} | {phase:Active} | Healthy | | 0/0
                    apiextensions.k8s.io/v1 CustomResourceDefinition | {} | {conditions:[{type:NamesAccepted,status:True},{type:Established,status:True}]} | Healthy | | 0/0
                    apiextensions.k8s.io/v1 CustomResourceDefinition | {} | {conditions:[{type:NamesAccepted,status:False,reason:ListKindConflict}]} | Failed | ListKindConflict | 0/0
                    apiextensions.k8s.io/v1 CustomResourceDefinition | {} | | Progressing | NotEstablished | 0/0
                    apiregistration.k8s.io/v1 APIService | {} | {conditions:[{type:Available,status:False,reason:MissingEndpoints}]} | Degraded | MissingEndpoints | 0/0
                    apiregistration.k8s.io/v1 APIService | {} | {conditions:[{type:Available,status:True}]} | Healthy | | 0/0
                    apiregistration.k8s.io/v1 APIService | {} | | Progressing | Pending | 0/0
                    autoscaling/v2 HorizontalPodAutoscaler | {} | {conditions:[{type:ScalingActive,status:False,reason:FailedGetResourceMetric}]} | Degraded | FailedGetResourceMetric | 0/0
                    autoscaling/v2 HorizontalPodAutoscaler | {} | {conditions:[{type:ScalingActive,status:False,reason:ScalingDisabled}]} | Healthy | | 0/0
                    policy/v1 PodDisruptionBudget | {} | {observedGeneration:1,currentHealthy:1,desiredHealthy:2,expectedPods:3} | Progressing | InsufficientPods | 0/0
                    policy/v1 PodDisruptionBudget | {} | {observedGeneration:1,currentHealthy:0,desiredHealthy:2,expectedPods:0} | Healthy | | 0/0
                    policy/v1 PodDisruptionBudget | {} | {observedGeneration:1,conditions:[{type:DisruptionAllowed,status:False,reason:SyncFailed,message:m}]} | Degraded | SyncFailed | 0/0
                    policy/v1 PodDisruptionBudget | {} | {observedGeneration:0} | Progressing | NotObserved | 0/0
                    policy/v1 PodDisruptionBudget | {} | {observedGeneration:1,disruptionsAllowed:0} | Healthy | | 0/0
                    acme.io/v1 Widget | {} | | Healthy | | 0/0
                    acme.io/v1 Widget | {} | {observedGeneration:0} | Progressing | NotObserved | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Ready,status:True}]} | Healthy | | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Ready,status:False,reason:Issuing}]} | Progressing | Issuing | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Ready,status:False,reason:InstallFailed}]} | Degraded | InstallFailed | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Ready,status:Unknown}]} | Progressing | NotReady | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Available,status:False}]} | Progressing | NotAvailable | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Reconciling,status:True,reason:Busy},{type:Ready,status:True}]} | Progressing | Busy | 0/0
                    acme.io/v1 Widget | {} | {conditions:[{type:Stalled,status:True,reason:GaveUp},{type:Ready,status:False}]} | Failed | GaveUp | 0/0
                    """)
    void judges(
            String type, String spec, String status, String health, String reason, String counts) {
        ObjectHealth.Verdict verdict = ObjectHealth.of(object(type, spec, status));
        assertEquals(health, verdict.health().toString(), verdict::toString);
        assertEquals(reason == null ? "" : reason, verdict.reason());
        assertEquals(counts, verdict.ready() + "/" + verdict.desired());
        boolean well = verdict.health() == Health.HEALTHY;
        assertEquals(well, verdict.message().isEmpty(), "troubles have words: " + verdict);
    }

    @ParameterizedTest(name = "{0} leaving: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    apps/v1 Deployment | {} | is being deleted
                    v1 Namespace | {conditions:[{type:NamespaceContentRemaining,status:True,reason:r,message:pods are left}]} | pods are left
                    """)
    void whatLeavesIsProgressing(String type, String status, String words) {
        KubeObject leaving =
                object(type, "{}", status)
                        .with("2026-03-01T12:00:00Z", "metadata", "deletionTimestamp");
        ObjectHealth.Verdict verdict = ObjectHealth.of(leaving);
        assertEquals(Health.PROGRESSING, verdict.health());
        assertEquals("Terminating", verdict.reason());
        assertEquals(words, verdict.message());
    }

    private static KubeObject object(String type, String spec, String status) {
        String[] parts = type.strip().split(" ");
        KubeObject object =
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                parts[0],
                                "kind",
                                parts[1],
                                "metadata",
                                Map.of("name", "x", "generation", 1)));
        if (spec != null) {
            object = object.with(json(spec), "spec");
        }
        return status == null ? object : object.with(json(status), "status");
    }

    private static Object json(String loose) {
        String quoted =
                loose.replaceAll("([{,\\[:])\\s*([A-Za-z][A-Za-z0-9 ]*)", "$1\"$2\"")
                        .replaceAll("\"(true|false)\"", "$1");
        return Codec.lenient().read(quoted, Map.class);
    }
}
