package io.portolan.model.app;

import io.portolan.model.Check;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Kubernetes object as a tree of maps, lists, strings, numbers, booleans and nulls. Whoever holds
 * one never changes it; {@link #with} copies the path that it changes.
 */
public record KubeObject(Map<String, Object> json) {
    /** RFC 1123 subdomain; RBAC names also allow ':', so that is let through for any kind. */
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9A-Z]([-a-z0-9A-Z.:]{0,251}[a-z0-9A-Z])?");

    public String apiVersion() {
        return text("apiVersion");
    }

    /** {@code apps} of {@code apps/v1}, empty for the core group. */
    public String group() {
        String v = apiVersion();
        int slash = v.indexOf('/');
        return slash < 0 ? "" : v.substring(0, slash);
    }

    public String kind() {
        return text("kind");
    }

    public String name() {
        return metadata().get("name") instanceof String s ? s : "";
    }

    /** Empty where none is written. */
    public String namespace() {
        return metadata().get("namespace") instanceof String s ? s : "";
    }

    /** Live object's uid, empty on desired ones. */
    public String uid() {
        return metadata().get("uid") instanceof String s ? s : "";
    }

    /** Live object's resourceVersion, empty on desired ones. */
    public String resourceVersion() {
        return metadata().get("resourceVersion") instanceof String s ? s : "";
    }

    public String label(String key) {
        return stringAt(metadata().get("labels"), key);
    }

    public String annotation(String key) {
        return stringAt(metadata().get("annotations"), key);
    }

    public ObjectRef ref() {
        return new ObjectRef(apiVersion(), kind(), namespace(), name());
    }

    /** The map at a path of keys, empty where there is none. */
    public Map<String, Object> map(String... path) {
        return asMap(at(path));
    }

    /** The value at a path of keys, null where there is none. */
    public @org.jspecify.annotations.Nullable Object at(String... path) {
        Object here = json;
        for (String key : path) {
            if (!(here instanceof Map<?, ?> map)) {
                return null;
            }
            here = map.get(key);
        }
        return here;
    }

    /** A copy with the value at the path replaced; missing maps on the way are made. */
    public KubeObject with(Object value, String... path) {
        return new KubeObject(replaced(json, value, path, 0));
    }

    private static Map<String, Object> replaced(
            Map<String, Object> map, Object value, String[] path, int depth) {
        Map<String, Object> copy = new LinkedHashMap<>(map);
        copy.put(
                path[depth],
                depth == path.length - 1
                        ? value
                        : replaced(asMap(map.get(path[depth])), value, path, depth + 1));
        return copy;
    }

    public void check(Check at) {
        at.at("apiVersion")
                .require(
                        apiVersion().matches("([a-z0-9.-]+/)?v[a-z0-9]+"),
                        "must be a version such as apps/v1");
        at.at("kind")
                .require(
                        kind().matches("[A-Z][A-Za-z0-9]{0,62}"),
                        "must be a kind such as Deployment");
        at.at("metadata")
                .at("name")
                .require(
                        NAME.matcher(name()).matches(),
                        "must be a Kubernetes name, was \"" + name() + "\"");
        at.require(!kind().equals("List"), "lists are not objects: write their items");
    }

    private Map<String, Object> metadata() {
        return asMap(json.get("metadata"));
    }

    private String text(String key) {
        return json.get(key) instanceof String s ? s : "";
    }

    private static String stringAt(@org.jspecify.annotations.Nullable Object map, String key) {
        return asMap(map).get(key) instanceof String s ? s : "";
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> asMap(@org.jspecify.annotations.Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }
}
