package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an application's one line stands for: each cluster, under it the components whose objects
 * are not well, under them the objects, each with its reason and its age.
 */
final class HealthTree {
    private final JsonNode application;
    private final Clock clock;
    private final PrintStream out;

    private HealthTree(JsonNode application, Clock clock, PrintStream out) {
        this.application = application;
        this.clock = clock;
        this.out = out;
    }

    static void print(JsonNode application, Clock clock, PrintStream out) {
        new HealthTree(application, clock, out).clusters();
    }

    private void clusters() {
        JsonNode clusters = application.at("/status/clusters");
        for (int i = 0; i < clusters.size(); i++) {
            boolean last = i == clusters.size() - 1;
            cluster(clusters.get(i), last ? "  └─ " : "  ├─ ", last ? "     " : "  │  ");
        }
    }

    private void cluster(JsonNode c, String branch, String indent) {
        boolean heard = c.path("heard").asBoolean();
        out.println(
                branch
                        + c.path("cluster").asText()
                        + " ("
                        + c.path("region").asText("no region")
                        + ")  "
                        + c.path("role").asText()
                        + (c.path("standby").asText().isEmpty()
                                ? ""
                                : " (" + c.path("standby").asText() + ")")
                        + (c.path("held").asBoolean() ? " (held)" : "")
                        + "  "
                        + c.path("health").asText()
                        + lasting(c, heard ? " for " : " since ", heard ? "" : " ago")
                        + (heard
                                ? "  "
                                        + c.path("readyReplicas").asInt()
                                        + "/"
                                        + c.path("desiredReplicas").asInt()
                                        + " ready  revision "
                                        + c.path("generation").asLong()
                                        + objects(c.path("objects").asInt())
                                : "  unreachable")
                        + (c.path("leaving").asBoolean() ? "  leaving" : ""));
        Map<String, List<JsonNode>> ill = byComponent(c.path("troubles"));
        String message = c.path("message").asText();
        if (!message.isEmpty() && ill.isEmpty()) {
            out.println(indent + "   " + message);
        }
        int left = ill.size();
        for (var entry : ill.entrySet()) {
            component(entry.getKey(), entry.getValue(), indent, --left == 0);
        }
    }

    /** A central that does not tell yet has none to show. */
    private static String objects(int count) {
        return switch (count) {
            case 0 -> "";
            case 1 -> "  1 object";
            default -> "  " + count + " objects";
        };
    }

    private void component(String name, List<JsonNode> troubles, String indent, boolean last) {
        out.println(indent + (last ? "└─ " : "├─ ") + (name.isEmpty() ? "other objects" : name));
        String inner = indent + (last ? "   " : "│  ");
        for (int i = 0; i < troubles.size(); i++) {
            JsonNode t = troubles.get(i);
            boolean end = i == troubles.size() - 1;
            JsonNode object = t.path("object");
            out.println(
                    inner
                            + (end ? "└─ " : "├─ ")
                            + object.path("kind").asText()
                            + " "
                            + object.path("name").asText()
                            + "  "
                            + t.path("health").asText()
                            + lasting(t, " for ", "")
                            + "  "
                            + t.path("reason").asText());
            String words = t.path("message").asText().replaceAll("\\s+", " ").strip();
            if (!words.isEmpty()) {
                out.println(inner + (end ? "     " : "│    ") + words);
            }
        }
    }

    private Map<String, List<JsonNode>> byComponent(JsonNode troubles) {
        Map<String, List<JsonNode>> out = new LinkedHashMap<>();
        for (JsonNode t : troubles) {
            out.computeIfAbsent(component(t.path("object")), _ -> new ArrayList<>()).add(t);
        }
        return out;
    }

    /**
     * The component that made the object, or the workload that made the pod: pods are named after
     * it. Of several the one with the longest name; empty when none is known.
     */
    private String component(JsonNode object) {
        String name = object.path("name").asText();
        boolean made = object.path("kind").asText().equals("Pod");
        String found = "";
        int length = -1;
        for (JsonNode component : application.at("/spec/components")) {
            for (String maker : names(component, object)) {
                boolean fits = name.equals(maker) || (made && name.startsWith(maker + "-"));
                if (fits && maker.length() > length) {
                    found = component.path("name").asText();
                    length = maker.length();
                }
            }
        }
        return found;
    }

    private List<String> names(JsonNode component, JsonNode object) {
        String name = component.path("name").asText();
        if (component.has("container")) {
            String own = application.at("/metadata/name").asText();
            return List.of(own.equals(name) ? own : own + "-" + name);
        }
        boolean pod = object.path("kind").asText().equals("Pod");
        List<String> names = new ArrayList<>();
        for (JsonNode manifest : component.path("manifests")) {
            if (pod || manifest.path("kind").equals(object.path("kind"))) {
                names.add(manifest.at("/metadata/name").asText());
            }
        }
        return names;
    }

    private String lasting(JsonNode node, String before, String after) {
        String age = Times.age(node.path("since"), clock);
        return age.isEmpty() ? "" : before + age + after;
    }
}
