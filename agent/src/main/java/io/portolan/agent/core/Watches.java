package io.portolan.agent.core;

import io.portolan.agent.apply.Phase;
import io.portolan.agent.core.Application.Key;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.observe.Labels;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Logger;

/** Which kinds are watched, and what their lists leave out. */
final class Watches {
    static final TypeRef POD = new TypeRef("v1", "Pod");
    static final TypeRef NODE = new TypeRef("v1", "Node");

    private static final Logger LOG = Logger.getLogger(Watches.class.getName());

    private final Desk desk;
    private final Sight sight;
    private final Results results;
    private final Pods pods;
    private final Set<TypeRef> watched = new HashSet<>();
    private final Map<TypeRef, Long> listings = new HashMap<>();

    /** Lists that are being compared with what is wanted. */
    private final Map<TypeRef, Look> looks = new HashMap<>();

    private record Look(Instant began, int objects) {}

    Watches(Desk desk, Sight sight, Results results, Pods pods) {
        this.desk = desk;
        this.sight = sight;
        this.results = results;
        this.pods = pods;
    }

    void start() {
        begin(NODE, "");
    }

    /** Starts and stops watches so that each kind that is held is watched. */
    void fit() {
        Map<String, TypeRef> needed = new TreeMap<>();
        for (Application application : desk.applications.values()) {
            for (ObjectTrack track : application.tracks.values()) {
                TypeRef type = TypeRef.of(track.ref);
                needed.put(type.toString(), type);
            }
        }
        for (TypeRef type : needed.values()) {
            if (!watched.contains(type) && !type.equals(POD)) {
                begin(type, Labels.MANAGED + "=true");
            }
        }
        for (TypeRef type : Set.copyOf(watched)) {
            if (!needed.containsKey(type.toString()) && !type.equals(POD) && !type.equals(NODE)) {
                watched.remove(type);
                desk.ask(id -> new Effect.StopWatch(id, type));
            }
        }
    }

    private void begin(TypeRef type, String selector) {
        watched.add(type);
        desk.ask(id -> new Effect.StartWatch(id, type, selector));
    }

    void listing(TypeRef type) {
        listings.merge(type, 1L, Long::sum);
        looks.put(type, new Look(desk.now, 0));
        if (type.equals(NODE)) {
            pods.nodesListing();
        }
    }

    void live(TypeRef type, KubeObject object) {
        long listing = listings.getOrDefault(type, 0L);
        if (type.equals(NODE)) {
            pods.node(object);
            return;
        }
        if (type.equals(POD)) {
            pods.live(object, listing);
        }
        looks.computeIfPresent(type, (_, look) -> new Look(look.began, look.objects + 1));
        sight.live(object, listing);
    }

    void removed(TypeRef type, KubeObject last) {
        if (type.equals(NODE)) {
            pods.nodeGone(last.name());
            return;
        }
        if (type.equals(POD)) {
            pods.removed(last);
        }
        Application application = sight.owner(last);
        if (application != null) {
            ObjectTrack track = application.tracks.get(Key.of(last.ref()));
            if (track != null && track.uid.equals(last.uid())) {
                results.gone(application, track);
            } else if (track != null && track.phase == Phase.BUSY) {
                track.goneUid = last.uid();
            }
        }
    }

    /** Whatever the list did not name and we believed in is looked at again. */
    void listed(TypeRef type) {
        long listing = listings.getOrDefault(type, 0L);
        if (type.equals(NODE)) {
            pods.nodesListed();
            // What became of a pod is judged by its node, so nodes are known first.
            if (!watched.contains(POD)) {
                begin(POD, Labels.APPLICATION_UID);
            }
        }
        if (type.equals(POD)) {
            pods.listed(listing);
        }
        lookAgain(type, listing);
        Look look = looks.remove(type);
        if (look != null && look.objects > 0) {
            LOG.info(
                    () ->
                            "looked through "
                                    + look.objects
                                    + " "
                                    + type.kind()
                                    + " in "
                                    + Duration.between(look.began, desk.now).toMillis()
                                    + " ms");
        }
    }

    /**
     * Nothing of this kind is served, so nothing that was believed in is there; which each look
     * must confirm.
     */
    void unserved(TypeRef type) {
        lookAgain(type, Long.MAX_VALUE);
    }

    private void lookAgain(TypeRef type, long listing) {
        for (Application application : desk.applications.values()) {
            for (ObjectTrack track : application.tracks.values()) {
                if (TypeRef.of(track.ref).equals(type) && mayHaveChanged(track, listing)) {
                    track.phase = Phase.UNKNOWN;
                    desk.touch(application);
                }
            }
        }
    }

    /**
     * The list did not name it although we believe in it; or it waits for its kind to be served.
     */
    private static boolean mayHaveChanged(ObjectTrack track, long listing) {
        return switch (track.phase) {
            case DONE, LEAVING -> track.listing < listing && !track.uid.isEmpty();
            case WAITING -> track.unserved() && listing != Long.MAX_VALUE;
            case UNKNOWN, READY, BUSY -> false;
        };
    }
}
