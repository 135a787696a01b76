package io.portolan.agent;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.CapacityCount;
import io.portolan.model.app.KubeObject;
import io.portolan.model.cluster.ClusterStatus.Capacity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Does the effects that one call of Kubernetes answers. Blocks; holds nothing. */
public final class KubeEffects {
    /** More than anyone needs to know that some are left. */
    private static final int LISTED_AT_MOST = 1_000;

    private static final List<String> NAMES =
            List.of("namespace", "name", "uid", "labels", "deletionTimestamp");

    private final KubeApi kube;

    public KubeEffects(KubeApi kube) {
        this.kube = kube;
    }

    /** Empty for effects that are not calls of Kubernetes. */
    public Optional<Event> perform(Effect effect) {
        return switch (effect) {
            case Effect.Apply(var id, var object, var force) ->
                    Optional.of(new Event.ApplyDone(id, kube.apply(object, force)));
            case Effect.Patch(var id, var ref, var patch, var version) ->
                    Optional.of(new Event.ApplyDone(id, kube.patch(ref, patch, version)));
            case Effect.Delete(var id, var ref, var uid) ->
                    Optional.of(new Event.DeleteDone(id, kube.delete(ref, uid)));
            case Effect.Get(var id, var ref) -> Optional.of(new Event.GetDone(id, kube.get(ref)));
            case Effect.ListObjects(var id, var type, var selector, boolean named) ->
                    Optional.of(list(id, type, selector, named));
            case Effect.Discover(var id) -> Optional.of(new Event.Discovered(id, kube.discover()));
            case Effect.Measure(var id, var held) ->
                    Optional.of(new Event.Measured(id, capacity(held)));
            case Effect.Persist _,
                    Effect.OpenSession _,
                    Effect.Poll _,
                    Effect.Fetch _,
                    Effect.SendReport _,
                    Effect.Beat _,
                    Effect.AskGrants _,
                    Effect.StartWatch _,
                    Effect.StopWatch _,
                    Effect.Wake _ ->
                    Optional.empty();
        };
    }

    private Event list(long id, TypeRef type, String selector, boolean named) {
        List<KubeObject> objects = new ArrayList<>();
        Listed listed =
                kube.list(
                        type,
                        selector,
                        object -> {
                            if (named) {
                                objects.add(names(object));
                            } else if (objects.size() < LISTED_AT_MOST) {
                                objects.add(object);
                            }
                        });
        return new Event.ObjectsListed(id, listed, objects);
    }

    private Optional<Capacity> capacity(Set<String> held) {
        CapacityCount count = new CapacityCount(held);
        Listed nodes = kube.list(new TypeRef("v1", "Node"), "", count::node);
        Listed pods = kube.list(new TypeRef("v1", "Pod"), "", count::pod);
        return nodes instanceof Listed.Ok && pods instanceof Listed.Ok
                ? Optional.of(count.sum())
                : Optional.empty();
    }

    private static KubeObject names(KubeObject object) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String key : NAMES) {
            Object value = object.at("metadata", key);
            if (value != null) {
                metadata.put(key, value);
            }
        }
        if (object.at("metadata", "managedFields") instanceof List<?> entries) {
            metadata.put(
                    "managedFields",
                    entries.stream()
                            .map(e -> e instanceof Map<?, ?> m ? m.get("manager") : null)
                            .filter(Objects::nonNull)
                            .map(manager -> Map.of("manager", manager))
                            .toList());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("apiVersion", object.ref().apiVersion());
        json.put("kind", object.kind());
        json.put("metadata", metadata);
        return new KubeObject(json);
    }
}
