package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code status.conditions} as controllers write them. */
final class Conditions {
    private Conditions() {}

    static boolean isTrue(KubeObject object, String type) {
        return find(object, type).map(c -> "True".equals(c.get("status"))).orElse(false);
    }

    static Optional<Map<String, Object>> find(KubeObject object, String type) {
        return Trees.maps(object.at("status", "conditions")).stream()
                .filter(c -> type.equals(c.get("type")))
                .findFirst();
    }

    /** Sets one condition in a status; its transition time moves when its truth changes. */
    static void set(
            Map<String, Object> status,
            String type,
            boolean truth,
            String reason,
            String message,
            String now) {
        List<Map<String, Object>> conditions = Trees.maps(status.get("conditions"));
        Map<String, Object> next = new LinkedHashMap<>();
        next.put("type", type);
        next.put("status", truth ? "True" : "False");
        if (!reason.isEmpty()) {
            next.put("reason", reason);
        }
        if (!message.isEmpty()) {
            next.put("message", message);
        }
        Optional<Map<String, Object>> former =
                conditions.stream().filter(c -> type.equals(c.get("type"))).findFirst();
        boolean kept = former.map(c -> next.get("status").equals(c.get("status"))).orElse(false);
        next.put(
                "lastTransitionTime",
                kept ? former.orElseThrow().getOrDefault("lastTransitionTime", now) : now);
        List<Object> all = new ArrayList<>(conditions);
        former.ifPresentOrElse(c -> all.set(conditions.indexOf(c), next), () -> all.add(next));
        status.put("conditions", all);
    }

    static void drop(Map<String, Object> status, String type) {
        List<Object> rest = new ArrayList<>(Trees.maps(status.get("conditions")));
        rest.removeIf(c -> c instanceof Map<?, ?> m && type.equals(m.get("type")));
        status.put("conditions", rest);
    }
}
