package io.portolan.agent.core;

import io.portolan.agent.apply.Fate;
import io.portolan.agent.core.Hands.Purpose;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.model.app.Ending;
import io.portolan.model.app.Health;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes from an object what makes it ours and leaves all else as it is: our labels and annotations
 * on it, and our entries in {@code metadata.managedFields}. Of its spec nothing changes, pod
 * templates included, so that nothing restarts.
 *
 * <p>An apply that names fewer fields is not the way: Kubernetes deletes what nobody else owns of
 * the fields that are not named any more. A patch of the managed fields says whose they are and
 * changes no value.
 */
final class GivingUp {
    private static final String OURS = "portolan.io/";

    private final Desk desk;
    private final Hands hands;

    GivingUp(Desk desk, Hands hands) {
        this.desk = desk;
        this.hands = hands;
    }

    /** It was read and is ours still. */
    void found(Application application, ObjectTrack track, KubeObject live) {
        track.uid = live.uid();
        KubeObject patch = patch(live);
        String version = live.resourceVersion();
        hands.start(
                application,
                track,
                new Purpose.GivenUp(),
                desk.ask(id -> new Effect.Patch(id, track.ref, patch, version)));
    }

    void done(Application application, ObjectTrack track, Applied applied) {
        switch (applied) {
            case Applied.Ok _ -> {
                track.trouble = null;
                if (!track.isWanted()) {
                    left(desk, application, track);
                    desk.forget(application, track);
                }
            }
            // Gone, or changed meanwhile: the next look says.
            case Applied.Refused(int code, var _, var _) when code == 404 || code == 409 ->
                    hands.wait(application, track, Duration.ZERO, null);
            case Applied.Refused(int _, var reason, var message) ->
                    hands.refuse(application, track, Health.DEGRADED, reason, message);
            case Applied.Conflict _ -> hands.wait(application, track, Duration.ZERO, null);
            case Applied.Retry(var message, var after) ->
                    hands.wait(application, track, after, Telling.unreached(track, message));
        }
    }

    /**
     * What may hold data stays behind, which its owner is to know. That all of an application is
     * given up was asked for by name.
     */
    static void left(Desk desk, Application application, ObjectTrack track) {
        Optional<Ending> end = application.work.end();
        boolean asked = end.isEmpty() || end.get() == Ending.KEEP || track.kept;
        if (asked || track.uid.isEmpty()) {
            return;
        }
        String name = application.work.tenant() + "/" + application.work.name();
        boolean moved = application.fate(track) == Fate.LEAVE;
        desk.tell(
                application,
                "Kept",
                track.ref
                        + (moved
                                ? " was kept when "
                                        + name
                                        + " left: it is used again when it"
                                        + " returns"
                                : " was kept when " + name + " was deleted, and is nobody's now")
                        + ". To remove it, type "
                        + removal(track.ref));
    }

    static String removal(ObjectRef ref) {
        return "kubectl delete "
                + ref.kind().toLowerCase(Locale.ROOT)
                + " "
                + ref.name()
                + (ref.namespace().isEmpty() ? "" : " -n " + ref.namespace());
    }

    static KubeObject patch(KubeObject live) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String part : List.of("labels", "annotations")) {
            Map<String, Object> gone = new LinkedHashMap<>();
            live.map("metadata", part).keySet().stream()
                    .filter(key -> key.startsWith(OURS))
                    .forEach(key -> gone.put(key, null));
            if (!gone.isEmpty()) {
                metadata.put(part, gone);
            }
        }
        metadata.put("managedFields", others(live));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("metadata", metadata);
        return new KubeObject(json);
    }

    /** An empty list would be taken for "as they are"; one empty entry says that nobody is left. */
    private static List<Object> others(KubeObject live) {
        List<Object> others = new ArrayList<>();
        if (live.at("metadata", "managedFields") instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> map
                        && !KubeApi.FIELD_MANAGER.equals(map.get("manager"))) {
                    others.add(map);
                }
            }
        }
        return others.isEmpty() ? List.of(Map.of()) : others;
    }
}
