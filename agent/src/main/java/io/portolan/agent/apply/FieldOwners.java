package io.portolan.agent.apply;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.FieldConflict;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Whose field is it, when another manager holds one that we set on an object of ours? A hand edit
 * (an Update) is drift and taken back. A manager that itself applies, or an autoscaler, was put
 * there on purpose: its field is left to it.
 */
public final class FieldOwners {
    private FieldOwners() {}

    /** The conflicts whose fields we leave to their owners; the others are taken by force. */
    public static List<FieldConflict> yielded(List<FieldConflict> conflicts, KubeObject live) {
        List<FieldConflict> left = new ArrayList<>();
        for (FieldConflict conflict : conflicts) {
            if (applies(conflict, live) || scales(conflict, live)) {
                left.add(conflict);
            }
        }
        return left;
    }

    /**
     * The same at the moment that an object is taken over: that was chosen over who applied it
     * until now, and not over who scales it.
     */
    public static List<FieldConflict> scaled(List<FieldConflict> conflicts, KubeObject live) {
        return conflicts.stream().filter(c -> scales(c, live)).toList();
    }

    private static boolean applies(FieldConflict conflict, KubeObject live) {
        List<Map<?, ?>> entries = entries(conflict.manager(), live);
        return !conflict.manager().equals(KubeApi.FIELD_MANAGER)
                && entries.stream().anyMatch(e -> "Apply".equals(e.get("operation")));
    }

    private static boolean scales(FieldConflict conflict, KubeObject live) {
        String manager = conflict.manager().toLowerCase(Locale.ROOT);
        if (manager.contains("autoscaler") || manager.startsWith("keda")) {
            return true;
        }
        return conflict.field().equals(".spec.replicas")
                && entries(conflict.manager(), live).stream()
                        .anyMatch(
                                e ->
                                        "scale".equals(e.get("subresource"))
                                                && "kube-controller-manager"
                                                        .equals(e.get("manager")));
    }

    private static List<Map<?, ?>> entries(String manager, KubeObject live) {
        List<Map<?, ?>> found = new ArrayList<>();
        if (live.at("metadata", "managedFields") instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> entry && manager.equals(entry.get("manager"))) {
                    found.add(entry);
                }
            }
        }
        return found;
    }
}
