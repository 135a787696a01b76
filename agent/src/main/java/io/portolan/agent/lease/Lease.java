package io.portolan.agent.lease;

import io.portolan.agent.kube.KubeApi;
import io.portolan.agent.kube.KubeApi.Applied;
import io.portolan.agent.kube.KubeApi.Found;
import io.portolan.model.app.KubeObject;
import io.portolan.model.app.ObjectRef;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Holds the Lease {@code portolan-agent} of one namespace for this process, or waits for it, on a
 * virtual thread until closed. Closing gives it back.
 */
public final class Lease implements AutoCloseable {
    public static final String NAME = "portolan-agent";

    private static final Logger LOG = Logger.getLogger(Lease.class.getName());
    private static final Duration ROUND = Duration.ofSeconds(2);

    private final KubeApi kube;
    private final ObjectRef ref;
    private final Claim claim;
    private final InstantSource wall;
    private final LongSupplier monotonic;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by the lock, as is all that follows. */
    private boolean holding;

    private long until;
    private CompletableFuture<CompletableFuture<Void>> taken = new CompletableFuture<>();
    private CompletableFuture<Void> lost = new CompletableFuture<>();
    private String waitsFor = "";

    Lease(
            KubeApi kube,
            String namespace,
            String identity,
            InstantSource wall,
            LongSupplier monotonic,
            Duration round) {
        this.kube = kube;
        this.ref = new ObjectRef("coordination.k8s.io/v1", "Lease", namespace, NAME);
        this.claim = new Claim(identity);
        this.wall = wall;
        this.monotonic = monotonic;
        this.thread = Thread.ofVirtual().name("lease").unstarted(() -> run(round));
    }

    /**
     * Begins to ask for the Lease.
     *
     * @param namespace must exist
     * @param identity of this process alone: another one's, also of the same pod, is another's
     */
    public static Lease start(KubeApi kube, String namespace, String identity) {
        Lease lease =
                new Lease(kube, namespace, identity, Clock.systemUTC(), System::nanoTime, ROUND);
        lease.thread.start();
        return lease;
    }

    private void run(Duration round) {
        try {
            while (true) {
                step();
                Thread.sleep(round);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks for the Lease, or for more of it, once. */
    void step() {
        if (!held()) {
            letGo();
        }
        switch (kube.get(ref)) {
            case Found.Ok(KubeObject live) -> claim(live);
            case Found.Absent _ -> create();
            case Found.UnknownKind _ -> trouble("the cluster serves no Leases");
            case Found.Refused(var code, _, var message) -> trouble(code + " " + message);
            case Found.Retry(var message, _) -> trouble(message);
        }
    }

    private void claim(KubeObject live) {
        long asked = monotonic.getAsLong();
        switch (claim.next(live, wall.instant(), asked)) {
            case Claim.Next.Wait(var holder) -> {
                letGo();
                trouble(holder + " holds it");
            }
            case Claim.Next.Write(var patch, var version) -> {
                if (kube.patch(ref, patch, version) instanceof Applied.Ok) {
                    taken(asked);
                }
            }
        }
    }

    /** Nobody's at first: two that create it at once apply the same, and then one write wins. */
    private void create() {
        Map<String, Object> lease = new LinkedHashMap<>();
        lease.put("apiVersion", ref.apiVersion());
        lease.put("kind", ref.kind());
        lease.put("metadata", Map.of("namespace", ref.namespace(), "name", ref.name()));
        switch (kube.apply(new KubeObject(lease), false)) {
            case Applied.Ok(var live, _) -> claim(live);
            case Applied.Conflict _ -> trouble("another tool owns it");
            case Applied.Refused(var code, _, var message) -> trouble(code + " " + message);
            case Applied.Retry(var message, _) -> trouble(message);
        }
    }

    private void taken(long asked) {
        lock.lock();
        try {
            if (holding && monotonic.getAsLong() - until >= 0) {
                // The renewal came too late: whoever acted in between must hear of it.
                letGo();
            }
            until = Claim.until(asked);
            if (!holding) {
                holding = true;
                waitsFor = "";
                lost = new CompletableFuture<>();
                LOG.log(Level.INFO, "holds the lease {0}", ref);
                taken.complete(lost);
            }
        } finally {
            lock.unlock();
        }
    }

    private void letGo() {
        lock.lock();
        try {
            if (holding) {
                holding = false;
                taken = new CompletableFuture<>();
                LOG.log(Level.WARNING, "lost the lease {0}", ref);
                lost.complete(null);
            }
        } finally {
            lock.unlock();
        }
    }

    private void trouble(String why) {
        lock.lock();
        try {
            if (!why.equals(waitsFor)) {
                waitsFor = why;
                LOG.log(Level.INFO, "waits for the lease {0}: {1}", new Object[] {ref, why});
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether this process may act at this moment. */
    boolean held() {
        lock.lock();
        try {
            return holding && monotonic.getAsLong() - until < 0;
        } finally {
            lock.unlock();
        }
    }

    /** Completes when it is held, with what completes when it is lost again. */
    public CompletableFuture<CompletableFuture<Void>> next() {
        lock.lock();
        try {
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** The same cluster, written to only while the Lease is held. */
    public KubeApi guarding() {
        return new GuardedKubeApi(kube, this::held);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (held()
                && kube.get(ref) instanceof Found.Ok(KubeObject live)
                && claim.mine(live)
                && !(kube.patch(ref, claim.release(), live.resourceVersion())
                        instanceof Applied.Ok)) {
            LOG.log(Level.INFO, "the lease {0} could not be given back; it runs out", ref);
        }
    }
}
