package io.portolan.central.agentlink;

import io.portolan.central.http.Answer;
import io.portolan.central.http.Problem;
import io.portolan.central.http.Request;
import io.portolan.central.http.Route;
import io.portolan.central.security.Principal;
import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Gives the grants of a cluster: what has the active role there now. Any node does, since the store
 * alone decides. Questions that come while one is being answered are answered together by the next
 * look, so that ten thousand agents need few transactions.
 */
public final class GrantRoutes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GrantRoutes.class.getName());
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    /** Of one look. */
    private static final int TOGETHER = 500;

    private final long begun = System.nanoTime();
    private final Store store;
    private final Door door;
    private final Thread looking = Thread.ofVirtual().name("grants").unstarted(this::look);

    /** Guarded by this: who waits for the next look, by cluster. */
    private final Map<Uid, CompletableFuture<List<Work>>> waiting = new LinkedHashMap<>();

    GrantRoutes(Store store, Door door) {
        this.store = store;
        this.door = door;
        looking.start();
    }

    List<Route> routes() {
        return List.of(Route.agent("GET", AgentMessages.GRANTS, this::grants).taking("session"));
    }

    private Answer grants(Request request, Principal.Agent agent) throws InterruptedException {
        door.session(agent, Door.session(request));
        return Answer.ok(
                of(
                        works(agent.cluster()),
                        store.restored(),
                        Duration.ofNanos(System.nanoTime() - begun)));
    }

    /**
     * What follows from a cluster's works that fence themselves. Of a role that may have been given
     * to another in a decision that was lost, nothing is said until the grants of that one have run
     * out.
     *
     * @param since how long the store is that of after its last restore, at least
     */
    public static Grants of(List<Work> works, Optional<Store.Restored> restored, Duration since) {
        List<Grant> granted = new ArrayList<>();
        List<Uid> revoked = new ArrayList<>();
        for (Work work : works) {
            boolean unsettled = restored.filter(r -> work.epoch() < r.revision()).isPresent();
            if (unsettled
                    && work.selfFence()
                            .filter(f -> f.runsOutIn().compareTo(since) > 0)
                            .isPresent()) {
                continue;
            }
            Optional<Duration> grant = work.grant();
            if (grant.isPresent()) {
                granted.add(new Grant(work.application(), work.epoch(), grant.get().toMillis()));
            } else {
                revoked.add(work.application());
            }
        }
        return new Grants(granted, revoked);
    }

    private List<Work> works(Uid cluster) throws InterruptedException {
        CompletableFuture<List<Work>> mine;
        synchronized (this) {
            mine = waiting.computeIfAbsent(cluster, _ -> new CompletableFuture<>());
            notifyAll();
        }
        try {
            return mine.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw Problem.unavailable("the store does not answer: ask again").refusal();
        }
    }

    private void look() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Map<Uid, CompletableFuture<List<Work>>> asked = next();
                try {
                    Map<Uid, List<Work>> found = store.selfFencing(asked.keySet());
                    asked.forEach((c, answer) -> answer.complete(found.getOrDefault(c, List.of())));
                } catch (Store.StoreException e) {
                    asked.values().forEach(answer -> answer.completeExceptionally(e));
                } catch (RuntimeException e) {
                    // Any: a look that ended this thread would be the last one.
                    LOG.log(Level.SEVERE, "grants cannot be looked up", e);
                    asked.values().forEach(answer -> answer.completeExceptionally(e));
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Map<Uid, CompletableFuture<List<Work>>> next()
            throws InterruptedException {
        while (waiting.isEmpty()) {
            wait();
        }
        Map<Uid, CompletableFuture<List<Work>>> next = new LinkedHashMap<>();
        waiting.entrySet().stream()
                .limit(TOGETHER)
                .forEach(e -> next.put(e.getKey(), e.getValue()));
        waiting.keySet().removeAll(next.keySet());
        return next;
    }

    @Override
    public void close() {
        looking.interrupt();
    }
}
