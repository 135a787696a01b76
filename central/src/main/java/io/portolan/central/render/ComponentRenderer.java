package io.portolan.central.render;

import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Claims;
import io.portolan.model.app.Component;
import io.portolan.model.app.Component.Container;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Components to Kubernetes objects. A container becomes a Deployment, and a Service of the same
 * name where it has ports; manifests stay as they are but for Portolan's labels and the namespace.
 *
 * <p>A container's objects are named {@code APPLICATION-COMPONENT}, or {@code APPLICATION} where
 * the component has the application's name: the applications of a tenant share a namespace.
 */
public final class ComponentRenderer {
    /** The names of the variables that tell a container where it runs. */
    public static final String CLUSTER_VARIABLE = "PORTOLAN_CLUSTER";

    public static final String REGION_VARIABLE = "PORTOLAN_REGION";

    private ComponentRenderer() {}

    /** All components, in the order of the spec. */
    public static Rendered render(Resource<ApplicationSpec> application, Target target) {
        Scopes scopes = Scopes.of(application.spec());
        List<KubeObject> out = new ArrayList<>();
        for (Component component : application.spec().components()) {
            out.addAll(render(component, application.metadata(), scopes, target));
        }
        return Rendered.of(out, application.spec().health());
    }

    static List<KubeObject> render(
            Component component, Metadata application, Scopes scopes, Target target) {
        List<KubeObject> objects =
                switch (component.source()) {
                    case Container c -> container(component.name(), c, application, target);
                    case Component.Manifests m ->
                            m.objects().stream()
                                    .map(o -> Replicas.part(component.name(), o, target.replicas()))
                                    .toList();
                };
        Map<String, Object> labels = Labels.of(application);
        return objects.stream()
                .map(o -> ours(o, labels, application, scopes))
                .map(
                        o ->
                                target.guard()
                                        .map(g -> Guarded.by(g, application.givenUid(), o))
                                        .orElse(o))
                .toList();
    }

    private static KubeObject ours(
            KubeObject object, Map<String, Object> labels, Metadata application, Scopes scopes) {
        KubeObject labelled = Labels.on(object, labels, "metadata", "labels");
        Optional<String[]> pods = Labels.ofPods(object);
        if (pods.isPresent()) {
            labelled = Labels.on(labelled, Labels.ofPods(application), pods.get());
        }
        return labelled.namespace().isEmpty() && !scopes.clusterScoped(labelled)
                ? labelled.with(application.tenant(), "metadata", "namespace")
                : labelled;
    }

    private static List<KubeObject> container(
            String name, Container container, Metadata application, Target target) {
        // By name, since a selector cannot be changed: a successor may adopt what was kept.
        Map<String, Object> own = new TreeMap<>();
        own.put(Labels.APPLICATION, application.name());
        own.put(Labels.COMPONENT, name);
        List<KubeObject> outline =
                Claims.outline(Claims.objectName(application.name(), name), container);
        KubeObject deployment =
                outline.getFirst()
                        .with(own, "metadata", "labels")
                        .with(
                                target.replicas().getOrDefault(name, container.replicas()),
                                "spec",
                                "replicas")
                        .with(own, "spec", "selector", "matchLabels")
                        .with(own, "spec", "template", "metadata", "labels")
                        .with(
                                List.of(process(name, container, target)),
                                "spec",
                                "template",
                                "spec",
                                "containers")
                        .with(
                                Map.of("type", "RuntimeDefault"),
                                "spec",
                                "template",
                                "spec",
                                "securityContext",
                                "seccompProfile");
        if (container.ports().isEmpty()) {
            return List.of(deployment);
        }
        KubeObject service =
                outline.getLast()
                        .with(own, "metadata", "labels")
                        .with(own, "spec", "selector")
                        .with(
                                container.ports().stream().map(p -> servicePort(p)).toList(),
                                "spec",
                                "ports");
        return List.of(deployment, service);
    }

    /** The container of the pod. Users keep their image's user: many images run as root. */
    private static Map<String, Object> process(String name, Container c, Target target) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("name", name);
        out.put("image", c.image());
        if (!c.command().isEmpty()) {
            out.put("command", c.command());
        }
        if (!c.args().isEmpty()) {
            out.put("args", c.args());
        }
        Map<String, String> env = new TreeMap<>();
        env.put(CLUSTER_VARIABLE, target.cluster());
        env.put(REGION_VARIABLE, target.region());
        env.putAll(c.env());
        out.put(
                "env",
                env.entrySet().stream()
                        .map(e -> ordered("name", e.getKey(), "value", e.getValue()))
                        .toList());
        if (!c.ports().isEmpty()) {
            out.put("ports", c.ports().stream().map(p -> containerPort(p)).toList());
        }
        c.resources().map(ComponentRenderer::resources).ifPresent(r -> out.put("resources", r));
        // The end of the log of a container that failed is in its status, without a right to logs.
        out.put("terminationMessagePolicy", "FallbackToLogsOnError");
        out.put(
                "securityContext",
                ordered(
                        "allowPrivilegeEscalation",
                        false,
                        "capabilities",
                        Map.of("drop", List.of("NET_RAW"))));
        return out;
    }

    private static Map<String, Object> resources(Component.Resources resources) {
        Map<String, Object> requests = new TreeMap<>();
        resources.cpu().ifPresent(q -> requests.put("cpu", q.text()));
        resources.memory().ifPresent(q -> requests.put("memory", q.text()));
        Map<String, Object> out = new TreeMap<>();
        out.put("requests", requests);
        resources
                .memory()
                .ifPresent(q -> out.put("limits", Map.<String, Object>of("memory", q.text())));
        return out;
    }

    private static Map<String, Object> containerPort(Component.Port port) {
        return ordered("name", port.called(), "containerPort", port.port(), "protocol", "TCP");
    }

    private static Map<String, Object> servicePort(Component.Port port) {
        return ordered(
                "name",
                port.called(),
                "port",
                port.port(),
                "targetPort",
                port.port(),
                "protocol",
                "TCP");
    }

    /** A map in the order of the arguments: key, value, key, value. */
    static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> out = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            out.put((String) pairs[i], pairs[i + 1]);
        }
        return out;
    }
}
