package io.portolan.sim;

import io.portolan.agent.core.Event;
import io.portolan.agent.kube.KubeApi.Listed;
import io.portolan.agent.kube.KubeApi.TypeRef;
import io.portolan.agent.kube.KubeApi.Watch;
import io.portolan.agent.kube.KubeApi.WatchEvent;
import io.portolan.model.app.KubeObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** The watches of one agent: listed first, told in order, late now and then. */
final class SimWatches {
    private final World world;
    private final SimCluster cluster;
    private final IntSupplier life;
    private final Consumer<Event> step;
    private final Map<TypeRef, Watch> watches = new HashMap<>();
    private Instant lag = Instant.MIN;

    SimWatches(World world, SimCluster cluster, IntSupplier life, Consumer<Event> step) {
        this.world = world;
        this.cluster = cluster;
        this.life = life;
        this.step = step;
    }

    void lagUntil(Instant until) {
        lag = until;
    }

    void stop(TypeRef type) {
        Optional.ofNullable(watches.remove(type)).ifPresent(Watch::close);
    }

    void close() {
        watches.values().forEach(Watch::close);
        watches.clear();
    }

    void start(TypeRef type, String selector) {
        int born = life.getAsInt();
        world.after(
                world.latency(),
                "watch",
                () -> {
                    if (born != life.getAsInt()) {
                        return;
                    }
                    List<KubeObject> objects = new ArrayList<>();
                    if (!(cluster.api().list(type, selector, objects::add)
                            instanceof Listed.Ok ok)) {
                        world.after(
                                Duration.ofSeconds(1), "relist", () -> again(born, type, selector));
                        return;
                    }
                    step.accept(new Event.WatchListing(type));
                    objects.forEach(o -> step.accept(new Event.Live(type, o)));
                    step.accept(new Event.WatchListed(type));
                    watches.put(
                            type,
                            cluster.api()
                                    .watch(
                                            type,
                                            selector,
                                            ok.resourceVersion(),
                                            event -> seen(born, type, selector, event)));
                });
    }

    private void again(int born, TypeRef type, String selector) {
        if (born == life.getAsInt()) {
            start(type, selector);
        }
    }

    private void seen(int born, TypeRef type, String selector, WatchEvent event) {
        switch (event) {
            case WatchEvent.Set(var live) -> told(born, new Event.Live(type, live));
            case WatchEvent.Removed(var last) -> told(born, new Event.Removed(type, last));
            case WatchEvent.Bookmark _ -> {}
            case WatchEvent.Ended _ ->
                    world.at(
                            later(lag).plusMillis(200),
                            "rewatch",
                            () -> again(born, type, selector));
        }
    }

    /** In order, because the queue keeps the order of what is due at one time. */
    private void told(int born, Event event) {
        world.at(
                later(lag).plusMillis(1),
                "watch",
                () -> {
                    if (born == life.getAsInt()) {
                        step.accept(event);
                    }
                });
    }

    private Instant later(Instant than) {
        return than.isAfter(world.instant()) ? than : world.instant();
    }
}
