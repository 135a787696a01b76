package io.portolan.agent;

import io.portolan.agent.core.Effect;
import io.portolan.agent.state.DesiredState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Writes what must be durable, in order, on a thread of its own. Whatever came while one sync ran
 * shares the next (group commit). The core waits for durability before it asks for more of one
 * application, which bounds the queue.
 */
final class PersistLane implements AutoCloseable {
    /** Ends the lane. An interrupt would close the file under the store's hands. */
    private static final Effect.Persist END = new Effect.Persist(0, List.of());

    private final DesiredState state;
    private final LongConsumer durable;
    private final Consumer<RuntimeException> broken;
    private final BlockingQueue<Effect.Persist> queue = new LinkedBlockingQueue<>();
    private final Thread thread;

    PersistLane(DesiredState state, LongConsumer durable, Consumer<RuntimeException> broken) {
        this.state = state;
        this.durable = durable;
        this.broken = broken;
        this.thread = Thread.ofPlatform().name("agent-state").daemon().start(this::run);
    }

    void add(Effect.Persist persist) {
        queue.add(persist);
    }

    private void run() {
        try {
            boolean more = true;
            while (more) {
                List<Effect.Persist> group = new ArrayList<>();
                group.add(queue.take());
                queue.drainTo(group);
                more = !group.remove(END);
                group.forEach(p -> state.write(p.changes()));
                state.sync();
                group.forEach(p -> durable.accept(p.id()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Whatever it is: an agent that cannot remember must not act.
            broken.accept(e);
        }
    }

    /** Returns when the lane writes no more; what it had not written was never acted on. */
    @Override
    public void close() {
        queue.add(END);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
