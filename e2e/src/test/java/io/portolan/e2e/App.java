package io.portolan.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Api;
import java.util.List;

/**
 * An application's document, valid by default: one container of one replica on one cluster. A test
 * changes what it is about.
 */
final class App {
    private final String tenant;
    private final String name;
    private final JsonObject document;

    App(String tenant, String name) {
        this.tenant = tenant;
        this.name = name;
        this.document =
                JsonParser.parseString(
                                """
                        {"apiVersion": "portolan.io/v1", "kind": "Application",
                         "metadata": {"tenant": "%1$s", "name": "%2$s"},
                         "spec": {"components": [{"name": "%2$s", "container": {"image": "example/app:1", "replicas": 1,
                           "resources": {"cpu": "10m", "memory": "16Mi"}}}]}}
                        """
                                        .formatted(tenant, name))
                        .getAsJsonObject();
    }

    App image(String image) {
        container().addProperty("image", image);
        return this;
    }

    App command(String... command) {
        JsonArray words = new JsonArray();
        List.of(command).forEach(words::add);
        container().add("command", words);
        return this;
    }

    App replicas(int replicas) {
        container().addProperty("replicas", replicas);
        return this;
    }

    App port(int port) {
        JsonArray ports = new JsonArray();
        ports.add(port);
        container().add("ports", ports);
        return this;
    }

    App cpu(String quantity) {
        container().getAsJsonObject("resources").addProperty("cpu", quantity);
        return this;
    }

    App memory(String quantity) {
        container().getAsJsonObject("resources").addProperty("memory", quantity);
        return this;
    }

    /** Replaces the container by Kubernetes objects as they are. */
    App manifests(String... objects) {
        JsonArray manifests = new JsonArray();
        List.of(objects).forEach(object -> manifests.add(JsonParser.parseString(object)));
        component().remove("container");
        component().add("manifests", manifests);
        return this;
    }

    /** Adds a component of Kubernetes objects as they are. */
    App component(String name, String... objects) {
        JsonArray manifests = new JsonArray();
        List.of(objects).forEach(object -> manifests.add(JsonParser.parseString(object)));
        JsonObject component = new JsonObject();
        component.addProperty("name", name);
        component.add("manifests", manifests);
        components().add(component);
        return this;
    }

    /** Renames the first component. */
    App called(String component) {
        component().addProperty("name", component);
        return this;
    }

    App withoutComponent(String name) {
        for (int i = components().size() - 1; i >= 0; i--) {
            JsonObject component = components().get(i).getAsJsonObject();
            if (component.get("name").getAsString().equals(name)) {
                components().remove(i);
            }
        }
        return this;
    }

    /** Judges a kind by expressions of its own. */
    App health(String kind, String healthy, String failed, String message) {
        JsonObject rule = new JsonObject();
        rule.addProperty("apiVersion", kind.substring(0, kind.lastIndexOf('/')));
        rule.addProperty("kind", kind.substring(kind.lastIndexOf('/') + 1));
        rule.addProperty("healthy", healthy);
        rule.addProperty("failed", failed);
        rule.addProperty("message", message);
        JsonArray rules = new JsonArray();
        rules.add(rule);
        document.getAsJsonObject("spec").add("health", rules);
        return this;
    }

    /** On the named clusters, all of them. */
    App on(String... clusters) {
        return place(clusters.length, clusters);
    }

    /** On one of the named clusters. */
    App onOneOf(String... clusters) {
        return place(1, clusters);
    }

    /** Under this policy in place. */
    App placement(String policy) {
        document.getAsJsonObject("spec").add("placement", JsonParser.parseString(policy));
        return this;
    }

    private App place(int count, String... clusters) {
        JsonObject placement = new JsonObject();
        placement.addProperty("where", "name in (" + String.join(", ", clusters) + ")");
        placement.addProperty("clusters", count);
        document.getAsJsonObject("spec").add("placement", placement);
        return this;
    }

    /** Active on one of the clusters that it is {@link #on}, standing by on the others. */
    App singleWriter() {
        return survives("{\"writers\": \"single\"}");
    }

    /** Its DR policy in place. */
    App survives(String policy) {
        document.getAsJsonObject("spec").add("disasterRecovery", JsonParser.parseString(policy));
        return this;
    }

    App annotation(String key, String value) {
        JsonObject metadata = document.getAsJsonObject("metadata");
        if (!metadata.has("annotations")) {
            metadata.add("annotations", new JsonObject());
        }
        metadata.getAsJsonObject("annotations").addProperty(key, value);
        return this;
    }

    String tenant() {
        return tenant;
    }

    String name() {
        return name;
    }

    String path() {
        return Api.application(tenant, name);
    }

    /** The document as JSON, which is YAML too. */
    String json() {
        return document.toString();
    }

    private JsonObject component() {
        return components().get(0).getAsJsonObject();
    }

    private JsonArray components() {
        return document.getAsJsonObject("spec").getAsJsonArray("components");
    }

    private JsonObject container() {
        return component().getAsJsonObject("container");
    }
}
