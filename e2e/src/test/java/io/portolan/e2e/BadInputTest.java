package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Proc;
import io.portolan.e2e.harness.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong input is refused with the field's name, before anything of it is done. */
@ExtendWith(Fleet.Extension.class)
class BadInputTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"replicas\":1 | \"replica\":1 | /spec/components/0/container/replica",
                "\"replicas\":1 | \"replicas\":\"many\" | /spec/components/0/container/replicas",
                "\"replicas\":1 | \"replicas\":1,\"ports\":[0] | /spec/components/0/container/ports/0",
                "\"tenant\":\"bad\" | \"tenant\":\"nobody\" | /metadata/tenant",
                "portolan.io/v1 | portolan.io/v7 | /apiVersion",
            })
    void problemPointsAtTheField(String good, String bad, String pointer, Fleet fleet) {
        Scene scene = new Scene(fleet, "bad");
        App app = scene.app("wrong");
        String document = app.json().replace(good, bad);
        assertFalse(document.equals(app.json()), "the case changes the document");

        Api.Answer answer = scene.api().put(app.path(), document).expect(400);
        JsonObject error = answer.json().getAsJsonArray("errors").get(0).getAsJsonObject();
        assertTrue(error.get("pointer").getAsString().startsWith(pointer), answer::body);
        assertEquals(404, scene.api().get(app.path()).status());
    }

    @Test
    void commandLineNamesTheFieldAndChangesNothingOfTheFile(Fleet fleet) throws IOException {
        Scene scene = new Scene(fleet, "badcli");
        App good = scene.app("good");
        App bad = scene.app("bad");
        Path file = Workspace.scratch("documents").resolve("both.yaml");
        Files.writeString(
                file,
                good.json()
                        + "\n---\n"
                        + bad.json().replace("\"replicas\":1", "\"replicas\":-1")
                        + "\n");

        Proc.Finished applied = scene.portolan().cli("apply", "-f", file.toString()).expect(2);
        assertTrue(applied.err().contains("spec.components[0].container.replicas"), applied::err);
        assertEquals(404, scene.api().get(good.path()).status());
        assertEquals(404, scene.api().get(bad.path()).status());
    }

    @Test
    void commandLineTellsWhatIsNotThereAndWhatIsNotReached(Fleet fleet) {
        Scene scene = new Scene(fleet, "badcli");
        scene.portolan().cli("get", "application", "badcli/nothing").expect(7);
        scene.portolan().cli("get", "gadgets").expect(2);
    }

    @Test
    void tooLargeAndTooDeepAreRefusedBeforeTheyAreRead(Fleet fleet) {
        Scene scene = new Scene(fleet, "bad");
        App app = scene.app("huge");
        String huge = app.json().replace("example/app:1", "x".repeat(64 * 1024 * 1024));
        assertEquals(413, scene.api().putWhenAsked(app.path(), huge).status());
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        assertEquals(400, scene.api().put(app.path(), deep).status());
        assertEquals("{", scene.api().get(app.path()).expect(404).body().substring(0, 1));
    }

    @Test
    void sameObjectTwiceInOneApplicationIsRefused(Fleet fleet) {
        Scene scene = new Scene(fleet, "bad");
        String object =
                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"twice\"}}";
        App app = scene.app("twins").manifests(object, object);
        scene.api().put(app.path(), app.json()).expect(400);
        assertEquals(404, scene.api().get(app.path()).status());
    }

    @Test
    void clusterScopedKindThatTheTenantMayNotBringIsRefused(Fleet fleet) {
        Scene scene = new Scene(fleet, "bad");
        scene.api()
                .put(
                        "/api/v1/tenants/small",
                        "{\"apiVersion\": \"portolan.io/v1\", \"kind\": \"Tenant\", \"metadata\": {\"name\": \"small\"}, \"spec\": {}}")
                .expect(200);
        App app =
                new App("small", "grabs")
                        .manifests(
                                "{\"apiVersion\": \"rbac.authorization.k8s.io/v1\", \"kind\": \"ClusterRole\", \"metadata\": {\"name\": \"all\"}}");
        scene.api().put(app.path(), app.json()).expect(400);
        App elsewhere =
                new App("small", "grabs")
                        .manifests(
                                "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\", \"namespace\": \"kube-system\"}}");
        scene.api().put(elsewhere.path(), elsewhere.json()).expect(400);
    }

    @Test
    void whatIsMissingIsSaidOnTheStatus(Fleet fleet) {
        Scene scene = new Scene(fleet, "missing");
        App app = scene.app("waits");
        String document =
                app.json().replace("\"components\"", "\"placement\":\"not-yet\",\"components\"");
        scene.api().put(app.path(), document).expect(200);
        scene.api().awaitStatus("missing", "waits", "PolicyMissing", Scene.SOON);
        scene.api().awaitStatus("missing", "waits", "not-yet", Scene.SOON);

        scene.api()
                .put(
                        "/api/v1/tenants/missing/placementpolicies/not-yet",
                        "{\"apiVersion\": \"portolan.io/v1\", \"kind\": \"PlacementPolicy\","
                                + " \"metadata\": {\"tenant\": \"missing\", \"name\": \"not-yet\"}, \"spec\": {\"where\": \"name = eu-west\"}}")
                .expect(200);
        scene.awaitReady("eu-west", app, 1);
    }
}
