package io.portolan.e2e;

import static io.portolan.e2e.FieldOwner.PORTOLAN;
import static io.portolan.e2e.FieldOwner.applies;
import static io.portolan.e2e.FieldOwner.edits;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Whose an object and a field is when others work in the same cluster, by Kubernetes' own record.
 */
@ExtendWith(Fleet.Extension.class)
class OwnershipTest {
    @Test
    void objectThatWasThereBeforeIsLeftAsItIsUntilTheOwnerAdoptsIt(Fleet fleet) {
        Owned owned = new Owned(fleet, "first-contact");
        owned.scene().cluster(Fleet.BARE).createNamespace("first-contact");
        var before =
                owned.live().apply("v1/configmaps", "helm", owned.configMap("settings", "theirs"));
        App app = owned.app("shop", owned.configMap("settings", "ours"));

        owned.scene().put(app);
        owned.awaitSays(app, "exists already and was not made by Portolan; helm wrote it");
        owned.awaitSays(app, "portolan.io/adopt");
        assertEquals(
                before,
                owned.live().get("v1/configmaps", "first-contact", "settings").orElseThrow());

        owned.scene().put(app.annotation("portolan.io/adopt", "true"));
        owned.awaitMode("settings", "ours");
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("settings"));
        owned.scene().awaitHealthy(app);
    }

    /** With no field in common, so that no conflict of Kubernetes' guards it. */
    @Test
    void objectThatAnotherMadeWhileWeHeldBackIsLeftToItAndOutlivesTheApplication(Fleet fleet) {
        Owned owned = new Owned(fleet, "held-back");
        owned.scene().cluster(Fleet.BARE).createNamespace("held-back");
        tenant(owned, "bank");
        App app = owned.app("shop", owned.configMap("settings", "ours"));
        owned.scene().put(app);
        owned.awaitSays(app, "belongs to tenant bank");
        JsonObject theirs =
                owned.live()
                        .apply(
                                "v1/configmaps",
                                "helm",
                                owned.configMap("settings", "x").replace("\"mode\"", "\"theirs\""));

        tenant(owned, "held-back");
        owned.awaitSays(app, "exists already and was not made by Portolan; helm wrote it");
        assertEquals(theirs, object(owned, "settings"));
        assertEquals(Set.of(applies("helm")), FieldOwner.of(theirs));
        owned.scene().api().delete(app.path()).expect(202);
        Await.until(
                "the application to be gone",
                Scene.SOON,
                () -> owned.scene().api().get(app.path()).status() == 404);
        assertEquals(theirs, object(owned, "settings"));
    }

    private static void tenant(Owned owned, String tenant) {
        owned.live()
                .mergePatch(
                        "v1/namespaces",
                        "",
                        owned.scene().tenant(),
                        "{\"metadata\": {\"labels\": {\"portolan.io/tenant\": \"%s\"}}}"
                                .formatted(tenant));
    }

    @Test
    void fieldThatAnotherToolAppliesIsLeftToItAndSaid(Fleet fleet) {
        Owned owned = new Owned(fleet, "second-tool");
        App app = owned.app("shop", owned.configMap("settings", "ours"));
        owned.scene().putHealthy(app);

        owned.live().applyByForce("v1/configmaps", "argocd", owned.configMap("settings", "theirs"));
        owned.awaitSays(app, "FieldsYielded");
        owned.awaitSays(app, "argocd");
        assertEquals("theirs", owned.mode("settings"));
        assertEquals(Set.of(applies("argocd")), owned.ownersOfMode("settings"));
    }

    /**
     * Of a list whose items Kubernetes tells apart by a protocol that our manifest does not say.
     */
    @Test
    void portThatAnotherToolAppliesIsLeftToItAlsoAcrossAnUpdate(Fleet fleet) {
        Owned owned = new Owned(fleet, "second-port");
        App app = owned.app("shop", service("first", 8080));
        owned.scene().put(app);
        owned.live().awaitExists("v1/services", "second-port", "web", Scene.SOON);

        owned.live()
                .applyByForce(
                        "v1/services",
                        "argocd",
                        """
                        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "second-port"},
                         "spec": {"ports": [{"port": 80, "protocol": "TCP", "targetPort": 9090}]}}
                        """);
        owned.awaitSays(app, "FieldsYielded");
        owned.scene().put(owned.app("shop", service("second", 8080)));
        JsonObject live =
                Await.value(
                        "the update",
                        Scene.SOON,
                        () ->
                                owned.live()
                                        .get("v1/services", "second-port", "web")
                                        .filter(o -> o.toString().contains("second\"")));
        assertEquals(
                9090,
                live.getAsJsonObject("spec")
                        .getAsJsonArray("ports")
                        .get(0)
                        .getAsJsonObject()
                        .get("targetPort")
                        .getAsInt());
        String item = "k:{\"port\":80,\"protocol\":\"TCP\"}";
        assertEquals(
                Set.of(applies("argocd")),
                FieldOwner.of(live, "spec", "ports", item, "targetPort"));
        assertEquals(
                Set.of(PORTOLAN, applies("argocd")),
                FieldOwner.of(live, "spec", "ports", item, "port"));
    }

    private static String service(String app, int target) {
        return """
                {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "second-port"},
                 "spec": {"selector": {"app": "%s"}, "ports": [{"port": 80, "targetPort": %d}]}}
                """
                .formatted(app, target);
    }

    @Test
    void editByHandIsTakenBackAndTheFieldWithIt(Fleet fleet) {
        Owned owned = new Owned(fleet, "by-hand");
        App app = owned.app("shop", owned.configMap("settings", "ours"));
        owned.scene().putHealthy(app);

        owned.edit("settings", "edited");
        owned.awaitMode("settings", "ours");
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("settings"));
    }

    @Test
    void fieldThatAnotherHandTakesThreeTimesIsAConditionAndNoWar(Fleet fleet) {
        Owned owned = new Owned(fleet, "war");
        App app =
                owned.app(
                        "shop",
                        owned.configMap("settings", "ours"),
                        owned.configMap("others", "ours"));
        owned.scene().putHealthy(app);

        owned.edit("settings", "first");
        owned.awaitMode("settings", "ours");
        owned.edit("settings", "second");
        owned.awaitMode("settings", "ours");
        owned.edit("settings", "third");
        owned.awaitSays(app, "FieldContested");
        assertEquals("third", owned.mode("settings"));
        assertEquals(Set.of(edits("test-user")), owned.ownersOfMode("settings"));

        owned.edit("others", "edited");
        owned.awaitMode("others", "ours");
        assertEquals("third", owned.mode("settings"), "the contested field is left alone");

        owned.scene()
                .put(
                        owned.app(
                                "shop",
                                owned.configMap("settings", "newer"),
                                owned.configMap("others", "ours")));
        owned.awaitMode("settings", "newer");
    }

    @Test
    void admissionThatChangesWhatWeApplyIsSaidAndNotFought(Fleet fleet) {
        Owned owned = new Owned(fleet, "admission");
        owned.live().create("admissionregistration.k8s.io/v1/mutatingadmissionpolicies", POLICY);
        owned.live()
                .create("admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings", BINDING);
        // A policy acts some time after it was made.
        Await.until(
                "the policy to act",
                Scene.SOON,
                () ->
                        owned.live()
                                .applyByForce("v1/configmaps", "probe", PROBE)
                                .toString()
                                .contains("by-policy"));
        App app = owned.app("shop", owned.configMap("mutated", "ours"));

        owned.scene().put(app);
        owned.awaitSays(app, "FieldsAltered");
        owned.awaitSays(app, ".data.mode");
        owned.scene().awaitHealthy(app);
        assertEquals("by-policy", owned.mode("mutated"));
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("mutated"));

        String version = version(owned, "mutated");
        owned.scene()
                .putHealthy(
                        owned.app(
                                "shop",
                                owned.configMap("mutated", "ours"),
                                owned.configMap("beside", "ours")));
        owned.awaitMode("beside", "ours");
        assertEquals(version, version(owned, "mutated"), "it is not written again and again");
    }

    @Test
    void objectIsAnothersUntilThatOneGivesItUp(Fleet fleet) {
        Owned owned = new Owned(fleet, "moving-objects");
        App first =
                owned.app(
                        "first", owned.configMap("moves", "first"), owned.configMap("stays", "x"));
        owned.scene().putHealthy(first);
        App second = owned.app("second", owned.configMap("moves", "second"));

        owned.scene().put(second);
        owned.awaitSays(
                second, "belongs to another application of Portolan (moving-objects/first)");
        assertEquals("first", owned.mode("moves"));

        owned.scene().put(owned.app("first", owned.configMap("stays", "x")));
        owned.awaitMode("moves", "second");
        owned.scene().awaitHealthy(second);
        assertEquals("x", owned.mode("stays"));
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("moves"));
    }

    @Test
    void renamedObjectAndDroppedComponentGoAndTheOthersStay(Fleet fleet) {
        Owned owned = new Owned(fleet, "renames");
        App app =
                owned.app("shop", owned.configMap("before", "x"))
                        .component("two", owned.configMap("kept", "x"))
                        .component("three", owned.configMap("dropped", "x"));
        owned.scene().putHealthy(app);
        String kept = Owned.uid(object(owned, "kept"));

        owned.scene().put(app.manifests(owned.configMap("after", "x")).withoutComponent("three"));
        owned.awaitMode("after", "x");
        owned.awaitGone("before");
        owned.awaitGone("dropped");
        owned.scene().awaitHealthy(app);
        assertEquals(kept, Owned.uid(object(owned, "kept")));
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("kept"));
        assertEquals(Set.of(PORTOLAN), owned.ownersOfMode("after"));
    }

    @Test
    void objectOf900KilobytesArrivesWhole(Fleet fleet) {
        Owned owned = new Owned(fleet, "huge");
        String mode = "0123456789".repeat(90_000);
        App app = owned.app("shop", owned.configMap("huge", mode));
        owned.scene().putHealthy(app);
        assertEquals(mode, owned.mode("huge"));
        owned.edit("huge", "edited");
        owned.awaitMode("huge", mode);
    }

    private static JsonObject object(Owned owned, String name) {
        return owned.live().get("v1/configmaps", owned.scene().tenant(), name).orElseThrow();
    }

    private static String version(Owned owned, String name) {
        return object(owned, name).getAsJsonObject("metadata").get("resourceVersion").getAsString();
    }

    private static final String POLICY =
            """
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy", "metadata": {"name": "modes"},
             "spec": {"failurePolicy": "Fail", "reinvocationPolicy": "Never",
              "matchConstraints": {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"], "resources": ["configmaps"]}]},
              "matchConditions": [{"name": "named", "expression": "object.metadata.name == 'mutated'"}],
              "mutations": [{"patchType": "JSONPatch",
               "jsonPatch": {"expression": "[JSONPatch{op: 'replace', path: '/data/mode', value: 'by-policy'}]"}}]}}
            """;
    private static final String BINDING =
            """
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "modes"},
             "spec": {"policyName": "modes"}}
            """;
    private static final String PROBE =
            """
            {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "mutated", "namespace": "default"}, "data": {"mode": "probe"}}
            """;
}
