package io.portolan.e2e;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.util.Set;

/** One tenant's ConfigMaps on the bare API server, and who owns which of their fields. */
final class Owned {
    private static final String CONFIG_MAPS = "v1/configmaps";

    private final Scene scene;
    private final String namespace;
    private final Live live;

    Owned(Fleet fleet, String namespace) {
        this.scene = new Scene(fleet, fleet.bare(), namespace);
        this.namespace = namespace;
        this.live = scene.live(Fleet.BARE);
    }

    Scene scene() {
        return scene;
    }

    Live live() {
        return live;
    }

    App app(String name, String... objects) {
        return scene.app(name).manifests(objects).on(Fleet.BARE);
    }

    /** A ConfigMap with the one entry {@code mode}. */
    String configMap(String name, String mode) {
        return """
                {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s", "namespace": "%s"}, "data": {"mode": "%s"}}
                """
                .formatted(name, namespace, mode);
    }

    /** The entry {@code mode} of a ConfigMap, empty when there is none. */
    String mode(String name) {
        return live.get(CONFIG_MAPS, namespace, name)
                .map(o -> o.getAsJsonObject("data"))
                .map(data -> data.get("mode").getAsString())
                .orElse("");
    }

    void awaitMode(String name, String mode) {
        Await.until(name + " to have the mode " + mode, Scene.SOON, () -> mode(name).equals(mode));
    }

    void awaitGone(String name) {
        live.awaitGone(CONFIG_MAPS, namespace, name, Scene.SOON);
    }

    /** Another hand's edit of the mode. */
    void edit(String name, String mode) {
        live.mergePatch(CONFIG_MAPS, namespace, name, "{\"data\": {\"mode\": \"" + mode + "\"}}");
    }

    void awaitSays(App app, String words) {
        scene.api().awaitStatus(namespace, app.name(), words, Scene.SOON);
    }

    /** Who owns the mode of a ConfigMap, by Kubernetes' record. */
    Set<FieldOwner> ownersOfMode(String name) {
        return FieldOwner.of(live.get(CONFIG_MAPS, namespace, name).orElseThrow(), "data", "mode");
    }

    static String uid(JsonObject object) {
        return object.getAsJsonObject("metadata").get("uid").getAsString();
    }
}
