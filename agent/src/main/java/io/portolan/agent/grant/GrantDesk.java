package io.portolan.agent.grant;

import io.portolan.agent.link.Answer;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Asks central for grants on behalf of whoever waits here. A question is answered by what central
 * was asked after it came, so that who asked may count from when it asked, on its own clock. Keeps
 * no grant. Those who come while central is being asked share the next question; between two there
 * is a pause, unless somebody needs a grant to start.
 */
public final class GrantDesk implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GrantDesk.class.getName());
    private static final int MOST_WAITING = 2_000;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** A pause is at most this part of the shortest grant. */
    private static final int PART = 15;

    private final Supplier<Answer<Grants>> central;
    private final Thread asking = Thread.ofVirtual().name("grants").unstarted(this::run);

    /** Guarded by this, with what follows. */
    private List<CompletableFuture<Answer<Grants>>> waiting = new ArrayList<>();

    private boolean urgent;
    private boolean closed;
    private Duration pause = SHORTEST_PAUSE;
    private long lastAsked = System.nanoTime() - LONGEST_PAUSE.toNanos();

    /**
     * @param central asks it for all grants of this cluster
     */
    public GrantDesk(Supplier<Answer<Grants>> central) {
        this.central = central;
        asking.start();
    }

    /** What central says. */
    public Answer<Grants> ask(boolean needed, Duration patience) throws InterruptedException {
        CompletableFuture<Answer<Grants>> mine = new CompletableFuture<>();
        synchronized (this) {
            if (closed || waiting.size() >= MOST_WAITING) {
                return new Answer.Failed<>(
                        closed ? "the agent stops" : "too many ask at once", Duration.ZERO);
            }
            waiting.add(mine);
            urgent |= needed;
            notifyAll();
        }
        try {
            return mine.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            return new Answer.Failed<>("central does not answer in time", Duration.ZERO);
        } catch (ExecutionException e) {
            throw new IllegalStateException("nobody fails a question", e);
        }
    }

    private void run() {
        try {
            while (true) {
                List<CompletableFuture<Answer<Grants>>> served = next();
                Answer<Grants> answer = asked();
                served.forEach(f -> f.complete(answer));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Answer<Grants> asked() {
        Answer<Grants> answer;
        try {
            answer = central.get();
        } catch (RuntimeException e) {
            // Any: a question that ended this thread would be the last one.
            LOG.log(Level.WARNING, "a question for grants ended badly", e);
            return new Answer.Failed<>(String.valueOf(e.getMessage()), Duration.ZERO);
        }
        if (answer instanceof Answer.Ok(Grants grants)) {
            long shortest =
                    grants.granted().stream()
                            .mapToLong(Grant::millis)
                            .min()
                            .orElse(LONGEST_PAUSE.toMillis() * PART);
            synchronized (this) {
                pause =
                        Duration.ofMillis(
                                Math.clamp(
                                        shortest / PART,
                                        SHORTEST_PAUSE.toMillis(),
                                        LONGEST_PAUSE.toMillis()));
            }
        }
        return answer;
    }

    private synchronized List<CompletableFuture<Answer<Grants>>> next()
            throws InterruptedException {
        while (true) {
            Duration rest = urgent ? SHORTEST_PAUSE : pause;
            long left = rest.toNanos() - (System.nanoTime() - lastAsked);
            if (waiting.isEmpty()) {
                wait();
            } else if (left > 0) {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } else {
                List<CompletableFuture<Answer<Grants>>> served = waiting;
                waiting = new ArrayList<>();
                urgent = false;
                lastAsked = System.nanoTime();
                return served;
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        asking.interrupt();
    }
}
