package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Changes that Kubernetes makes in no object that exists: told, and made anew only where allowed.
 */
@ExtendWith(Fleet.Extension.class)
class UnchangeableFieldsTest {
    /** Each kind's resource, its object and what of it cannot be changed. */
    private static final Map<String, Fixed> KINDS =
            Map.of(
                    "job",
                    new Fixed(
                            "batch/v1/jobs",
                            """
                            {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "fixed", "namespace": "%1$s"},
                             "spec": {"template": {"spec": {"restartPolicy": "Never", "containers": [{"name": "main", "image": "%2$s"}]}}}}
                            """,
                            "example/app:1",
                            "example/app:2",
                            "spec.template of a Job that exists cannot be changed",
                            List.of(
                                    "spec",
                                    "template",
                                    "spec",
                                    "containers",
                                    "k:{\"name\":\"main\"}",
                                    "image")),
                    "service",
                    new Fixed(
                            "v1/services",
                            """
                            {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "fixed", "namespace": "%1$s"},
                             "spec": {"clusterIP": "%2$s", "ports": [{"name": "http", "port": 80}]}}
                            """,
                            "10.0.0.71",
                            "10.0.0.72",
                            "spec.clusterIPs[0] of a Service that exists cannot be changed",
                            List.of("spec", "clusterIP")),
                    "statefulset",
                    new Fixed(
                            "apps/v1/statefulsets",
                            """
                            {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "fixed", "namespace": "%1$s"},
                             "spec": {"replicas": 0, "serviceName": "fixed", "selector": {"matchLabels": {"app": "fixed"}},
                              "template": {"metadata": {"labels": {"app": "fixed"}}, "spec": {"containers": [{"name": "main", "image": "example/app:1"}]}},
                              "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
                               "resources": {"requests": {"storage": "%2$s"}}}}]}}
                            """,
                            "1Gi",
                            "2Gi",
                            "spec of a StatefulSet that exists cannot be changed",
                            List.of("spec", "volumeClaimTemplates")),
                    "deployment",
                    new Fixed(
                            "apps/v1/deployments",
                            """
                            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "fixed", "namespace": "%1$s"},
                             "spec": {"replicas": 0, "selector": {"matchLabels": {"app": "%2$s"}},
                              "template": {"metadata": {"labels": {"app": "%2$s"}}, "spec": {"containers": [{"name": "main", "image": "example/app:1"}]}}}}
                            """,
                            "one",
                            "two",
                            "spec.selector of a Deployment that exists cannot be changed",
                            List.of("spec", "selector")));

    /**
     * @param fixed the field, as Kubernetes' record of owners names it
     */
    private record Fixed(
            String resource,
            String form,
            String one,
            String two,
            String told,
            List<String> fixed) {}

    @ParameterizedTest
    @ValueSource(strings = {"job", "service", "statefulset", "deployment"})
    void changeIsExplainedAndTheObjectMadeAnewOnlyWhereItsOwnerAllows(String kind, Fleet fleet) {
        Fixed fixed = KINDS.get(kind);
        Owned owned = new Owned(fleet, "fixed-" + kind);
        String namespace = owned.scene().tenant();
        String before = fixed.form.formatted(namespace, fixed.one);
        String after = fixed.form.formatted(namespace, fixed.two);
        App app = owned.app("shop", before, owned.configMap("beside", "first"));
        owned.scene().put(app);
        JsonObject made = owned.live().awaitExists(fixed.resource, namespace, "fixed", Scene.SOON);

        owned.scene().put(owned.app("shop", after, owned.configMap("beside", "second")));
        owned.awaitSays(app, fixed.told);
        owned.awaitSays(app, "portolan.io/recreate");
        owned.awaitMode("beside", "second");
        assertEquals(Owned.uid(made), Owned.uid(object(owned, fixed)));

        owned.scene().put(owned.app("shop", allowed(after), owned.configMap("beside", "second")));
        Await.until(
                "another " + kind,
                Scene.SOON,
                () ->
                        owned.live()
                                .get(fixed.resource, namespace, "fixed")
                                .filter(
                                        o ->
                                                o.getAsJsonObject("spec")
                                                        .toString()
                                                        .contains(fixed.two))
                                .isPresent());
        JsonObject anew = object(owned, fixed);
        assertNotEquals(Owned.uid(made), Owned.uid(anew));
        assertEquals(
                Set.of(FieldOwner.PORTOLAN),
                FieldOwner.of(anew, fixed.fixed.toArray(String[]::new)));
        Await.until(
                "nothing to be said",
                Scene.SOON,
                () ->
                        !owned.scene()
                                .api()
                                .status(namespace, "shop")
                                .toString()
                                .contains("cannot be changed"));
    }

    @Test
    void statefulSetWhoseClaimsGoWithItIsNeverMadeAnew(Fleet fleet) {
        Owned owned = new Owned(fleet, "fixed-with-claims");
        Fixed fixed = KINDS.get("statefulset");
        String form =
                allowed(fixed.form.formatted("fixed-with-claims", "%s"))
                        .replace(
                                "\"serviceName\"",
                                "\"persistentVolumeClaimRetentionPolicy\":{\"whenDeleted\":\"Delete\"},\"serviceName\"");
        owned.scene().put(owned.app("shop", form.formatted("1Gi")));
        JsonObject made =
                owned.live().awaitExists(fixed.resource, "fixed-with-claims", "fixed", Scene.SOON);

        App app = owned.app("shop", form.formatted("2Gi"));
        owned.scene().put(app);
        owned.awaitSays(app, "its volume claims would be deleted with it");
        assertEquals(Owned.uid(made), Owned.uid(object(owned, fixed)));
    }

    @Test
    void volumeClaimIsNeverMadeAnew(Fleet fleet) {
        Owned owned = new Owned(fleet, "fixed-claim");
        App app = owned.app("shop", claim("ReadWriteOnce"));
        owned.scene().put(app);
        JsonObject made =
                owned.live()
                        .awaitExists(
                                "v1/persistentvolumeclaims", "fixed-claim", "data", Scene.SOON);

        owned.scene().put(owned.app("shop", allowed(claim("ReadWriteMany"))));
        owned.awaitSays(app, "It is never made anew, since what it holds would be lost");
        assertEquals(
                Owned.uid(made),
                Owned.uid(
                        owned.live()
                                .get("v1/persistentvolumeclaims", "fixed-claim", "data")
                                .orElseThrow()));
    }

    private static JsonObject object(Owned owned, Fixed fixed) {
        return owned.live().get(fixed.resource, owned.scene().tenant(), "fixed").orElseThrow();
    }

    private static String allowed(String object) {
        JsonObject json = JsonParser.parseString(object).getAsJsonObject();
        JsonObject annotations = new JsonObject();
        annotations.addProperty("portolan.io/recreate", "true");
        json.getAsJsonObject("metadata").add("annotations", annotations);
        return json.toString();
    }

    private static String claim(String mode) {
        return """
                {"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "data", "namespace": "fixed-claim"},
                 "spec": {"accessModes": ["%s"], "storageClassName": "none", "resources": {"requests": {"storage": "1Gi"}}}}
                """
                .formatted(mode);
    }
}
