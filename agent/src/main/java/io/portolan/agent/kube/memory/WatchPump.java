package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.model.app.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands changes to watches, in order, on the thread that calls {@link #deliver}. Consumers are
 * called without the cluster's lock, so that they may call the cluster.
 */
final class WatchPump {
    private static final int BOOKMARK_EVERY = 100;

    private final History history;
    private final ReentrantLock clusterLock;
    private final ReentrantLock delivering = new ReentrantLock();
    private final List<Open> watches = new CopyOnWriteArrayList<>();

    WatchPump(History history, ReentrantLock clusterLock) {
        this.history = history;
        this.clusterLock = clusterLock;
    }

    private final class Open implements KubeApi.Watch {
        final TypeRef type;
        final LabelSelector selector;
        final Consumer<WatchEvent> each;
        long seen;
        volatile boolean closed;

        Open(TypeRef type, LabelSelector selector, long from, Consumer<WatchEvent> each) {
            this.type = type;
            this.selector = selector;
            this.seen = from;
            this.each = each;
        }

        @Override
        public void close() {
            closed = true;
            watches.remove(this);
        }
    }

    KubeApi.Watch open(TypeRef type, LabelSelector selector, long from, Consumer<WatchEvent> each) {
        Open watch = new Open(type, selector, from, each);
        watches.add(watch);
        return watch;
    }

    /**
     * @param outage why every watch ends now, absent when none does
     * @param served whether a kind is served
     */
    void deliver(Supplier<Optional<String>> outage, java.util.function.Predicate<TypeRef> served) {
        delivering.lock();
        try {
            for (Open watch : watches) {
                for (WatchEvent event : due(watch, outage, served)) {
                    if (!watch.closed) {
                        watch.each.accept(event);
                    }
                }
            }
        } finally {
            delivering.unlock();
        }
    }

    private List<WatchEvent> due(
            Open watch,
            Supplier<Optional<String>> outage,
            java.util.function.Predicate<TypeRef> served) {
        clusterLock.lock();
        try {
            Optional<String> out = outage.get();
            if (out.isPresent()) {
                return ending(watch, false, out.get());
            }
            if (!served.test(watch.type)) {
                return ending(watch, true, "the cluster does not know " + watch.type.kind());
            }
            Optional<List<History.Change>> changes = history.since(watch.seen);
            return changes.isPresent()
                    ? events(watch, changes.get())
                    : ending(watch, true, "too old resource version: " + watch.seen);
        } finally {
            clusterLock.unlock();
        }
    }

    private List<WatchEvent> ending(Open watch, boolean relist, String message) {
        watches.remove(watch);
        return List.of(new WatchEvent.Ended(relist, message));
    }

    private List<WatchEvent> events(Open watch, List<History.Change> changes) {
        List<WatchEvent> events = new ArrayList<>();
        for (History.Change change : changes) {
            event(watch, change).ifPresent(events::add);
        }
        long now = history.version();
        if (!events.isEmpty()) {
            watch.seen = now;
        } else if (now - watch.seen >= BOOKMARK_EVERY) {
            watch.seen = now;
            events.add(new WatchEvent.Bookmark(Long.toString(now)));
        }
        return events;
    }

    private static Optional<WatchEvent> event(Open watch, History.Change change) {
        KubeObject after = change.after();
        if (!after.kind().equals(watch.type.kind())
                || !after.group().equals(group(watch.type.apiVersion()))) {
            return Optional.empty();
        }
        KubeObject seen = after.with(watch.type.apiVersion(), "apiVersion");
        boolean matched = matches(watch, change.before());
        boolean matches = watch.selector.matches(after);
        if (change.removed()) {
            return matched ? Optional.of(new WatchEvent.Removed(seen)) : Optional.empty();
        }
        if (matches) {
            return Optional.of(new WatchEvent.Set(seen));
        }
        return matched ? Optional.of(new WatchEvent.Removed(seen)) : Optional.empty();
    }

    private static boolean matches(Open watch, @Nullable KubeObject object) {
        return object != null && watch.selector.matches(object);
    }

    private static String group(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0 ? "" : apiVersion.substring(0, slash);
    }
}
