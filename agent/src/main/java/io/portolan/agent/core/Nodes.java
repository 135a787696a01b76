package io.portolan.agent.core;

import io.portolan.agent.fence.PodTrace;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cluster's machines: which are ready, under which boot, since when. */
final class Nodes {
    /** For so long Kubernetes has given a machine up by removing its node: it will not return. */
    private static final Duration GIVEN_UP = Duration.ofMinutes(10);

    /**
     * @param since when it became so
     */
    private record Note(boolean ready, String boot, Instant since) {}

    private final Desk desk;
    private final Map<String, Note> notes = new HashMap<>();

    /** Only of nodes that a doubt names. */
    private final Map<String, Instant> gone = new HashMap<>();

    private final Set<String> listed = new HashSet<>();

    Nodes(Desk desk) {
        this.desk = desk;
    }

    void listing() {
        listed.clear();
    }

    /** What is known and the list that ended did not name. */
    List<String> unlisted() {
        return notes.keySet().stream().filter(n -> !listed.contains(n)).toList();
    }

    /** Whether it says something new. */
    boolean saw(KubeObject node) {
        listed.add(node.name());
        String boot = node.at("status", "nodeInfo", "bootID") instanceof String s ? s : "";
        boolean ready = ready(node);
        @Nullable Note former = notes.get(node.name());
        if (former != null && former.ready == ready && former.boot.equals(boot)) {
            return false;
        }
        notes.put(node.name(), new Note(ready, boot, desk.now));
        gone.remove(node.name());
        return true;
    }

    /**
     * @param named whether a pod that must be accounted for was last seen on it
     */
    void gone(String name, boolean named) {
        notes.remove(name);
        if (named) {
            gone.put(name, desk.now);
        }
    }

    boolean ready(String name) {
        Note note = notes.get(name);
        return name.isEmpty() || (note != null && note.ready);
    }

    String boot(String name) {
        Note note = notes.get(name);
        return note == null ? "" : note.boot;
    }

    /**
     * When a doubtful pod is held for ended by a removal, which starts nothing: not while its node
     * is there and silent.
     */
    Instant lapses(Application application, PodTrace trace) {
        Note node = notes.get(trace.node());
        Instant since = later(application.takenAt, application.doubtedAt);
        if (node == null) {
            Instant left = later(since, gone.getOrDefault(trace.node(), since));
            return left.plus(trace.node().isEmpty() ? desk.settings.creationDoubt() : GIVEN_UP);
        }
        return node.ready
                ? later(since, node.since).plus(desk.settings.creationDoubt())
                : Instant.MAX;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static boolean ready(KubeObject node) {
        return node.at("status", "conditions") instanceof List<?> conditions
                && conditions.stream()
                        .anyMatch(
                                c ->
                                        c instanceof Map<?, ?> condition
                                                && "Ready".equals(condition.get("type"))
                                                && "True".equals(condition.get("status")));
    }
}
