package io.portolan.model.app;

import io.portolan.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pod requests of its node, as Kubernetes' scheduler counts: the larger of what runs
 * together and what each init container needs beside the sidecars started before it, plus overhead.
 * Where a container states a limit and no request, the limit is the request. What is no quantity
 * counts nothing, and nothing is less than zero.
 *
 * @param millis CPU in thousandths of a core
 * @param bytes of memory
 */
public record PodRequest(long millis, long bytes) {
    public static final PodRequest NONE = new PodRequest(0, 0);

    /**
     * @param spec of a pod, or of a template
     */
    public static PodRequest of(Map<String, Object> spec) {
        PodRequest together = NONE;
        PodRequest sidecars = NONE;
        PodRequest starting = NONE;
        for (Map<?, ?> container : maps(spec.get("initContainers"))) {
            PodRequest one = asked(container);
            if ("Always".equals(container.get("restartPolicy"))) {
                sidecars = sidecars.plus(one);
                starting = starting.max(sidecars);
            } else {
                starting = starting.max(sidecars.plus(one));
            }
        }
        for (Map<?, ?> container : maps(spec.get("containers"))) {
            together = together.plus(asked(container));
        }
        PodRequest containers = together.plus(sidecars).max(starting);
        Map<?, ?> whole = map(map(spec.get("resources")).get("requests"));
        Map<?, ?> overhead = map(spec.get("overhead"));
        return new PodRequest(
                        whole.containsKey("cpu") ? millis(whole) : containers.millis,
                        whole.containsKey("memory") ? bytes(whole) : containers.bytes)
                .plus(new PodRequest(millis(overhead), bytes(overhead)));
    }

    /** As much as a long holds at most. */
    public PodRequest plus(PodRequest other) {
        return new PodRequest(sum(millis, other.millis), sum(bytes, other.bytes));
    }

    private PodRequest max(PodRequest other) {
        return new PodRequest(Math.max(millis, other.millis), Math.max(bytes, other.bytes));
    }

    private static long sum(long a, long b) {
        return a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b;
    }

    private static PodRequest asked(Map<?, ?> container) {
        Map<?, ?> requests = map(map(container.get("resources")).get("requests"));
        Map<?, ?> limits = map(map(container.get("resources")).get("limits"));
        return new PodRequest(
                millis(requests.containsKey("cpu") ? requests : limits),
                bytes(requests.containsKey("memory") ? requests : limits));
    }

    private static long millis(Map<?, ?> resources) {
        return Math.max(0, quantity(resources.get("cpu")).millis());
    }

    private static long bytes(Map<?, ?> resources) {
        return Math.max(0, quantity(resources.get("memory")).bytes());
    }

    private static Quantity quantity(@Nullable Object value) {
        String text = String.valueOf(value);
        return new Quantity(value != null && Quantity.valid(text) ? text : "0");
    }

    private static List<Map<?, ?>> maps(@Nullable Object list) {
        return list instanceof List<?> l
                ? l.stream().<Map<?, ?>>map(PodRequest::map).toList()
                : List.of();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> m ? m : Map.of();
    }
}
