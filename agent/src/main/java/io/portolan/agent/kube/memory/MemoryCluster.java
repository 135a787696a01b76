package io.portolan.agent.kube.memory;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.memory.ObjectTable.Key;
import io.portolan.agent.kube.memory.ObjectTable.Stored;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One Kubernetes cluster in memory. Nothing happens by itself: {@link #tick} lets controllers and
 * kubelets act once, {@link #deliver} hands the changes to watches; {@link #play} does both on a
 * thread, for development.
 */
public final class MemoryCluster implements KubeApi {
    private static final String OUTAGE = "connection refused: the cluster is down";
    private static final int SETTLED_WITHIN = 200;

    private final ReentrantLock lock = new ReentrantLock();
    private final Settings settings;
    private final History history = new History();
    private final ObjectTable table;
    private final Admission admission;
    private final Writes writes;
    private final Kinds kinds;
    private final Machines machines;
    private final Controllers controllers;
    private final WatchPump pump = new WatchPump(history, lock);
    private boolean down;
    private @Nullable ScheduledExecutorService player;

    /**
     * @param version as {@code v1.36.3}
     * @param seed of the uids
     * @param podStart from being scheduled to Ready
     * @param podStop from deletion to the end of the containers
     */
    public record Settings(String version, long seed, Duration podStart, Duration podStop) {
        public static Settings defaults() {
            return new Settings("v1.36.3", 1, Duration.ZERO, Duration.ZERO);
        }

        public Settings withSeed(long seed) {
            return new Settings(version, seed, podStart, podStop);
        }

        public Settings withPods(Duration start, Duration stop) {
            return new Settings(version, seed, start, stop);
        }
    }

    /** A cluster with the namespace {@code default} and no nodes. */
    public MemoryCluster(Settings settings, Instant now) {
        Identity identity = new Identity(settings.seed());
        this.settings = settings;
        this.table = new ObjectTable(history, identity);
        this.admission = new Admission(table);
        this.writes = new Writes(table, admission, now);
        this.kinds = new Kinds(table);
        this.machines = new Machines(lock, table, writes);
        this.controllers = new Controllers(table, writes, identity, settings, machines);
        namespace("default");
        namespace("kube-system");
    }

    // ---- what callers of Kubernetes see

    @Override
    public Applied apply(KubeObject object, boolean force) {
        return applyAs(FIELD_MANAGER, object, force);
    }

    @Override
    public Applied patch(ObjectRef ref, KubeObject mergePatch, @Nullable String resourceVersion) {
        return patchAs(FIELD_MANAGER, ref, mergePatch, resourceVersion);
    }

    @Override
    public Deleted delete(ObjectRef ref, String uid) {
        return locked(
                () -> {
                    if (down) {
                        return new Deleted.Retry(OUTAGE, Duration.ZERO);
                    }
                    Optional<ApiKind> kind = kinds.find(TypeRef.of(ref));
                    if (kind.isEmpty()) {
                        return new Deleted.UnknownKind();
                    }
                    return Kinds.misplaced(kind.get(), ref).isEmpty()
                            ? writes.delete(ref, uid)
                            : new Deleted.Gone();
                });
    }

    @Override
    public Found get(ObjectRef ref) {
        return locked(
                () -> {
                    if (down) {
                        return new Found.Retry(OUTAGE, Duration.ZERO);
                    }
                    Optional<ApiKind> kind = kinds.find(TypeRef.of(ref));
                    if (kind.isEmpty()) {
                        return new Found.UnknownKind();
                    }
                    if (!Kinds.misplaced(kind.get(), ref).isEmpty()) {
                        return new Found.Absent();
                    }
                    return table.find(key(ref))
                            .map(Stored::live)
                            .<Found>map(o -> new Found.Ok(o.with(ref.apiVersion(), "apiVersion")))
                            .orElseGet(Found.Absent::new);
                });
    }

    @Override
    public Listed list(TypeRef type, String labelSelector, Consumer<KubeObject> each) {
        LabelSelector selector = LabelSelector.parse(labelSelector);
        String group = group(type);
        List<KubeObject> found;
        String version;
        lock.lock();
        try {
            if (down) {
                return new Listed.Failed(OUTAGE, Duration.ZERO);
            }
            if (kinds.find(type).isEmpty()) {
                return new Listed.UnknownKind();
            }
            found = table.all(group, type.kind());
            version = Long.toString(history.version());
        } finally {
            lock.unlock();
        }
        found.stream()
                .filter(selector::matches)
                .map(o -> o.with(type.apiVersion(), "apiVersion"))
                .forEach(each);
        return new Listed.Ok(version);
    }

    /** Events come from {@link #deliver}; so does the end, when nothing can be watched. */
    @Override
    public Watch watch(
            TypeRef type, String labelSelector, String resourceVersion, Consumer<WatchEvent> each) {
        return pump.open(
                type,
                LabelSelector.parse(labelSelector),
                resourceVersion.isEmpty() ? 0 : Long.parseLong(resourceVersion),
                each);
    }

    @Override
    public Optional<Discovery> discover() {
        return locked(
                () ->
                        down
                                ? Optional.empty()
                                : Optional.of(
                                        new Discovery(settings.version(), kinds.all(), Set.of())));
    }

    @Override
    public void close() {
        ScheduledExecutorService running = player;
        if (running != null) {
            running.shutdownNow();
        }
    }

    // ---- how time passes

    /** Controllers and kubelets act once. */
    public void tick(Instant now) {
        locked(
                () -> {
                    writes.at(now);
                    if (!down) {
                        controllers.act(now);
                    }
                    return now;
                });
    }

    /** Hands all changes to the watches, on this thread, in order. */
    public void deliver() {
        pump.deliver(
                () -> down ? Optional.of(OUTAGE) : Optional.empty(),
                type -> kinds.find(type).isPresent());
    }

    /**
     * Ticks at this instant until nothing changes any more, then delivers.
     *
     * @throws IllegalStateException when controllers never come to rest
     */
    public void settle(Instant now) {
        for (int i = 0; i < SETTLED_WITHIN; i++) {
            long before = version();
            tick(now);
            if (version() == before) {
                deliver();
                return;
            }
        }
        throw new IllegalStateException("controllers act against each other");
    }

    /** Ticks and delivers on a thread of its own until {@link #close}. For development. */
    public void play(Clock clock, Duration every) {
        ScheduledExecutorService thread =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("memory-cluster").factory());
        player = thread;
        var _ =
                thread.scheduleWithFixedDelay(
                        () -> {
                            tick(clock.instant());
                            deliver();
                        },
                        0,
                        every.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    // ---- what others than Portolan do to the cluster

    /** Server-side apply by another manager. */
    public Applied applyAs(String manager, KubeObject object, boolean force) {
        return change(object.ref(), () -> writes.apply(object, manager, force));
    }

    /** Merge patch by another manager, as {@code kubectl edit} or an autoscaler does. */
    public Applied patchAs(
            String manager, ObjectRef ref, KubeObject patch, @Nullable String resourceVersion) {
        return change(ref, () -> writes.patch(ref, patch.json(), manager, resourceVersion));
    }

    public void namespace(String name) {
        applyAs(
                "kubectl",
                new KubeObject(
                        Map.of(
                                "apiVersion",
                                "v1",
                                "kind",
                                "Namespace",
                                "metadata",
                                Map.of("name", name))),
                true);
    }

    /** Adds a ready node of this size, or changes one. */
    public void node(String name, String cpu, String memory) {
        locked(
                () -> {
                    machines.add(name, cpu, memory);
                    return name;
                });
    }

    /** Lets a node's kubelet fall silent or come back. Silent, its pods neither start nor stop. */
    public void nodeReady(String name, boolean ready) {
        locked(
                () -> {
                    machines.ready(name, ready);
                    return name;
                });
    }

    /** What really runs, whatever the API says. */
    public Machines machines() {
        return machines;
    }

    /** Sets an object's status as its controller would: for kinds that nobody plays here. */
    public void status(ObjectRef ref, Map<String, Object> status) {
        locked(() -> writes.status(table.find(key(ref)).orElseThrow().live(), status));
    }

    /** Takes an object away by force: no finalizer is asked, no container is ended. */
    public void vanish(ObjectRef ref) {
        locked(
                () -> {
                    table.find(key(ref)).ifPresent(s -> table.remove(s.live()));
                    return ref;
                });
    }

    // ---- faults

    /** While down, every call answers Retry, watches end and controllers rest. */
    public void down(boolean down) {
        locked(() -> this.down = down);
    }

    /** Refuses writes of such objects as an admission webhook or quota does. */
    public void refuse(Predicate<KubeObject> objects, String message) {
        locked(
                () -> {
                    admission.refuse(objects, message);
                    return message;
                });
    }

    public void allowAll() {
        locked(
                () -> {
                    admission.allowAll();
                    return true;
                });
    }

    /** Forgets all history, as compaction does: watches that are behind end with a relist. */
    public void forgetHistory() {
        locked(
                () -> {
                    history.forget();
                    return true;
                });
    }

    /** Rises with each change. */
    public long version() {
        return locked(history::version);
    }

    private Applied change(ObjectRef ref, Supplier<Applied> write) {
        return locked(
                () -> {
                    if (down) {
                        return new Applied.Retry(OUTAGE, Duration.ZERO);
                    }
                    Optional<ApiKind> kind = kinds.find(TypeRef.of(ref));
                    if (kind.isEmpty()) {
                        return new Applied.Refused(
                                404,
                                "UnknownKind",
                                "the cluster does not know "
                                        + ref.kind()
                                        + " of "
                                        + ref.apiVersion());
                    }
                    String misplaced = Kinds.misplaced(kind.get(), ref);
                    if (!misplaced.isEmpty()) {
                        return new Applied.Refused(400, "WrongScope", misplaced);
                    }
                    return inVersion(write.get(), ref.apiVersion());
                });
    }

    private static Applied inVersion(Applied applied, String apiVersion) {
        return applied instanceof Applied.Ok(KubeObject live, boolean created)
                ? new Applied.Ok(live.with(apiVersion, "apiVersion"), created)
                : applied;
    }

    private static Key key(ObjectRef ref) {
        return new Key(ref.group(), ref.kind(), ref.namespace(), ref.name());
    }

    private static String group(TypeRef type) {
        int slash = type.apiVersion().indexOf('/');
        return slash < 0 ? "" : type.apiVersion().substring(0, slash);
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
