package io.portolan.central.render;

import io.portolan.model.Check;
import io.portolan.model.ResourceKey;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
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
                    String name =
                            ComponentRenderer.objectName(application.name(), component.name());
                    for (KubeObject object : ComponentRenderer.outline(name, container)) {
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

    /** The objects alone. */
    public static Set<ObjectRef> objects(ApplicationSpec spec, ResourceKey application) {
        Set<ObjectRef> out = new TreeSet<>();
        of(spec, application, Check.root()).forEach(claim -> out.add(claim.object()));
        return out;
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
