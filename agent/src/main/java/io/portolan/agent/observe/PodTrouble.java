package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.condition;
import static io.portolan.agent.observe.StatusFields.leaving;
import static io.portolan.agent.observe.StatusFields.number;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.agent.observe.StatusFields.State;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.WorkStatus.Trouble;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Why a pod does not serve, in the words of scheduler, kubelet and the container's own last ones.
 */
public final class PodTrouble {
    private static final Set<String> PULLING =
            Set.of(
                    "ErrImagePull",
                    "ImagePullBackOff",
                    "InvalidImageName",
                    "ErrImageNeverPull",
                    "ImageInspectError",
                    "RegistryUnavailable",
                    "SignatureValidationFailed");
    private static final Set<String> CREATING =
            Set.of(
                    "CreateContainerConfigError",
                    "CreateContainerError",
                    "RunContainerError",
                    "PreCreateHookError",
                    "PreStartHookError",
                    "PostStartHookError");

    /** Ends of a container whose process never ran. */
    private static final Set<String> NOT_STARTED = Set.of("StartError", "ContainerCannotRun");

    private PodTrouble() {}

    /** What is found in one place; the pod's trouble is the worst of them. */
    private record Finding(Health health, String reason, String message) {}

    /** The worst trouble of the pod; none for a pod that is well, young or leaving. */
    public static Optional<Trouble> of(KubeObject pod) {
        if (leaving(pod) || text(pod, "status", "phase").equals("Succeeded")) {
            return Optional.empty();
        }
        List<Finding> found = new ArrayList<>();
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (KubeObject status : objects(pod.at("status", list))) {
                container(pod, status).ifPresent(found::add);
            }
        }
        scheduling(pod).ifPresent(found::add);
        if (text(pod, "status", "phase").equals("Failed")) {
            found.add(failed(pod, found));
        }
        return found.stream()
                .max(Comparator.comparing(Finding::health))
                .map(f -> new Trouble(pod.ref(), f.health, f.reason, f.message));
    }

    private static Finding failed(KubeObject pod, List<Finding> containers) {
        String reason = text(pod, "status", "reason");
        String words = text(pod, "status", "message");
        if (reason.isEmpty() && words.isEmpty() && !containers.isEmpty()) {
            Finding first = containers.getFirst();
            return new Finding(Health.FAILED, first.reason, first.message);
        }
        return new Finding(
                Health.FAILED,
                reason.isEmpty() ? "Failed" : reason,
                words.isEmpty() ? "the pod failed" : words);
    }

    private static Optional<Finding> scheduling(KubeObject pod) {
        Optional<State> lost = condition(pod, "DisruptionTarget").filter(State::isTrue);
        if (lost.isPresent()) {
            return Optional.of(
                    new Finding(Health.DEGRADED, lost.get().reason(), lost.get().words()));
        }
        return condition(pod, "PodScheduled")
                .filter(State::isFalse)
                .map(
                        s ->
                                new Finding(
                                        Health.DEGRADED,
                                        s.reason().isEmpty() ? "Unschedulable" : s.reason(),
                                        "no node takes the pod: " + scheduler(s.words())));
    }

    /** What it says of preemption repeats its numbers in other words. */
    private static String scheduler(String words) {
        int preemption = words.indexOf(" preemption:");
        return preemption < 0 ? words : words.substring(0, preemption);
    }

    private static Optional<Finding> container(KubeObject pod, KubeObject status) {
        String name = status.at("name") instanceof String s ? s : "";
        KubeObject waiting = new KubeObject(status.map("state", "waiting"));
        String why = text(waiting, "reason");
        if (PULLING.contains(why)) {
            // The two take turns with each attempt; it is one trouble.
            return failure(
                    why.equals("ErrImagePull") ? "ImagePullBackOff" : why,
                    "image \""
                            + text(status, "image")
                            + "\" of container "
                            + name
                            + " cannot be pulled"
                            + LastWords.whole(text(waiting, "message")));
        }
        if (CREATING.contains(why)) {
            return failure(
                    why,
                    "container "
                            + name
                            + " cannot start"
                            + LastWords.whole(text(waiting, "message")));
        }
        KubeObject last = new KubeObject(status.map("lastState", "terminated"));
        if (why.equals("CrashLoopBackOff")) {
            return failure(reason(last, why), crash(pod, name, status, last));
        }
        KubeObject ended = new KubeObject(status.map("state", "terminated"));
        if (!ended.json().isEmpty()) {
            return exit(ended) == 0
                    ? Optional.empty()
                    : degraded(reason(ended, "Crashed"), crash(pod, name, status, ended));
        }
        return running(pod, name, status, last);
    }

    private static Optional<Finding> running(
            KubeObject pod, String name, KubeObject status, KubeObject last) {
        if (Boolean.TRUE.equals(status.at("ready")) || status.at("state", "running") == null) {
            return Optional.empty();
        }
        if (!last.json().isEmpty() && exit(last) != 0) {
            return degraded(reason(last, "Restarted"), crash(pod, name, status, last));
        }
        return Probes.failing(spec(pod, name), Boolean.TRUE.equals(status.at("started")))
                .map(
                        words ->
                                new Finding(
                                        Health.PROGRESSING,
                                        "ProbeFailing",
                                        "container " + name + " runs, but " + words));
    }

    private static String crash(KubeObject pod, String name, KubeObject status, KubeObject end) {
        int restarts = number(status, 0, "restartCount");
        String times = restarts > 0 ? " (" + restarts + " restarts)" : "";
        if (text(end, "reason").equals("OOMKilled")) {
            String limit =
                    spec(pod, name)
                            .map(c -> text(c, "resources", "limits", "memory"))
                            .filter(l -> !l.isEmpty())
                            .map(l -> " of " + l)
                            .orElse("");
            return "container " + name + " used more memory than its limit" + limit + times;
        }
        if (NOT_STARTED.contains(text(end, "reason"))) {
            return "container "
                    + name
                    + " cannot start"
                    + times
                    + LastWords.whole(text(end, "message"));
        }
        return "container "
                + name
                + " ended with exit code "
                + LastWords.exitCode(exit(end))
                + times
                + LastWords.of(text(end, "message"));
    }

    private static String reason(KubeObject end, String otherwise) {
        return text(end, "reason").equals("OOMKilled") ? "OOMKilled" : otherwise;
    }

    private static int exit(KubeObject end) {
        return number(end, 0, "exitCode");
    }

    private static Optional<KubeObject> spec(KubeObject pod, String container) {
        return Stream.of("containers", "initContainers")
                .flatMap(list -> objects(pod.at("spec", list)).stream())
                .filter(c -> container.equals(c.at("name")))
                .findFirst();
    }

    private static Optional<Finding> failure(String reason, String message) {
        return Optional.of(new Finding(Health.FAILED, reason, message));
    }

    private static Optional<Finding> degraded(String reason, String message) {
        return Optional.of(new Finding(Health.DEGRADED, reason, message));
    }
}
