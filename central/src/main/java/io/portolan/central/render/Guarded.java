package io.portolan.central.render;

import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.app.Component;
import io.portolan.model.app.GrantToken;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts every process of a workload's pods under the guard (docs/design/fencing.md): an init
 * container copies it into the pod, and each container's command is run by it. Init containers too,
 * for they may write as well.
 */
final class Guarded {
    private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "ReplicaSet");

    private static final String NAME = "portolan-guard";
    private static final String FOLDER = "/portolan";
    private static final String PROGRAM = FOLDER + "/guard";
    private static final String GRANTS = "/v1/grants/";
    private static final String[] POD = {"spec", "template", "spec"};

    private Guarded() {}

    static KubeObject by(GuardTarget guard, Uid application, KubeObject object) {
        if (!workload(object)) {
            return object;
        }
        Map<String, Object> pod = new LinkedHashMap<>(object.map(POD));
        List<Object> before = new ArrayList<>();
        before.add(install(guard));
        before.addAll(run(guard, application, list(pod.get("initContainers"))));
        pod.put("initContainers", before);
        pod.put("containers", run(guard, application, list(pod.get("containers"))));
        List<Object> volumes = new ArrayList<>(list(pod.get("volumes")));
        volumes.add(
                ComponentRenderer.ordered("name", NAME, "emptyDir", Map.of("sizeLimit", "32Mi")));
        pod.put("volumes", volumes);
        return object.with(pod, POD);
    }

    private static Map<String, Object> install(GuardTarget guard) {
        return ComponentRenderer.ordered(
                "name",
                NAME,
                "image",
                guard.image(),
                "command",
                List.of("/guard", "install", PROGRAM),
                "resources",
                ComponentRenderer.ordered(
                        "requests",
                        ComponentRenderer.ordered("cpu", "10m", "memory", "16Mi"),
                        "limits",
                        Map.of("memory", "32Mi")),
                "securityContext",
                ComponentRenderer.ordered(
                        "allowPrivilegeEscalation",
                        false,
                        "capabilities",
                        Map.of("drop", List.of("ALL")),
                        "readOnlyRootFilesystem",
                        true),
                "volumeMounts",
                List.of(ComponentRenderer.ordered("name", NAME, "mountPath", FOLDER)));
    }

    private static List<Object> run(GuardTarget guard, Uid application, List<?> containers) {
        List<Object> out = new ArrayList<>();
        for (Object container : containers) {
            out.add(container instanceof Map<?, ?> map ? run(guard, application, map) : container);
        }
        return out;
    }

    private static Map<String, Object> run(GuardTarget guard, Uid application, Map<?, ?> plain) {
        Map<String, Object> out = new LinkedHashMap<>();
        plain.forEach((key, value) -> out.put(String.valueOf(key), value));
        List<Object> command =
                new ArrayList<>(
                        List.of(PROGRAM, "run", "--grant-url", url(guard, application), "--"));
        command.addAll(list(plain.get("command")));
        out.put("command", command);
        List<Object> env = new ArrayList<>(list(plain.get("env")));
        env.add(
                ComponentRenderer.ordered(
                        "name",
                        GrantToken.VARIABLE,
                        "value",
                        GrantToken.of(application, guard.cluster())));
        out.put("env", env);
        List<Object> mounts = new ArrayList<>(list(plain.get("volumeMounts")));
        mounts.add(ComponentRenderer.ordered("name", NAME, "mountPath", FOLDER, "readOnly", true));
        out.put("volumeMounts", mounts);
        return out;
    }

    private static String url(GuardTarget guard, Uid application) {
        String base = guard.url();
        return (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                + GRANTS
                + application;
    }

    /**
     * What keeps a component from being put under the guard.
     *
     * @param at stands at the component
     */
    static void check(Component component, Check at) {
        switch (component.source()) {
            case Component.Container c ->
                    at.at("container").at("command").require(!c.command().isEmpty(), command());
            case Component.Manifests m -> {
                for (int i = 0; i < m.objects().size(); i++) {
                    KubeObject object = m.objects().get(i);
                    if (workload(object)) {
                        Check pod = at.at("manifests").at(i);
                        for (String key : POD) {
                            pod = pod.at(key);
                        }
                        check(object.map(POD), pod);
                    }
                }
            }
        }
    }

    private static void check(Map<String, Object> pod, Check at) {
        for (String lists : List.of("initContainers", "containers")) {
            List<?> containers = list(pod.get(lists));
            for (int i = 0; i < containers.size(); i++) {
                Check container = at.at(lists).at(i);
                Map<?, ?> map = containers.get(i) instanceof Map<?, ?> m ? m : Map.of();
                container.at("command").require(!list(map.get("command")).isEmpty(), command());
                container
                        .at("name")
                        .require(!NAME.equals(map.get("name")), "is the guard's own container");
            }
        }
        for (Object volume : list(pod.get("volumes"))) {
            at.at("volumes")
                    .require(
                            !(volume instanceof Map<?, ?> m && NAME.equals(m.get("name"))),
                            NAME + " is the guard's own volume");
        }
        for (String shared : List.of("hostPID", "shareProcessNamespace")) {
            at.at(shared)
                    .require(
                            !Boolean.TRUE.equals(pod.get(shared)),
                            "must not be: the guard has to be process 1 of its container, so that"
                                    + " everything there ends with it");
        }
    }

    private static String command() {
        return "must be given for onCentralLoss: selfFence: the guard runs it, and does not know what"
                + " the image would run";
    }

    private static boolean workload(KubeObject object) {
        return object.group().equals("apps") && WORKLOADS.contains(object.kind());
    }

    private static List<?> list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }
}
