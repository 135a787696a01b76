package io.portolan.agent.core;

import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.SelfFence;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the guard runs everything: in a pod, as central renders it, and of an application. */
final class Guards {
    private static final String PROGRAM = "/portolan/guard";
    private static final String INSTALLER = "portolan-guard";

    private Guards() {}

    /**
     * Every container, but the one that installs the guard, is run by it; and the guard is process
     * 1 of its container, so that nothing outlives it.
     */
    static boolean all(KubeObject pod) {
        List<?> containers = list(pod.at("spec", "containers"));
        return !containers.isEmpty()
                && containers.stream().allMatch(Guards::guarded)
                && list(pod.at("spec", "initContainers")).stream()
                        .allMatch(c -> guarded(c) || installer(c))
                && !Boolean.TRUE.equals(pod.at("spec", "hostPID"))
                && !Boolean.TRUE.equals(pod.at("spec", "shareProcessNamespace"));
    }

    /**
     * The sequence from which on nothing of the application runs or can come to run without the
     * guard, as far as is known now; 0 where it is not. Once that is so, only a pod that is seen
     * without the guard, another hand's change that is left, or a work that is not rendered with
     * it, takes it back: all that is written from then on is guarded.
     *
     * @param known whether whatever runs of it or may come to run has been seen
     */
    static long since(Application application, boolean known) {
        Optional<SelfFence> fence = application.work.selfFence();
        if (fence.isEmpty() || !application.ledger.allGuarded() || !asWritten(application)) {
            return 0;
        }
        if (application.guardedAt >= fence.get().since()) {
            return application.guardedAt;
        }
        boolean sure =
                known && application.swept && application.settled() && rolledOut(application);
        return sure ? application.work.sequence() : 0;
    }

    /** Whether no other hand's change was left: in a pause, or after a war over a field. */
    private static boolean asWritten(Application application) {
        return workloads(application)
                .allMatch(
                        t ->
                                t.drift == null
                                        && t.contested.stream().noneMatch(Guards::ofPods)
                                        && t.yielded.keySet().stream().noneMatch(Guards::ofPods));
    }

    private static boolean ofPods(String field) {
        return field.startsWith(".spec.template");
    }

    /** While a rollout is under way, its former revision may still make pods. */
    private static boolean rolledOut(Application application) {
        return workloads(application)
                .allMatch(
                        t ->
                                t.observed
                                        && t.verdict != null
                                        && (t.verdict.health() == Health.HEALTHY
                                                || t.verdict.health() == Health.STOPPED));
    }

    private static Stream<ObjectTrack> workloads(Application application) {
        return application.tracks.values().stream()
                .filter(t -> Pods.COUNT_REPLICAS.contains(t.ref.kind()) && !t.isAnothers());
    }

    private static boolean guarded(@Nullable Object container) {
        List<?> command = command(container);
        return command.size() > 1
                && PROGRAM.equals(command.getFirst())
                && "run".equals(command.get(1));
    }

    private static boolean installer(@Nullable Object container) {
        return container instanceof Map<?, ?> map
                && INSTALLER.equals(map.get("name"))
                && command(container).size() == 3
                && "install".equals(command(container).get(1));
    }

    private static List<?> command(@Nullable Object container) {
        return container instanceof Map<?, ?> map ? list(map.get("command")) : List.of();
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
