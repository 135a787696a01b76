package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.Live;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What Kubernetes says only in conditions and refusals reaches the application's one line. */
@ExtendWith(Fleet.Extension.class)
class HealthTest {
    @Test
    void quotaThatRefusesPodsIsNamed(Fleet fleet) {
        Scene scene = new Scene(fleet, "quota");
        scene.putHealthy(
                scene.app("limits")
                        .manifests(
                                """
                                {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "one-pod"},
                                 "spec": {"hard": {"pods": "1"}}}
                                """)
                        .on("eu-north"));
        App app = scene.app("greedy").replicas(2).on("eu-north");
        scene.put(app);
        scene.api().awaitStatus("quota", "greedy", "exceeded quota: one-pod", Scene.SOON);
        scene.api().awaitStatus("quota", "greedy", "QuotaExceeded", Scene.SOON);
        scene.api().awaitHealth("quota", "greedy", "Degraded", Scene.SOON);
    }

    @Test
    void podsThatAnAdmissionPolicyRefusesAreToldInItsWords(Fleet fleet) {
        Scene scene = new Scene(fleet, "admission");
        scene.putHealthy(scene.app("first").on("eu-west"));
        Live live = scene.live("eu-west");
        live.create(POLICIES, POLICY);
        live.create(BINDINGS, BINDING);
        try {
            Await.until("the policy to be in force", Scene.SOON, () -> refuses(live));
            App app = scene.app("denied").manifests(DENIED).on("eu-west");
            scene.put(app);
            scene.api().awaitStatus("admission", "denied", "team rule: nobody denies", Scene.SOON);
            scene.api().awaitStatus("admission", "denied", "AdmissionRefused", Scene.SOON);
            scene.api().awaitHealth("admission", "denied", "Failed", Scene.SOON);
        } finally {
            live.delete(BINDINGS, "", "e2e-health");
            live.delete(POLICIES, "", "e2e-health");
        }
    }

    @Test
    void progressDeadlineTellsCountsAndItsCauseGoesFirst(Fleet fleet) {
        Scene scene = new Scene(fleet, "deadline");
        App app =
                scene.app("late")
                        .manifests(
                                """
                                {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "late"},
                                 "spec": {"progressDeadlineSeconds": 3, "selector": {"matchLabels": {"app": "late"}},
                                  "template": {"metadata": {"labels": {"app": "late"}},
                                   "spec": {"containers": [{"name": "main", "image": "example.invalid/missing:1"}]}}}}
                                """)
                        .on("eu-north");
        scene.put(app);
        scene.api()
                .awaitStatus(
                        "deadline",
                        "late",
                        "0 of 1 pods are ready after the progress deadline of 3 s",
                        Scene.SOON);
        scene.api().awaitHealth("deadline", "late", "Failed", Scene.SOON);
        Await.until(
                "the cause to be told first",
                Scene.SOON,
                () ->
                        scene.api()
                                .status("deadline", "late")
                                .get("summary")
                                .getAsString()
                                .startsWith(
                                        "revision 1 healthy on 0 of 1: eu-north image"
                                                + " \"example.invalid/missing:1\" of container"
                                                + " main cannot be pulled"));
        String tree = scene.portolan().cli("get", "application", "deadline/late").expect(0).out();
        String[] expected = {
            "  └─ eu-north \\(eu-north\\)  Active  Failed for \\d+s  0/1 ready  revision 1  1 object",
            "     └─ late",
            "        ├─ Pod late-\\w+-\\w+  Failed for \\d+s  ImagePullBackOff",
            "        │    image \"example.invalid/missing:1\" of container main cannot be pulled: .+",
            "        └─ Deployment late  Failed for \\d+s  ProgressDeadlineExceeded",
            "             0 of 1 pods are ready after the progress deadline of 3 s",
        };
        String pattern = "NAME +HEALTH.+\\nlate +Failed .+\\n" + String.join("\\n", expected);
        assertTrue(Pattern.compile(pattern).matcher(tree).lookingAt(), tree);
    }

    @Test
    void jobThatFailedIsToldWithTheLastWordsOfItsPod(Fleet fleet) {
        Scene scene = new Scene(fleet, "jobs");
        App app =
                scene.app("once")
                        .manifests(
                                """
                                {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "once"},
                                 "spec": {"backoffLimit": 0, "template": {"spec": {"restartPolicy": "Never",
                                   "containers": [{"name": "main", "image": "example.invalid/fails:1"}]}}}}
                                """)
                        .on("us-east");
        scene.put(app);
        scene.api().awaitHealth("jobs", "once", "Failed", Scene.SOON);
        scene.api().awaitStatus("jobs", "once", "BackoffLimitExceeded", Scene.SOON);
        scene.api()
                .awaitStatus("jobs", "once", "ended with exit code 3: schema is newer", Scene.SOON);
    }

    @Test
    void kindOfItsOwnIsJudgedByExpressions(Fleet fleet) {
        Scene scene = new Scene(fleet, "gadgets");
        Live live = scene.live("us-east");
        App app =
                scene.app("gadgets")
                        .manifests(GADGETS, GADGET)
                        .health(
                                "health.example.com/v1/Gadget",
                                "self.status.phase == 'Ready'",
                                "self.status.phase == 'Broken'",
                                "self.status.why")
                        .on("us-east");
        scene.put(app);
        live.awaitExists("health.example.com/v1/gadgets", "gadgets", "first", Scene.SOON);
        scene.api().awaitHealth("gadgets", "gadgets", "Progressing", Scene.SOON);

        status(live, "{\"phase\": \"Broken\", \"why\": \"disk full\"}");
        scene.api().awaitHealth("gadgets", "gadgets", "Failed", Scene.SOON);
        scene.api().awaitStatus("gadgets", "gadgets", "Gadget first: disk full", Scene.SOON);

        status(live, "{\"phase\": \"Ready\"}");
        scene.awaitHealthy(app);

        app.health("health.example.com/v1/Gadget", "self.status.phase == 'Perfect'", "", "");
        scene.put(app);
        scene.api().awaitHealth("gadgets", "gadgets", "Progressing", Scene.SOON);
        app.health("health.example.com/v1/Gadget", "self.status.size > 1", "", "");
        scene.put(app);
        scene.api()
                .awaitStatus(
                        "gadgets",
                        "gadgets",
                        "the rule of healthy cannot be answered: key 'size' is not present in map",
                        Scene.SOON);
        scene.api().awaitHealth("gadgets", "gadgets", "Unknown", Scene.SOON);

        app.health("health.example.com/v1/Gadget", "self.status.phase = 'Ready'", "", "");
        String refusal = scene.api().put(app.path(), app.json()).expect(400).body();
        assertTrue(refusal.contains("/spec/health/0/healthy"), refusal);
        assertTrue(refusal.contains("column 19"), refusal);
    }

    private static void status(Live live, String status) {
        live.mergePatch(
                "health.example.com/v1/gadgets",
                "gadgets",
                "first",
                "{\"status\": " + status + "}");
    }

    /** Whether the policy refuses by now; what it let through before stays and disturbs nobody. */
    private static boolean refuses(Live live) {
        List<String> former = live.names("v1/configmaps", "admission");
        try {
            live.create(
                    "v1/configmaps",
                    """
                    {"apiVersion": "v1", "kind": "ConfigMap",
                     "metadata": {"name": "probe-%d", "namespace": "admission", "labels": {"deny": "yes"}}}
                    """
                            .formatted(former.size()));
            return false;
        } catch (IllegalStateException e) {
            return String.valueOf(e.getMessage()).contains("team rule");
        }
    }

    private static final String POLICIES =
            "admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private static final String BINDINGS =
            "admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";

    private static final String POLICY =
            """
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
             "metadata": {"name": "e2e-health"},
             "spec": {"failurePolicy": "Fail",
              "matchConstraints": {
               "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "admission"}},
               "resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"],
                "resources": ["pods", "configmaps"]}]},
              "validations": [{"expression": "!has(object.metadata.labels) || !('deny' in object.metadata.labels)",
               "message": "team rule: nobody denies"}]}}
            """;

    private static final String BINDING =
            """
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
             "metadata": {"name": "e2e-health"},
             "spec": {"policyName": "e2e-health", "validationActions": ["Deny"]}}
            """;

    private static final String DENIED =
            """
            {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "denied"},
             "spec": {"selector": {"matchLabels": {"deny": "yes"}},
              "template": {"metadata": {"labels": {"deny": "yes"}},
               "spec": {"containers": [{"name": "main", "image": "example/app:1"}]}}}}
            """;

    private static final String GADGETS =
            """
            {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
             "metadata": {"name": "gadgets.health.example.com"},
             "spec": {"group": "health.example.com", "scope": "Namespaced",
              "names": {"kind": "Gadget", "plural": "gadgets", "singular": "gadget"},
              "versions": [{"name": "v1", "served": true, "storage": true,
               "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
            """;

    private static final String GADGET =
            """
            {"apiVersion": "health.example.com/v1", "kind": "Gadget", "metadata": {"name": "first"},
             "spec": {"size": 3}}
            """;
}
