package io.portolan.e2e.bench;

import io.kubernetes.client.openapi.ApiClient;
import io.portolan.e2e.harness.KubeCluster;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Applies objects straight to API servers: the limit that nothing in between can beat. */
final class DirectClient {
    private static final MediaType APPLY = MediaType.get("application/apply-patch+yaml");

    private DirectClient() {}

    /** The value of the header that the cluster's admin authenticates with. */
    static String token(KubeCluster cluster) {
        return "Bearer " + cluster.token();
    }

    /** Server-side apply of one Deployment, forced, as an agent does it. */
    static void applyDeployment(KubeCluster cluster, String namespace, String name, String json) {
        ApiClient client = cluster.client();
        String url =
                client.getBasePath()
                        + "/apis/apps/v1/namespaces/"
                        + namespace
                        + "/deployments/"
                        + name
                        + "?fieldManager=direct&force=true";
        Request request =
                new Request.Builder()
                        .url(url)
                        .header("Authorization", token(cluster))
                        .patch(RequestBody.create(json, APPLY))
                        .build();
        try (Response response = client.getHttpClient().newCall(request).execute()) {
            if (!response.isSuccessful()) {
                throw new IllegalStateException(
                        cluster.name()
                                + " answered "
                                + response.code()
                                + " "
                                + response.body().string());
            }
        } catch (IOException e) {
            throw new IllegalStateException("no answer from " + cluster.name(), e);
        }
    }
}
