package io.portolan.e2e.harness;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the audited user asked of an API server. A right is written {@code verb group/resource},
 * with the name behind it where a rule names objects.
 */
public record Audit(Set<String> used, List<String> refused) {
    public static Audit of(KubeCluster cluster) {
        Set<String> used = new TreeSet<>();
        List<String> refused = new ArrayList<>();
        events(cluster).forEach(event -> read(event, used, refused));
        return new Audit(used, refused);
    }

    /**
     * How the API server answered an agent, in the order of the answers.
     *
     * @param verb as {@code patch}
     * @param resource plural
     */
    public static List<Integer> answers(KubeCluster cluster, String verb, String resource) {
        return events(cluster).stream()
                .filter(e -> e.has("objectRef") && e.has("responseStatus"))
                .filter(e -> e.has("userAgent"))
                .filter(e -> e.get("userAgent").getAsString().equals("portolan-agent"))
                .filter(e -> e.get("verb").getAsString().equals(verb))
                .filter(
                        e ->
                                e.getAsJsonObject("objectRef")
                                        .get("resource")
                                        .getAsString()
                                        .equals(resource))
                .map(e -> e.getAsJsonObject("responseStatus").get("code").getAsInt())
                .toList();
    }

    private static List<JsonObject> events(KubeCluster cluster) {
        try {
            return Files.readAllLines(cluster.apiServer().auditLog()).stream()
                    // The last line may still be in the making.
                    .filter(line -> line.endsWith("}"))
                    .map(line -> JsonParser.parseString(line).getAsJsonObject())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(JsonObject event, Set<String> used, List<String> refused) {
        if (!event.has("objectRef") || !event.has("responseStatus")) {
            return;
        }
        JsonObject object = event.getAsJsonObject("objectRef");
        int code = event.getAsJsonObject("responseStatus").get("code").getAsInt();
        String right = right(object);
        if (code == 403) {
            refused.add(event.get("verb").getAsString() + " " + right);
            return;
        }
        List<String> verbs = new ArrayList<>(List.of(event.get("verb").getAsString()));
        if (verbs.contains("patch") && code == 201) {
            // An apply that makes the object is authorized for both.
            verbs.add("create");
        }
        for (String verb : verbs) {
            used.add(verb + " " + right);
            if (object.has("name")) {
                used.add(verb + " " + right + " " + object.get("name").getAsString());
            }
        }
    }

    private static String right(JsonObject object) {
        String group = object.has("apiGroup") ? object.get("apiGroup").getAsString() : "";
        String sub = object.has("subresource") ? "/" + object.get("subresource").getAsString() : "";
        return group + "/" + object.get("resource").getAsString() + sub;
    }

    /** Every single right that a Role or ClusterRole grants. */
    public static Set<String> rights(JsonObject role) {
        Set<String> out = new TreeSet<>();
        for (JsonElement each : role.getAsJsonArray("rules")) {
            JsonObject rule = each.getAsJsonObject();
            for (String verb : texts(rule, "verbs")) {
                for (String group : texts(rule, "apiGroups")) {
                    for (String resource : texts(rule, "resources")) {
                        String right = verb + " " + group + "/" + resource;
                        if (rule.has("resourceNames")) {
                            texts(rule, "resourceNames").forEach(n -> out.add(right + " " + n));
                        } else {
                            out.add(right);
                        }
                    }
                }
            }
        }
        return out;
    }

    private static List<String> texts(JsonObject rule, String field) {
        return rule.getAsJsonArray(field).asList().stream().map(JsonElement::getAsString).toList();
    }
}
