package io.portolan.agent.core;

import io.portolan.model.app.KubeObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells by a pod itself whether the guard runs everything in it, as central renders it. */
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
