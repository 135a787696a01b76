package io.portolan.agent.lease;

import io.portolan.agent.kube.KubeApi;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets writes through only while the guard allows it, asked at each call: a process that was frozen
 * and wakes is held up by its first write, before any thread has noticed the time that passed.
 */
final class GuardedKubeApi implements KubeApi {
    private static final String WHY = "another agent may hold the lease";
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final KubeApi kube;
    private final BooleanSupplier guard;

    GuardedKubeApi(KubeApi kube, BooleanSupplier guard) {
        this.kube = kube;
        this.guard = guard;
    }

    @Override
    public Applied apply(KubeObject object, boolean force) {
        return guard.getAsBoolean() ? kube.apply(object, force) : new Applied.Retry(WHY, AGAIN);
    }

    @Override
    public Applied patch(ObjectRef ref, KubeObject mergePatch, @Nullable String resourceVersion) {
        return guard.getAsBoolean()
                ? kube.patch(ref, mergePatch, resourceVersion)
                : new Applied.Retry(WHY, AGAIN);
    }

    @Override
    public Deleted delete(ObjectRef ref, String uid) {
        return guard.getAsBoolean() ? kube.delete(ref, uid) : new Deleted.Retry(WHY, AGAIN);
    }

    @Override
    public Found get(ObjectRef ref) {
        return kube.get(ref);
    }

    @Override
    public Listed list(TypeRef type, String labelSelector, Consumer<KubeObject> each) {
        return kube.list(type, labelSelector, each);
    }

    @Override
    public Watch watch(
            TypeRef type, String labelSelector, String resourceVersion, Consumer<WatchEvent> each) {
        return kube.watch(type, labelSelector, resourceVersion, each);
    }

    @Override
    public Optional<Discovery> discover() {
        return kube.discover();
    }

    /** The cluster is its opener's to close. */
    @Override
    public void close() {}
}
