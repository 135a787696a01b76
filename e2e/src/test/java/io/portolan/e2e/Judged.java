package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.util.Optional;

/**
 * One object, called {@code one}, in an application of its own on a working cluster, and what the
 * application says about its health. The application is gone when closed.
 */
final class Judged implements AutoCloseable {
    /** The namespace of namespaced objects. */
    static final String NAMESPACE = "judged";

    static final String CLUSTER = "us-east";

    private final Scene scene;
    private final String kind;
    private final String resource;
    private final String namespace;
    private final App app;
    private String name = "one";

    private Judged(Fleet fleet, String resource, String kind, String namespace) {
        this.scene = new Scene(fleet, NAMESPACE);
        this.kind = kind;
        this.resource = resource;
        this.namespace = namespace;
        this.app = scene.app(kind.toLowerCase(java.util.Locale.ROOT)).on(CLUSTER);
    }

    /**
     * @param resource as in a URL, such as {@code apps/v1/deployments}
     */
    static Judged namespaced(Fleet fleet, String resource, String kind) {
        return new Judged(fleet, resource, kind, NAMESPACE);
    }

    static Judged clusterScoped(Fleet fleet, String resource, String kind) {
        return new Judged(fleet, resource, kind, "");
    }

    /** For what may not have just any name. */
    Judged named(String name) {
        this.name = name;
        return this;
    }

    Live live() {
        return scene.live(CLUSTER);
    }

    /** Makes the application hold these objects. */
    Judged put(String... objects) {
        scene.put(app.manifests(objects));
        live().awaitExists(resource, namespace, name, Scene.SOON);
        return this;
    }

    /** Writes the object's status as its controller would. */
    Judged status(String status) {
        live().status(resource, namespace, name, status);
        return this;
    }

    /** Waits until the application tells of the object exactly this, with these words in it. */
    Judged told(String health, String reason, String words) {
        Await.until(
                kind + " to be " + health + ", " + reason + ": " + words,
                Scene.SOON,
                () ->
                        trouble()
                                .filter(t -> text(t, "health").equals(health))
                                .filter(t -> text(t, "reason").equals(reason))
                                .filter(t -> text(t, "message").contains(words))
                                .isPresent(),
                this::diagnosis);
        return this;
    }

    /** Fails if the object is counted as another one that suffers alike. */
    Judged once() {
        String message = trouble().map(t -> text(t, "message")).orElseThrow();
        assertFalse(message.contains(" more pod"), message);
        return this;
    }

    /** Waits until the application is as said by its worst object. */
    Judged application(String health) {
        scene.api().awaitHealth(NAMESPACE, app.name(), health, Scene.SOON);
        return this;
    }

    /** Waits until the application, and so the object, is healthy. */
    Judged healthy() {
        application("Healthy");
        assertTrue(trouble().isEmpty(), this::diagnosis);
        return this;
    }

    /** Waits until a status of the live object contains the text, and the object has no trouble. */
    Judged untroubledAt(String status) {
        Await.until(
                kind + " to say " + status + " and to be no trouble",
                Scene.SOON,
                () -> live(status) && trouble().isEmpty(),
                this::diagnosis);
        return this;
    }

    private boolean live(String status) {
        return live().get(resource, namespace, name)
                .map(o -> o.get("status"))
                .filter(s -> s.toString().contains(status))
                .isPresent();
    }

    private Optional<JsonObject> trouble() {
        JsonArray clusters = scene.api().status(NAMESPACE, app.name()).getAsJsonArray("clusters");
        for (JsonElement cluster : clusters) {
            for (JsonElement item : cluster.getAsJsonObject().getAsJsonArray("troubles")) {
                JsonObject object = item.getAsJsonObject().getAsJsonObject("object");
                if (text(object, "kind").equals(kind) && text(object, "name").equals(name)) {
                    return Optional.of(item.getAsJsonObject());
                }
            }
        }
        return Optional.empty();
    }

    private static String text(JsonObject object, String field) {
        return object.has(field) ? object.get(field).getAsString() : "";
    }

    private String diagnosis() {
        return "\n--- the object\n"
                + live().get(resource, namespace, name)
                + "\n--- the application\n"
                + scene.api().get(app.path()).body();
    }

    @Override
    public void close() {
        scene.api().delete(app.path()).expect(200);
        Await.until(
                app.name() + " to be gone",
                Scene.SOON,
                () -> scene.api().get(app.path()).status() == 404,
                this::diagnosis);
        // A volume claim outlives its application.
        live().delete(resource, namespace, name);
        live().awaitGone(resource, namespace, name, Scene.SOON);
    }
}
