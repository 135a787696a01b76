package io.portolan.agent.fence;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Content is the same for every role; the agent turns it into one that runs nothing. */
public final class Fence {
    /** No node carries this label, so a DaemonSet that asks for it runs nowhere. */
    public static final String NOWHERE = "portolan.io/stopped";

    /**
     * Which demotion stopped the object. It differs with each one, so that each writes the object
     * anew: a write that was made for an earlier version and comes late is refused by the server.
     */
    public static final String FENCED = "portolan.io/fenced";

    private Fence() {}

    /** How {@link #FENCED} names an order; {@link #stoppedAfter} reads it. */
    public static String order(long epoch, long sequence) {
        return epoch + "-" + sequence;
    }

    /**
     * Whether what is there was stopped by a newer order than this one. What cannot be read counts
     * as newer.
     */
    public static boolean stoppedAfter(KubeObject live, long epoch, long sequence) {
        if (!(live.at("metadata", "annotations", FENCED) instanceof String stopped)) {
            return false;
        }
        String[] order = stopped.split("-");
        try {
            long stoppedIn = Long.parseLong(order[0]);
            return stoppedIn != epoch
                    ? stoppedIn > epoch
                    : order.length < 2 || Long.parseLong(order[1]) > sequence;
        } catch (NumberFormatException _) {
            return true;
        }
    }

    /** Whether the role asks for nothing to run. */
    public static boolean stops(Role role) {
        return role != Role.ACTIVE;
    }

    /**
     * The objects of the content as the role wants them.
     *
     * @param demotion names the order that asks for it: epoch and sequence
     */
    public static List<KubeObject> in(Role role, String demotion, List<KubeObject> objects) {
        if (!stops(role)) {
            return objects;
        }
        List<KubeObject> stopped = new ArrayList<>();
        for (KubeObject plain : objects) {
            KubeObject object =
                    stoppable(plain.ref())
                            ? plain.with(demotion, "metadata", "annotations", FENCED)
                            : plain;
            switch (kind(object.ref())) {
                case "Deployment.apps",
                        "StatefulSet.apps",
                        "ReplicaSet.apps",
                        "ReplicationController." ->
                        stopped.add(object.with(0, "spec", "replicas"));
                case "CronJob.batch", "Job.batch" ->
                        stopped.add(object.with(true, "spec", "suspend"));
                case "DaemonSet.apps" ->
                        stopped.add(
                                object.with(
                                        Map.of(NOWHERE, "true"),
                                        "spec",
                                        "template",
                                        "spec",
                                        "nodeSelector"));
                case "HorizontalPodAutoscaler.autoscaling", "Pod." -> {}
                case String _ -> stopped.add(object);
            }
        }
        return stopped;
    }

    /** Whether stopping is done on this kind: such objects are written by force while stopped. */
    public static boolean stoppable(ObjectRef ref) {
        return switch (kind(ref)) {
            case "Deployment.apps",
                    "StatefulSet.apps",
                    "ReplicaSet.apps",
                    "ReplicationController.",
                    "CronJob.batch",
                    "Job.batch",
                    "DaemonSet.apps" ->
                    true;
            case String _ -> false;
        };
    }

    private static String kind(ObjectRef ref) {
        return ref.kind() + "." + ref.group();
    }
}
