package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.leaving;
import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a pod is known to run no more: the heart of fence F2. Absence from the API proves nothing
 * where a pod was deleted by force or where its node cannot say; only the kubelet's own word on its
 * containers does.
 */
public final class PodStop {
    private PodStop() {}

    /**
     * Whether a pod that is still listed has ended for good. A terminal phase alone is not the
     * kubelet's word: the pod garbage collector writes it too, for pods of nodes that were lost,
     * and says so (reason NodeLost, condition DisruptionTarget). Such a pod, and one that ended
     * between two runs and was deleted then, needs the word of a kubelet that is there.
     *
     * @param nodeReady whether the pod's node is ready
     */
    public static boolean terminal(KubeObject pod, boolean nodeReady) {
        List<KubeObject> containers = containers(pod);
        if (containers.stream().anyMatch(PodStop::running)) {
            return false;
        }
        boolean allTold =
                !containers.isEmpty()
                        && containers.stream().allMatch(c -> c.at("state", "terminated") != null);
        String phase = text(pod, "status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return calledByOthers(pod) ? nodeReady && allTold : nodeReady || allTold;
        }
        return nodeReady && leaving(pod) && allTold;
    }

    private static boolean calledByOthers(KubeObject pod) {
        return text(pod, "status", "reason").equals("NodeLost")
                || StatusFields.condition(pod, "DisruptionTarget")
                        .filter(StatusFields.State::isTrue)
                        .isPresent();
    }

    /**
     * Whether a pod that went away had stopped before: it had no node, its kubelet had said that
     * every container ended, or none had started when it left in order. If not, it vanished and its
     * containers may still run.
     *
     * @param last the last state that the API knew
     * @param nodeReady whether the pod's node was ready when the pod went away; of no matter for a
     *     pod that had none
     */
    public static boolean ended(KubeObject last, boolean nodeReady) {
        if (text(last, "spec", "nodeName").isEmpty()) {
            return true;
        }
        return nodeReady
                && (terminal(last, true)
                        || (leaving(last) && containers(last).stream().allMatch(PodStop::never)));
    }

    private static List<KubeObject> containers(KubeObject pod) {
        List<KubeObject> all = new ArrayList<>();
        for (String list :
                List.of(
                        "initContainerStatuses",
                        "containerStatuses",
                        "ephemeralContainerStatuses")) {
            all.addAll(objects(pod.at("status", list)));
        }
        return all;
    }

    private static boolean running(KubeObject container) {
        return container.at("state", "running") != null;
    }

    /** Ended, or not started even once: a waiting container that ran before may be starting. */
    private static boolean never(KubeObject container) {
        boolean waiting = !running(container) && container.at("state", "terminated") == null;
        return container.at("state", "terminated") != null
                || (waiting
                        && container.map("lastState", "terminated").isEmpty()
                        && StatusFields.number(container, 0, "restartCount") == 0);
    }
}
