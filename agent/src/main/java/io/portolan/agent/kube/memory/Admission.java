package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi.Applied.Refused;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Says no to writes in Kubernetes' words: missing namespaces, broken or immutable fields, rules.
 */
final class Admission {
    private static final Set<String> SELECTING =
            Set.of("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet");

    private final ObjectTable table;
    private final List<Rule> rules = new ArrayList<>();

    Admission(ObjectTable table) {
        this.table = table;
    }

    private record Rule(Predicate<KubeObject> objects, String message) {}

    void refuse(Predicate<KubeObject> objects, String message) {
        rules.add(new Rule(objects, message));
    }

    void allowAll() {
        rules.clear();
    }

    /** Why the object cannot be written so. */
    Optional<Refused> refusal(@Nullable KubeObject before, KubeObject after) {
        Optional<Refused> place = before == null ? placement(after) : Optional.empty();
        if (place.isPresent()) {
            return place;
        }
        String invalid = invalid(before, after);
        if (!invalid.isEmpty()) {
            return Optional.of(
                    new Refused(422, "Invalid", named(after) + " is invalid: " + invalid));
        }
        return rules.stream()
                .filter(r -> r.objects.test(after))
                .findFirst()
                .map(r -> new Refused(403, "Forbidden", r.message));
    }

    private Optional<Refused> placement(KubeObject object) {
        if (object.namespace().isEmpty()) {
            return Optional.empty();
        }
        Optional<KubeObject> namespace = table.live("", "Namespace", "", object.namespace());
        if (namespace.isEmpty()) {
            return Optional.of(
                    new Refused(
                            404,
                            "NotFound",
                            "namespaces \"" + object.namespace() + "\" not found"));
        }
        return namespace.get().at("metadata", "deletionTimestamp") == null
                ? Optional.empty()
                : Optional.of(
                        new Refused(
                                403,
                                "Forbidden",
                                plural(object)
                                        + " \""
                                        + object.name()
                                        + "\" is forbidden: unable to create new content in"
                                        + " namespace "
                                        + object.namespace()
                                        + " because it is being terminated"));
    }

    private static String invalid(@Nullable KubeObject before, KubeObject after) {
        if (after.group().equals("apps") && SELECTING.contains(after.kind())) {
            Map<String, Object> selector = after.map("spec", "selector", "matchLabels");
            if (selector.isEmpty()) {
                return "spec.selector: Required value";
            }
            if (!after.map("spec", "template", "metadata", "labels")
                    .entrySet()
                    .containsAll(selector.entrySet())) {
                return "spec.template.metadata.labels: Invalid value: `selector` does not match"
                        + " template `labels`";
            }
            if (before != null
                    && !Objects.equals(
                            before.at("spec", "selector"), after.at("spec", "selector"))) {
                return "spec.selector: Invalid value: field is immutable";
            }
        }
        if (after.kind().equals("Job")
                && before != null
                && !Objects.equals(before.at("spec", "template"), after.at("spec", "template"))) {
            return "spec.template: Invalid value: field is immutable";
        }
        return "";
    }

    private static String named(KubeObject object) {
        String group = object.group();
        return object.kind() + (group.isEmpty() ? "" : "." + group) + " \"" + object.name() + "\"";
    }

    private static String plural(KubeObject object) {
        String group = object.group();
        return object.kind().toLowerCase(Locale.ROOT) + "s" + (group.isEmpty() ? "" : "." + group);
    }
}
