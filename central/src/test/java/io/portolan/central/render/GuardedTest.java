package io.portolan.central.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.app.Component;
import io.portolan.model.app.GrantToken;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuardedTest {
    private static final Uid APP = new Uid("0192-checkout");
    private static final Uid PARIS = new Uid("0192-paris");
    private static final GuardTarget GUARD =
            new GuardTarget(PARIS, "http://portolan-agent.portolan-system:8442/", "guard:1");

    private static KubeObject workload(String kind, String pod) {
        return Codec.lenient()
                .read(
                        """
                        {"apiVersion": "apps/v1", "kind": "%s", "metadata": {"name": "db"},
                         "spec": {"template": {"spec": %s}}}
                        """
                                .formatted(kind, pod)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        KubeObject.class);
    }

    @Test
    @SuppressWarnings("unchecked")
    void everyProcessOfThePodRunsUnderTheGuard() {
        KubeObject object =
                Guarded.by(
                        GUARD,
                        APP,
                        workload(
                                "StatefulSet",
                                """
                                {"initContainers": [{"name": "migrate", "image": "m",
                                   "command": ["migrate"], "args": ["up"]}],
                                 "containers": [{"name": "db", "image": "d",
                                   "command": ["/bin/db", "--serve"],
                                   "env": [{"name": "A", "value": "b"}],
                                   "volumeMounts": [{"name": "data", "mountPath": "/data"}]}],
                                 "volumes": [{"name": "data"}]}
                                """));
        Map<String, Object> pod = object.map("spec", "template", "spec");
        List<Map<String, Object>> init = (List<Map<String, Object>>) pod.get("initContainers");
        List<Map<String, Object>> main = (List<Map<String, Object>>) pod.get("containers");
        String url = "http://portolan-agent.portolan-system:8442/v1/grants/0192-checkout";
        assertEquals("guard:1", init.get(0).get("image"));
        assertEquals(List.of("/guard", "install", "/portolan/guard"), init.get(0).get("command"));
        assertEquals(
                List.of("/portolan/guard", "run", "--grant-url", url, "--", "migrate"),
                init.get(1).get("command"));
        assertEquals(List.of("up"), init.get(1).get("args"));
        assertEquals(
                List.of("/portolan/guard", "run", "--grant-url", url, "--", "/bin/db", "--serve"),
                main.get(0).get("command"));
        assertEquals(
                List.of(
                        Map.of("name", "A", "value", "b"),
                        Map.of("name", "PORTOLAN_GRANT_TOKEN", "value", GrantToken.of(APP, PARIS))),
                main.get(0).get("env"));
        assertEquals(2, ((List<?>) main.get(0).get("volumeMounts")).size());
        assertEquals(2, ((List<?>) pod.get("volumes")).size());
    }

    @Test
    void whatStartsNoPodsStaysAsItIs() {
        KubeObject map =
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "ConfigMap",
                                "metadata",
                                Map.of("name", "a")));
        assertEquals(map, Guarded.by(GUARD, APP, map));
    }

    private static List<String> problems(Component component) {
        Check check = Check.root();
        Guarded.check(component, check.at("components").at(0));
        return check.problems().stream().map(Check.Problem::toString).toList();
    }

    private static List<String> problems(String pod) {
        return problems(
                new Component("db", new Component.Manifests(List.of(workload("Deployment", pod)))));
    }

    @Test
    void aCommandHasToBeSaidForTheGuardToRunIt() {
        List<String> told =
                problems(
                        """
                        {"initContainers": [{"name": "i"}],
                         "containers": [{"name": "a", "command": ["a"]}, {"name": "b"}]}
                        """);
        assertEquals(2, told.size(), told::toString);
        String at = "components[0].manifests[0].spec.template.spec.";
        assertTrue(told.get(0).startsWith(at + "initContainers[0].command: must be given"));
        assertTrue(told.get(1).startsWith(at + "containers[1].command: must be given"));
        told =
                problems(
                        new Component(
                                "web",
                                new Component.Container(
                                        "i",
                                        List.of(),
                                        1,
                                        Map.of(),
                                        List.of(),
                                        List.of("serve"),
                                        Optional.empty())));
        assertTrue(
                told.getFirst().startsWith("components[0].container.command: must be given"),
                told::toString);
    }

    @Test
    void theGuardHasToBeTheFirstProcessOfItsContainer() {
        String pod = "{\"%s\": true, \"containers\": [{\"name\": \"a\", \"command\": [\"a\"]}]}";
        for (String shared : List.of("hostPID", "shareProcessNamespace")) {
            assertTrue(
                    problems(pod.formatted(shared))
                            .getFirst()
                            .startsWith(
                                    "components[0].manifests[0].spec.template.spec."
                                            + shared
                                            + ": must not be"));
        }
        assertFalse(problems(pod.formatted("hostIPC")).iterator().hasNext());
    }
}
