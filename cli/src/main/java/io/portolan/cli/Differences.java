package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What differs between two states of a document, field by field, in what its user may write: spec,
 * labels and annotations. Things in a list are matched by their name where each has one.
 */
final class Differences {
    private final List<String> lines = new ArrayList<>();

    private Differences() {}

    /** Lines as {@code ~ spec.clusters: 2 -> 3}; empty when nothing differs. */
    static List<String> between(JsonNode old, JsonNode fresh) {
        Differences out = new Differences();
        for (String pointer : List.of("/metadata/labels", "/metadata/annotations", "/spec")) {
            String path = pointer.substring(1).replace('/', '.');
            out.compare(path, present(old.at(pointer)), present(fresh.at(pointer)));
        }
        return out.lines;
    }

    /** Absent and empty mean the same there. */
    private static JsonNode present(JsonNode at) {
        return at.isMissingNode() || at.isNull() ? JsonNodeFactory.instance.objectNode() : at;
    }

    private void compare(String path, JsonNode old, JsonNode fresh) {
        if (old.equals(fresh)) {
            return;
        }
        if (old.isMissingNode()) {
            lines.add("+ " + path + ": " + fresh);
        } else if (fresh.isMissingNode()) {
            lines.add("- " + path + ": " + old);
        } else if (old.isObject() && fresh.isObject()) {
            fields(path, old, fresh);
        } else if (old.isArray() && fresh.isArray()) {
            elements(path, old, fresh);
        } else {
            lines.add("~ " + path + ": " + old + " -> " + fresh);
        }
    }

    private void fields(String path, JsonNode old, JsonNode fresh) {
        TreeSet<String> names = new TreeSet<>();
        old.fieldNames().forEachRemaining(names::add);
        fresh.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            String step = name.matches("[A-Za-z0-9_-]+") ? "." + name : "[" + name + "]";
            compare(path + step, old.path(name), fresh.path(name));
        }
    }

    private void elements(String path, JsonNode old, JsonNode fresh) {
        Map<String, JsonNode> before = byName(old);
        Map<String, JsonNode> after = byName(fresh);
        if (before.size() == old.size()
                && after.size() == fresh.size()
                && !before.keySet().equals(after.keySet())) {
            TreeSet<String> names = new TreeSet<>(before.keySet());
            names.addAll(after.keySet());
            for (String name : names) {
                compare(
                        path + "[" + name + "]",
                        before.getOrDefault(name, JsonNodeFactory.instance.missingNode()),
                        after.getOrDefault(name, JsonNodeFactory.instance.missingNode()));
            }
            return;
        }
        for (int i = 0; i < Math.max(old.size(), fresh.size()); i++) {
            compare(path + "[" + i + "]", old.path(i), fresh.path(i));
        }
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> out = new LinkedHashMap<>();
        for (JsonNode element : list) {
            String name =
                    element.path("name").asText(element.path("metadata").path("name").asText());
            if (!name.isEmpty()) {
                String kind = element.path("kind").asText();
                out.put(kind.isEmpty() ? name : kind + " " + name, element);
            }
        }
        return out;
    }
}
