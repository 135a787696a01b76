package io.portolan.e2e.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.kubelet.Machines;

/** The application of the scenarios: one Deployment of one replica, as large as a usual one. */
final class BenchApp {
    static final String TENANT = "bench";

    private BenchApp() {}

    /**
     * The component has the application's name, so the Deployment has just that name too, by which
     * the watches know it.
     */
    static String on(String name, int clusters, String where) {
        return """
                {"apiVersion": "portolan.io/v1", "kind": "Application", "metadata": {"tenant": "bench", "name": "%1$s"},
                 "spec": {"components": [{"name": "%1$s", "container": {"image": "example/app:1", "replicas": 1,
                   "resources": {"cpu": "10m", "memory": "16Mi"}}}],
                  "placement": {"where": "%3$s", "clusters": %2$d}}}
                """
                .formatted(name, clusters, where);
    }

    static void put(Api api, String name, int clusters, String where) {
        api.put(Api.application(TENANT, name), on(name, clusters, where)).expect(200);
    }

    /** Active on one of two clusters, as a process that writes down when it runs. */
    static void putWriter(Api api, String name, String where, String disasterRecovery) {
        JsonObject application = JsonParser.parseString(on(name, 2, where)).getAsJsonObject();
        JsonObject spec = application.getAsJsonObject("spec");
        JsonArray command = new JsonArray();
        command.add(Machines.WRITER);
        spec.getAsJsonArray("components")
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("container")
                .add("command", command);
        spec.add("disasterRecovery", JsonParser.parseString(disasterRecovery));
        api.put(Api.application(TENANT, name), application.toString()).expect(200);
    }

    /** On one cluster, with a policy of what follows when that is lost. */
    static void put(Api api, String name, String where, String disasterRecovery) {
        JsonObject application = JsonParser.parseString(on(name, 1, where)).getAsJsonObject();
        application
                .getAsJsonObject("spec")
                .add("disasterRecovery", JsonParser.parseString(disasterRecovery));
        api.put(Api.application(TENANT, name), application.toString()).expect(200);
    }
}
