package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.agent.core.Hands.Purpose;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.model.app.Ending;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a CustomResourceDefinition takes every object of its kind along, so it is removed only
 * when a list of them is empty. Else it is kept, no longer ours, and that is said.
 */
final class KindRemoval {
    private static final int NAMED = 3;

    /** A definition that was just made is served within seconds; what is not after these is not. */
    private static final int LOOKS = 6;

    private final Desk desk;
    private final Hands hands;

    KindRemoval(Desk desk, Hands hands) {
        this.desk = desk;
        this.hands = hands;
    }

    /** The definition was read: are there objects? */
    void ask(Application application, ObjectTrack track, KubeObject crd) {
        track.uid = crd.uid();
        if (!established(crd) && stored(crd).isEmpty()) {
            hands.delete(application, track, track.uid);
            return;
        }
        String group = crd.at("spec", "group") instanceof String s ? s : "";
        String kind = crd.at("spec", "names", "kind") instanceof String s ? s : "";
        String version = served(crd);
        if (version == null) {
            keep(
                    application,
                    track,
                    "none of its versions is served, so nobody can see its objects");
            return;
        }
        TypeRef type = new TypeRef(group + "/" + version, kind);
        hands.start(
                application,
                track,
                new Purpose.Holds(established(crd)),
                desk.ask(id -> new Effect.ListObjects(id, type, "", false)));
    }

    void listed(
            Application application,
            ObjectTrack track,
            Purpose purpose,
            Listed listed,
            List<KubeObject> objects) {
        switch (listed) {
            case Listed.Failed(var message, var after) ->
                    hands.wait(application, track, after, Telling.unreached(track, message));
            case Listed.Forbidden(var message) ->
                    hands.wait(
                            application, track, Duration.ZERO, Telling.unreached(track, message));
            case Listed.UnknownKind _ -> {
                boolean never =
                        purpose instanceof Purpose.Holds(boolean established)
                                && !established
                                && track.failures >= LOOKS;
                if (!track.isWanted() && never) {
                    keep(
                            application,
                            track,
                            "it is not established, and nobody can list what may be stored of it");
                } else {
                    hands.wait(
                            application,
                            track,
                            Duration.ZERO,
                            Telling.unreached(track, "its objects cannot be listed yet"));
                }
            }
            case Listed.Ok _ -> {
                if (track.isWanted()) {
                    return;
                }
                if (objects.isEmpty()) {
                    hands.delete(application, track, track.uid);
                } else {
                    keep(application, track, "it holds objects of others: " + names(objects));
                }
            }
        }
    }

    private void keep(Application application, ObjectTrack track, String why) {
        desk.tell(application, "KindKept", track.ref + " was not deleted: " + why);
        if (application.work.end().equals(Optional.of(Ending.MOVE))) {
            // It finds it again when it returns.
            desk.forget(application, track);
        } else {
            track.kept = true;
            track.phase = Phase.READY;
            desk.touch(application);
        }
    }

    private static String names(List<KubeObject> objects) {
        StringBuilder out = new StringBuilder();
        objects.stream().limit(NAMED).forEach(o -> out.append(o.ref()).append(", "));
        int more = objects.size() - NAMED;
        return more > 0 ? out + "and " + more + " more" : out.substring(0, out.length() - 2);
    }

    private static boolean established(KubeObject crd) {
        if (crd.at("status", "conditions") instanceof List<?> conditions) {
            for (Object item : conditions) {
                if (item instanceof Map<?, ?> map
                        && "Established".equals(map.get("type"))
                        && "True".equals(map.get("status"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The versions in which objects of it may lie in the store. */
    private static List<?> stored(KubeObject crd) {
        return crd.at("status", "storedVersions") instanceof List<?> versions
                ? versions
                : List.of();
    }

    private static @Nullable String served(KubeObject crd) {
        String version = null;
        if (crd.at("spec", "versions") instanceof List<?> versions) {
            for (Object item : versions) {
                if (item instanceof Map<?, ?> map
                        && map.get("name") instanceof String name
                        && Boolean.TRUE.equals(map.get("served"))) {
                    version = name;
                }
            }
        }
        return version;
    }
}
