package io.portolan.agent.fence;

import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.Running;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Content is the same for every role; the agent turns it into one that runs less, or nothing. */
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

    /** Which order stopped an object. */
    private record Mark(long epoch, long sequence) {
        /** What cannot be read. */
        private static final Mark UNREADABLE = new Mark(Long.MAX_VALUE, Long.MAX_VALUE);

        /** Empty where nothing stopped it. */
        static Optional<Mark> on(KubeObject live) {
            return live.at("metadata", "annotations", FENCED) instanceof String stopped
                    ? Optional.of(read(stopped.split("-")))
                    : Optional.empty();
        }

        private static Mark read(String[] order) {
            try {
                return new Mark(
                        Long.parseLong(order[0]),
                        order.length < 2 ? Long.MAX_VALUE : Long.parseLong(order[1]));
            } catch (NumberFormatException _) {
                return UNREADABLE;
            }
        }
    }

    /**
     * Whether what is there was stopped by a newer order than this one. What cannot be read counts
     * as newer.
     */
    public static boolean stoppedAfter(KubeObject live, long epoch, long sequence) {
        return Mark.on(live)
                .filter(m -> m.epoch != epoch ? m.epoch > epoch : m.sequence > sequence)
                .isPresent();
    }

    /** The epoch of the order that stopped what is there; 0 where none did, or none can be read. */
    public static long stoppedIn(KubeObject live) {
        return Mark.on(live).filter(m -> !m.equals(Mark.UNREADABLE)).map(Mark::epoch).orElse(0L);
    }

    /**
     * The objects of the content as they are wanted where so much of it runs.
     *
     * @param demotion names the order that asks for it: epoch and sequence
     */
    public static List<KubeObject> in(Running running, String demotion, List<KubeObject> objects) {
        return switch (running) {
            case NOTHING -> stopped(demotion, objects);
            case ONE_EACH -> objects.stream().flatMap(o -> one(o).stream()).toList();
            case ALL_THAT_SERVES -> objects.stream().map(Fence::serving).toList();
            case ALL -> objects;
        };
    }

    /** A daemon set cannot be of one pod, and an autoscaler would make more. */
    private static Optional<KubeObject> one(KubeObject object) {
        return switch (kind(object.ref())) {
            case "Deployment.apps",
                    "StatefulSet.apps",
                    "ReplicaSet.apps",
                    "ReplicationController." ->
                    Optional.of(object.with(Math.min(1, replicas(object)), "spec", "replicas"));
            case "DaemonSet.apps" -> Optional.of(nowhere(object));
            case "HorizontalPodAutoscaler.autoscaling" -> Optional.empty();
            case String _ -> Optional.of(serving(object));
        };
    }

    /** What is not said is one, as Kubernetes has it. */
    private static int replicas(KubeObject object) {
        return object.at("spec", "replicas") instanceof Number n ? n.intValue() : 1;
    }

    /** Without what acts by itself. */
    private static KubeObject serving(KubeObject object) {
        return switch (kind(object.ref())) {
            case "CronJob.batch", "Job.batch" -> object.with(true, "spec", "suspend");
            case String _ -> object;
        };
    }

    private static KubeObject nowhere(KubeObject object) {
        return object.with(Map.of(NOWHERE, "true"), "spec", "template", "spec", "nodeSelector");
    }

    private static List<KubeObject> stopped(String demotion, List<KubeObject> objects) {
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
                case "DaemonSet.apps" -> stopped.add(nowhere(object));
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
