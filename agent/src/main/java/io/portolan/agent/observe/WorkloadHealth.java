package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.number;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.ObjectHealth.Verdict;
import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import java.util.Optional;

/** Judges what keeps pods running, by the counts and conditions of its status. */
final class WorkloadHealth {
    private static final String DEADLINE = "ProgressDeadlineExceeded";

    private WorkloadHealth() {}

    static Verdict of(KubeObject workload) {
        return counted(workload, judged(workload));
    }

    /** The verdict with the workload's replicas. */
    static Verdict counted(KubeObject workload, Verdict verdict) {
        return verdict.counting(ready(workload), desired(workload));
    }

    private static Verdict judged(KubeObject workload) {
        int desired = desired(workload);
        int ready = ready(workload);
        if (desired == 0 && !workload.kind().equals("DaemonSet")) {
            int left = number(workload, 0, "status", "replicas");
            return left > 0 || ready > 0
                    ? Verdict.progressing(
                            "Stopping", pods(Math.max(left, ready)) + " still to stop")
                    : Verdict.of(Health.STOPPED, "Stopped", "runs nothing, as asked");
        }
        Optional<State> refused = condition(workload, "ReplicaFailure").filter(State::isTrue);
        if (refused.isPresent()) {
            return refused(ready, refused.get());
        }
        Optional<State> late =
                condition(workload, "Progressing")
                        .filter(s -> s.isFalse() || s.reason().equals(DEADLINE));
        if (late.isPresent()) {
            return late(workload, ready, desired, late.get());
        }
        if (workload.at("status") == null) {
            return Verdict.progressing("NotObserved", "its controller has not seen it yet");
        }
        return switch (workload.kind()) {
            case "Deployment" -> deployment(workload, desired);
            case "StatefulSet" -> statefulSet(workload, desired);
            case "DaemonSet" -> daemonSet(workload, desired);
            default -> enough("Ready", ready, desired);
        };
    }

    private static Verdict deployment(KubeObject deployment, int desired) {
        int updated = number(deployment, 0, "status", "updatedReplicas");
        int all = number(deployment, 0, "status", "replicas");
        if (updated < desired && Boolean.TRUE.equals(deployment.at("spec", "paused"))) {
            return Verdict.progressing(
                    "Paused", "the rollout is paused: " + rolling(updated, desired).message());
        }
        if (updated < desired) {
            return rolling(updated, desired);
        }
        if (all > updated) {
            return Verdict.progressing(
                    "RollingOut", pods(all - updated) + " of the former version still to stop");
        }
        return enough("Available", number(deployment, 0, "status", "availableReplicas"), desired);
    }

    private static Verdict statefulSet(KubeObject set, int desired) {
        int ready = ready(set);
        boolean onDelete = text(set, "spec", "updateStrategy", "type").equals("OnDelete");
        int partition = number(set, 0, "spec", "updateStrategy", "rollingUpdate", "partition");
        int due = onDelete ? 0 : Math.max(0, desired - partition);
        int updated = number(set, 0, "status", "updatedReplicas");
        boolean revised =
                !text(set, "status", "updateRevision")
                        .equals(text(set, "status", "currentRevision"));
        if (number(set, 0, "status", "replicas") > desired) {
            return Verdict.progressing(
                    "Scaling",
                    pods(number(set, 0, "status", "replicas") - desired) + " still to stop");
        }
        if (revised && updated < due) {
            return rolling(updated, due);
        }
        return enough("Ready", ready, desired);
    }

    private static Verdict daemonSet(KubeObject set, int desired) {
        if (set.at("status", "desiredNumberScheduled") == null) {
            return Verdict.progressing("NotObserved", "its controller has not seen it yet");
        }
        int updated = number(set, 0, "status", "updatedNumberScheduled");
        boolean onDelete = text(set, "spec", "updateStrategy", "type").equals("OnDelete");
        if (updated < desired && !onDelete) {
            return rolling(updated, desired);
        }
        return enough("Available", number(set, 0, "status", "numberAvailable"), desired);
    }

    private static Verdict enough(String what, int there, int desired) {
        return there >= desired
                ? Verdict.healthy()
                : Verdict.progressing(
                        "Not" + what, there + " of " + desired + " pods are " + lower(what));
    }

    private static Verdict rolling(int updated, int desired) {
        return Verdict.progressing(
                "RollingOut", updated + " of " + desired + " pods are of the new version");
    }

    /** The API server takes no pod of it: a quota or admission, by what it said. */
    private static Verdict refused(int ready, State state) {
        String words = state.words();
        String reason = state.reason();
        if (words.contains("exceeded quota")) {
            reason = "QuotaExceeded";
        } else if (words.contains("ValidatingAdmissionPolicy")
                || words.contains("admission webhook")
                || words.contains("violates PodSecurity")) {
            reason = "AdmissionRefused";
        }
        return Verdict.of(
                ready > 0 ? Health.DEGRADED : Health.FAILED,
                reason,
                "no pod can be made: " + words);
    }

    private static Verdict late(KubeObject workload, int ready, int desired, State state) {
        String words =
                state.reason().equals(DEADLINE)
                        ? ready
                                + " of "
                                + desired
                                + " pods are ready after the progress deadline of "
                                + number(workload, 600, "spec", "progressDeadlineSeconds")
                                + " s"
                        : state.words();
        return Verdict.of(ready > 0 ? Health.DEGRADED : Health.FAILED, state.reason(), words);
    }

    private static int desired(KubeObject workload) {
        return workload.kind().equals("DaemonSet")
                ? number(workload, 0, "status", "desiredNumberScheduled")
                : number(workload, 1, "spec", "replicas");
    }

    private static int ready(KubeObject workload) {
        return workload.kind().equals("DaemonSet")
                ? number(workload, 0, "status", "numberReady")
                : number(workload, 0, "status", "readyReplicas");
    }

    private static String pods(int count) {
        return count + (count == 1 ? " pod" : " pods");
    }

    private static String lower(String word) {
        return word.toLowerCase(java.util.Locale.ROOT);
    }
}
