package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.kube.KubeApi.ApiKind;
import io.portolan.agent.kube.KubeApi.Discovery;
import io.portolan.model.Uid;
import io.portolan.model.app.Health;
import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Objects that are to go and whose kind the cluster denied. They went with their kind, or another
 * version of its API serves them now: an upgrade of Kubernetes or of a definition takes old
 * versions away. So the kinds are asked for anew, and an object is forgotten only when a whole
 * answer has none of its group and kind.
 */
final class Denials {
    private record Denied(Uid application, Key key) {}

    private final Desk desk;
    private final Hands hands;

    /** What the answer under way decides, and what was denied since it was asked for. */
    private Set<Denied> asked = new LinkedHashSet<>();

    private final Set<Denied> next = new LinkedHashSet<>();
    private long asking;

    Denials(Desk desk, Hands hands) {
        this.desk = desk;
        this.hands = hands;
    }

    void denied(Application application, ObjectTrack track) {
        hands.wait(
                application,
                track,
                Duration.ZERO,
                new Trouble(
                        track.ref,
                        Health.PROGRESSING,
                        "Retrying",
                        "the cluster does not know "
                                + track.ref.kind()
                                + " of "
                                + track.ref.apiVersion()
                                + " now: it is asked for other versions"));
        next.add(new Denied(application.uid(), Key.of(track.ref)));
        ask();
    }

    private void ask() {
        if (asking == 0 && !next.isEmpty()) {
            asked = new LinkedHashSet<>(next);
            next.clear();
            asking = desk.ask(Effect.Discover::new);
        }
    }

    /**
     * @param discovery empty when the cluster did not answer: each waits for its own time then
     */
    void discovered(long effect, Optional<Discovery> discovery) {
        if (effect != asking) {
            return;
        }
        asking = 0;
        for (Denied one : asked) {
            Application application = desk.applications.get(one.application);
            ObjectTrack track = application == null ? null : application.tracks.get(one.key);
            if (application != null
                    && track != null
                    && !track.isWanted()
                    && track.phase == Phase.WAITING) {
                discovery.ifPresent(d -> decide(application, track, d));
            }
        }
        ask();
    }

    private void decide(Application application, ObjectTrack track, Discovery discovery) {
        ObjectRef ref = track.ref;
        List<String> versions =
                discovery.kinds().stream()
                        .filter(k -> k.kind().equals(ref.kind()))
                        .map(ApiKind::apiVersion)
                        .filter(v -> group(v).equals(ref.group()))
                        .toList();
        if (!versions.isEmpty()) {
            String version =
                    versions.contains(ref.apiVersion()) ? ref.apiVersion() : versions.getFirst();
            track.ref = new ObjectRef(version, ref.kind(), ref.namespace(), ref.name());
            track.trouble = null;
            track.phase = Phase.UNKNOWN;
            desk.tracksChanged = true;
            desk.inventoryChanged(application);
        } else if (discovery.silent().stream().noneMatch(v -> group(v).equals(ref.group()))) {
            desk.forget(application, track);
        }
        desk.touch(application);
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
