package io.portolan.agent.observe;

import static io.portolan.agent.observe.StatusFields.objects;
import static io.portolan.agent.observe.StatusFields.text;

import io.portolan.model.app.KubeObject;
import java.util.Optional;

/** What a container wrote for others to read before it ended. */
public final class PodWords {
    /** Kubernetes keeps four times as much. Characters. */
    private static final int LONGEST = 1_024;

    private PodWords() {}

    /** The termination message of a pod's container; empty where none has ended with one. */
    public static Optional<String> last(KubeObject pod) {
        return objects(pod.at("status", "containerStatuses")).stream()
                .map(c -> text(c, "state", "terminated", "message").strip())
                .filter(words -> !words.isEmpty())
                .map(words -> words.substring(0, Math.min(words.length(), LONGEST)))
                .findFirst();
    }
}
