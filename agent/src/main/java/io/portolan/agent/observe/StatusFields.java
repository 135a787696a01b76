package io.portolan.agent.observe;

import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what nearly every status holds. */
final class StatusFields {
    private StatusFields() {}

    /**
     * @param truth {@code True}, {@code False} or {@code Unknown}
     */
    record State(String truth, String reason, String message) {
        boolean isTrue() {
            return truth.equals("True");
        }

        boolean isFalse() {
            return truth.equals("False");
        }

        /** The message, or the reason where there is none. */
        String words() {
            return message.isEmpty() ? reason : message;
        }
    }

    static Optional<State> condition(KubeObject object, String type) {
        for (KubeObject c : objects(object.at("status", "conditions"))) {
            if (type.equals(c.at("type"))) {
                return Optional.of(
                        new State(text(c, "status"), text(c, "reason"), text(c, "message")));
            }
        }
        return Optional.empty();
    }

    static int number(KubeObject object, int otherwise, String... path) {
        return object.at(path) instanceof Number n ? n.intValue() : otherwise;
    }

    static String text(KubeObject object, String... path) {
        return object.at(path) instanceof String s ? s : "";
    }

    /** The maps of a list; none where there is no list. */
    @SuppressWarnings("unchecked")
    static List<KubeObject> objects(@Nullable Object list) {
        List<KubeObject> found = new ArrayList<>();
        if (list instanceof List<?> elements) {
            for (Object element : elements) {
                if (element instanceof Map<?, ?> map) {
                    found.add(new KubeObject((Map<String, Object>) map));
                }
            }
        }
        return found;
    }

    static boolean leaving(KubeObject object) {
        return object.at("metadata", "deletionTimestamp") != null;
    }
}
