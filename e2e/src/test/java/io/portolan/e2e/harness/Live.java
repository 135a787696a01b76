package io.portolan.e2e.harness;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.util.generic.KubernetesApiResponse;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.options.DeleteOptions;
import io.kubernetes.client.util.generic.options.ListOptions;
import io.kubernetes.client.util.generic.options.PatchOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import okhttp3.Response;

/**
 * The live objects of one cluster, as another client of it sees and changes them. A resource is
 * written as in a URL: {@code apps/v1/deployments}, {@code v1/configmaps}. Cluster-scoped objects
 * have the namespace {@code ""}.
 */
public final class Live {
    private final ApiClient client;

    public Live(ApiClient client) {
        this.client = client;
    }

    /** The object as Kubernetes serves it, or empty when there is none. */
    public Optional<JsonObject> get(String resource, String namespace, String name) {
        DynamicKubernetesApi api = api(resource);
        var answer = namespace.isEmpty() ? api.get(name) : api.get(namespace, name);
        return answer.getHttpStatusCode() == 404
                ? Optional.empty()
                : Optional.of(expected(answer).getRaw());
    }

    /**
     * All objects of a resource in a namespace that carry the labels of the selector ({@code ""}
     * selects all).
     */
    public List<JsonObject> list(String resource, String namespace, String labelSelector) {
        ListOptions options = new ListOptions();
        options.setLabelSelector(labelSelector);
        DynamicKubernetesApi api = api(resource);
        var answer = namespace.isEmpty() ? api.list(options) : api.list(namespace, options);
        if (!answer.isSuccess()) {
            throw refused(answer);
        }
        return answer.getObject().getItems().stream().map(DynamicKubernetesObject::getRaw).toList();
    }

    /** The names of the objects of a resource in a namespace, sorted. */
    public List<String> names(String resource, String namespace) {
        return list(resource, namespace, "").stream()
                .map(o -> o.getAsJsonObject("metadata").get("name").getAsString())
                .sorted()
                .toList();
    }

    /** Server-side apply under a field manager of the test's choice, without force. */
    public JsonObject apply(String resource, String fieldManager, String json) {
        PatchOptions options = new PatchOptions();
        options.setFieldManager(fieldManager);
        return apply(resource, json, options);
    }

    private JsonObject apply(String resource, String json, PatchOptions options) {
        JsonObject object = JsonParser.parseString(json).getAsJsonObject();
        JsonObject metadata = object.getAsJsonObject("metadata");
        String namespace = metadata.has("namespace") ? metadata.get("namespace").getAsString() : "";
        return patch(
                resource,
                namespace,
                metadata.get("name").getAsString(),
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                json,
                options);
    }

    /** Server-side apply that takes what others own, as {@code kubectl apply --force-conflicts}. */
    public JsonObject applyByForce(String resource, String fieldManager, String json) {
        PatchOptions options = new PatchOptions();
        options.setFieldManager(fieldManager);
        options.setForce(true);
        return apply(resource, json, options);
    }

    /**
     * A merge patch, as {@code kubectl edit} and most programs write; its field manager is {@code
     * test-user}.
     */
    public JsonObject mergePatch(String resource, String namespace, String name, String json) {
        return mergePatch(resource, "test-user", namespace, name, json);
    }

    /** A merge patch under a field manager of the test's choice. */
    public JsonObject mergePatch(
            String resource, String fieldManager, String namespace, String name, String json) {
        PatchOptions options = new PatchOptions();
        options.setFieldManager(fieldManager);
        return patch(
                resource, namespace, name, V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, json, options);
    }

    /** Writes an object's status, as its controller does: a merge patch of the subresource. */
    public void status(String resource, String namespace, String name, String status) {
        int plural = resource.lastIndexOf('/') + 1;
        String path =
                (resource.indexOf('/') == plural - 1 ? "/api/" : "/apis/")
                        + resource.substring(0, plural)
                        + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                        + resource.substring(plural)
                        + "/"
                        + name
                        + "/status";
        // The client adds its credential to the maps that it is given.
        Map<String, String> headers = new HashMap<>();
        headers.put("Content-Type", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH);
        try (Response answer =
                client.buildCall(
                                client.getBasePath(),
                                path,
                                "PATCH",
                                List.of(),
                                List.of(),
                                new V1Patch("{\"status\": " + status + "}"),
                                headers,
                                new HashMap<>(),
                                new HashMap<>(),
                                new String[] {"BearerToken"},
                                null)
                        .execute()) {
            if (!answer.isSuccessful()) {
                throw new IllegalStateException(
                        "Kubernetes answered " + answer.code() + ": " + answer.body().string());
            }
        } catch (ApiException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Creates an object, as {@code kubectl create} does. */
    public JsonObject create(String resource, String json) {
        return expected(
                        api(resource)
                                .create(
                                        new DynamicKubernetesObject(
                                                JsonParser.parseString(json).getAsJsonObject())))
                .getRaw();
    }

    /**
     * Deletes an object; its dependents follow in the background. What is already gone is no error.
     */
    public void delete(String resource, String namespace, String name) {
        DynamicKubernetesApi api = api(resource);
        var answer = namespace.isEmpty() ? api.delete(name) : api.delete(namespace, name);
        if (!answer.isSuccess() && answer.getHttpStatusCode() != 404) {
            throw refused(answer);
        }
    }

    /**
     * Deletes without grace, as {@code kubectl delete --force} does: nobody waits for the process
     * to end.
     */
    public void deleteByForce(String resource, String namespace, String name) {
        DeleteOptions options = new DeleteOptions();
        options.setGracePeriodSeconds(0L);
        var answer = api(resource).delete(namespace, name, options);
        if (!answer.isSuccess()) {
            throw refused(answer);
        }
    }

    /** How many replicas of a Deployment are ready now; 0 when there is no such Deployment. */
    public int readyReplicas(String namespace, String deployment) {
        return get("apps/v1/deployments", namespace, deployment)
                .map(o -> o.getAsJsonObject("status"))
                .filter(status -> status.has("readyReplicas"))
                .map(status -> status.get("readyReplicas").getAsInt())
                .orElse(0);
    }

    /** Waits until a Deployment has exactly so many ready replicas. */
    public void awaitReady(String namespace, String deployment, int replicas, Duration atMost) {
        Await.until(
                deployment + " to have " + replicas + " ready replicas in " + client.getBasePath(),
                atMost,
                () -> readyReplicas(namespace, deployment) == replicas,
                () -> "\n--- the Deployment\n" + get("apps/v1/deployments", namespace, deployment));
    }

    /** Waits until an object exists. */
    public JsonObject awaitExists(String resource, String namespace, String name, Duration atMost) {
        return Await.value(
                resource + " " + name + " to exist", atMost, () -> get(resource, namespace, name));
    }

    /** Waits until an object is gone, finalizers included. */
    public void awaitGone(String resource, String namespace, String name, Duration atMost) {
        Await.until(
                resource + " " + name + " to be gone",
                atMost,
                () -> get(resource, namespace, name).isEmpty());
    }

    private JsonObject patch(
            String resource,
            String namespace,
            String name,
            String format,
            String json,
            PatchOptions options) {
        DynamicKubernetesApi api = api(resource);
        V1Patch patch = new V1Patch(new Gson().toJson(JsonParser.parseString(json)));
        var answer =
                namespace.isEmpty()
                        ? api.patch(name, format, patch, options)
                        : api.patch(namespace, name, format, patch, options);
        return expected(answer).getRaw();
    }

    private DynamicKubernetesApi api(String resource) {
        String[] parts = resource.split("/", -1);
        return switch (parts.length) {
            case 2 -> new DynamicKubernetesApi("", parts[0], parts[1], client);
            case 3 -> new DynamicKubernetesApi(parts[0], parts[1], parts[2], client);
            default ->
                    throw new IllegalArgumentException("not [group/]version/plural: " + resource);
        };
    }

    private static DynamicKubernetesObject expected(
            KubernetesApiResponse<DynamicKubernetesObject> answer) {
        if (!answer.isSuccess()) {
            throw refused(answer);
        }
        return answer.getObject();
    }

    /**
     * Unchecked, and no {@link HarnessException}: while it is awaited, a refusing or absent API
     * server is "not yet".
     */
    private static IllegalStateException refused(KubernetesApiResponse<?> answer) {
        return new IllegalStateException(
                "Kubernetes answered "
                        + answer.getHttpStatusCode()
                        + ": "
                        + (answer.getStatus() == null ? "" : answer.getStatus().getMessage()));
    }
}
