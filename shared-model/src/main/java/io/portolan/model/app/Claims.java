package io.portolan.model.app;

import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which objects an application makes in its tenant's namespace, where applications may meet: {@code
 * a-b} with component {@code c} makes the same {@code a-b-c} as {@code a} with {@code b-c}.
 */
public final class Claims {
    /** What containers become; only these are named after their application. */
    private static final Set<String> OF_CONTAINERS = Set.of("Deployment.apps", "Service");

    private Claims() {}

    /**
     * One object.
     *
     * @param at where the spec asks for it
     */
    public record Claim(ObjectRef object, Check at) {}

    /**
     * @param at stands at the spec
     */
    public static List<Claim> of(ApplicationSpec spec, ResourceKey application, Check at) {
        Scopes scopes = Scopes.of(spec);
        List<Claim> out = new ArrayList<>();
        for (int i = 0; i < spec.components().size(); i++) {
            Component component = spec.components().get(i);
            Check here = at.at("components").at(i);
            switch (component.source()) {
                case Component.Container container -> {
                    String name = objectName(application.name(), component.name());
                    for (KubeObject object : outline(name, container)) {
                        out.add(claim(object, application, here.at("name")));
                    }
                }
                case Component.Manifests manifests -> {
                    for (int j = 0; j < manifests.objects().size(); j++) {
                        KubeObject object = manifests.objects().get(j);
                        if (!scopes.clusterScoped(object)) {
                            Check there = here.at("manifests").at(j);
                            out.add(claim(object, application, there.at("metadata").at("name")));
                        }
                    }
                }
            }
        }
        return out;
    }

    private static Claim claim(KubeObject object, ResourceKey application, Check at) {
        return new Claim(
                new ObjectRef(
                        object.group() + "/", object.kind(), application.tenant(), object.name()),
                at);
    }

    /** What the objects of a container are called. */
    public static String objectName(String application, String component) {
        return application.equals(component) ? application : application + "-" + component;
    }

    /**
     * The objects that a container becomes, by name only; what they hold is left out.
     *
     * @param name of the objects
     */
    public static List<KubeObject> outline(String name, Component.Container container) {
        KubeObject deployment = head("apps/v1", "Deployment", name);
        return container.ports().isEmpty()
                ? List.of(deployment)
                : List.of(deployment, head("v1", "Service", name));
    }

    private static KubeObject head(String apiVersion, String kind, String name) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("apiVersion", apiVersion);
        out.put("kind", kind);
        out.put("metadata", Map.of("name", name));
        return new KubeObject(out);
    }

    /** The objects alone. */
    public static Set<ObjectRef> objects(ApplicationSpec spec, ResourceKey application) {
        Set<ObjectRef> out = new TreeSet<>();
        of(spec, application, Check.root()).forEach(claim -> out.add(claim.object()));
        return out;
    }

    /**
     * What of these an application makes too: nothing where it is none of the {@link #rivals}.
     *
     * @param claims of the application {@code of}
     */
    public static List<Claim> met(
            List<Claim> claims, ResourceKey of, ApplicationSpec theirs, ResourceKey them) {
        if (!of.tenant().equals(them.tenant())
                || !rivals(claims, of.name()).contains(them.name())) {
            return List.of();
        }
        Set<ObjectRef> held = objects(theirs, them);
        return claims.stream().filter(claim -> held.contains(claim.object())).toList();
    }

    /** The other applications whose containers could make one of these, by their names. */
    public static Set<String> rivals(List<Claim> claims, String application) {
        Set<String> out = new LinkedHashSet<>();
        for (Claim claim : claims) {
            String kind =
                    claim.object().group().isEmpty()
                            ? claim.object().kind()
                            : claim.object().kind() + "." + claim.object().group();
            if (OF_CONTAINERS.contains(kind)) {
                String name = claim.object().name();
                for (int end = name.indexOf('-'); end > 0; end = name.indexOf('-', end + 1)) {
                    out.add(name.substring(0, end));
                }
                out.add(name);
            }
        }
        out.remove(application);
        return out;
    }
}
