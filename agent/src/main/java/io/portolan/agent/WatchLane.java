package io.portolan.agent;

import io.portolan.agent.core.Effect;
import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.Watch;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.agent.link.Backoff;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/**
 * One kind, listed and watched until closed, on a virtual thread. A watch that ends goes on where
 * it was; where history is gone, the kind is listed again.
 */
final class WatchLane implements AutoCloseable {
    /** A kind that is not served may come: a CRD is being installed. */
    private static final Duration UNKNOWN_KIND = Duration.ofSeconds(2);

    private final KubeApi kube;
    private final TypeRef type;
    private final String selector;
    private final Backoff backoff;
    private final Consumer<Event> events;
    private final Thread thread;

    /** Written by the watch's thread, read after it has ended. */
    private volatile String version = "";

    WatchLane(KubeApi kube, Effect.StartWatch what, Backoff backoff, Consumer<Event> events) {
        this.kube = kube;
        this.type = what.type();
        this.selector = what.selector();
        this.backoff = backoff;
        this.events = events;
        this.thread = Thread.ofVirtual().name("watch " + type.kind()).start(this::run);
    }

    private void run() {
        int failures = 0;
        try {
            while (true) {
                Thread.sleep(backoff.before(failures));
                if (version.isEmpty()) {
                    failures = list() ? 0 : failures + 1;
                } else {
                    WatchEvent.Ended ended = watch();
                    failures = ended.relist() ? 1 : Math.min(failures + 1, 3);
                    if (ended.relist()) {
                        version = "";
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean list() throws InterruptedException {
        events.accept(new Event.WatchListing(type));
        switch (kube.list(type, selector, object -> events.accept(new Event.Live(type, object)))) {
            case Listed.Ok(var listedAt) -> {
                version = listedAt;
                events.accept(new Event.WatchListed(type));
                return true;
            }
            case Listed.UnknownKind _ -> {
                events.accept(new Event.WatchUnserved(type));
                Thread.sleep(UNKNOWN_KIND);
                return true;
            }
            case Listed.Forbidden _ -> {
                return false;
            }
            case Listed.Failed(_, var after) -> {
                Thread.sleep(after);
                return false;
            }
        }
    }

    private WatchEvent.Ended watch() throws InterruptedException {
        var end = new CompletableFuture<WatchEvent.Ended>();
        try (Watch _ = kube.watch(type, selector, version, event -> take(event, end))) {
            return end.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("ended exceptionally by nobody", e);
        }
    }

    private void take(WatchEvent event, CompletableFuture<WatchEvent.Ended> end) {
        switch (event) {
            case WatchEvent.Set(var live) -> {
                events.accept(new Event.Live(type, live));
                version = live.resourceVersion();
            }
            case WatchEvent.Removed(var last) -> {
                events.accept(new Event.Removed(type, last));
                if (!last.resourceVersion().isEmpty()) {
                    version = last.resourceVersion();
                }
            }
            case WatchEvent.Bookmark(var at) -> version = at;
            case WatchEvent.Ended ended -> end.complete(ended);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
