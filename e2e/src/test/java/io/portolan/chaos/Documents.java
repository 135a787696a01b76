package io.portolan.chaos;

/** The documents that users of a run send. */
final class Documents {
    private Documents() {}

    /** An application of one object that shows which request wrote it, in one of the clusters. */
    static String register(String key, String id) {
        return """
        {"apiVersion": "portolan.io/v1", "kind": "Application",
         "metadata": {"tenant": "%1$s", "name": "%2$s", "annotations": {"%3$s": "%4$s"}},
         "spec": {"placement": {"where": "name in (c0, c1, c2)", "clusters": 1},
          "components": [{"name": "%2$s", "manifests": [
           {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%2$s"},
            "data": {"written-by": "%4$s"}}]}]}}
        """
                .formatted(tenant(key), name(key), Ledger.WRITTEN_BY, id);
    }

    /** A single writer that runs a pod in one of two clusters and stands by in the other. */
    static String writer(String key) {
        return """
        {"apiVersion": "portolan.io/v1", "kind": "Application",
         "metadata": {"tenant": "%1$s", "name": "%2$s", "annotations": {"%3$s": "setup-%2$s"}},
         "spec": {"placement": {"where": "name in (c0, c1)", "clusters": 2},
          "disasterRecovery": {"writers": "single"},
          "components": [{"name": "%2$s", "container": {"image": "example/app:1", "replicas": 1,
            "resources": {"cpu": "10m", "memory": "16Mi"}}}]}}
        """
                .formatted(tenant(key), name(key), Ledger.WRITTEN_BY);
    }

    static String tenantDocument(String tenant) {
        return """
        {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s"}, "spec": {}}
        """
                .formatted(tenant);
    }

    static String cluster(String name) {
        return """
        {"apiVersion": "portolan.io/v1", "kind": "Cluster", "metadata": {"name": "%1$s"},
         "spec": {"location": {"provider": "lab", "region": "r-%1$s", "zone": "z-%1$s", "jurisdiction": "EU"}}}
        """
                .formatted(name);
    }

    static String tenant(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    static String name(String key) {
        return key.substring(key.indexOf('/') + 1);
    }
}
