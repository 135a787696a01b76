package io.portolan.central.leader;

import io.portolan.central.store.NodeRoster;
import io.portolan.central.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the others of this node, each second, and knows what they told. */
public final class Beats implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Beats.class);
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final NodeRoster nodes;
    private final Self self;
    private final LongSupplier position;
    private final long began = System.nanoTime();
    private final Semaphore wake = new Semaphore(0);
    private volatile Optional<Membership> members = Optional.empty();
    private volatile String member = "";
    private volatile Optional<NodeRoster.Roster> roster = Optional.empty();
    private volatile boolean closing;

    // Of the own thread: what the last beat found, and what of it was logged.
    private List<String> seen = List.of();
    private List<String> told = List.of();

    private final Thread thread;

    /**
     * What does not change.
     *
     * @param name for people
     * @param api where it serves
     */
    public record Self(String name, String api, String version) {}

    /**
     * @param position the revision up to which this node follows the change log
     */
    public Beats(NodeRoster nodes, Self self, LongSupplier position) {
        this.nodes = nodes;
        this.self = self;
        this.position = position;
        this.thread = Thread.ofVirtual().name("portolan-beats").unstarted(this::repeat);
    }

    /** Begins, with what these members are heard to be. */
    public void start(Membership of) {
        members = Optional.of(of);
        thread.start();
    }

    /** Where the other nodes reach this one, from now on. Told at once. */
    void reachedAt(String hostPort) {
        member = hostPort;
        beat();
    }

    /** As of the last beat; empty while there was none. */
    public Optional<NodeRoster.Roster> roster() {
        return roster;
    }

    /** As of now. */
    NodeRoster.Roster fresh() {
        NodeRoster.Roster read = nodes.roster();
        roster = Optional.of(read);
        return read;
    }

    private void repeat() {
        boolean troubled = false;
        try {
            while (!closing) {
                try {
                    beat();
                    tell(Weaknesses.of(fresh()));
                    troubled = false;
                } catch (RuntimeException e) {
                    // The top of a loop: others would soon take this node for gone.
                    if (!troubled) {
                        LOG.warn("cannot tell the others of this node: {}", e.toString());
                    }
                    troubled = true;
                }
                if (wake.tryAcquire(NodeRoster.BEAT.toNanos(), TimeUnit.NANOSECONDS)) {
                    wake.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Each once while it lasts, and not what is over by the next beat. */
    private void tell(List<String> weaknesses) {
        List<String> lasting = weaknesses.stream().filter(seen::contains).toList();
        lasting.stream().filter(w -> !told.contains(w)).forEach(LOG::warn);
        if (weaknesses.isEmpty() && !told.isEmpty()) {
            LOG.info("all nodes hear each other");
        }
        seen = weaknesses;
        told = lasting;
    }

    private void beat() {
        Membership.View view =
                members.map(Membership::view)
                        .orElseGet(() -> Membership.alone(nodes.node()).view());
        nodes.beat(
                new NodeRoster.Beat(
                        self.name(),
                        self.api(),
                        member,
                        self.version(),
                        Duration.ofNanos(System.nanoTime() - began),
                        position.getAsLong(),
                        view.sees(),
                        view.majority()));
    }

    /** Takes this node off the roster. Harmless when repeated. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        wake.release();
        try {
            if (members.isPresent()) {
                thread.join(GRACE);
                nodes.part();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Store.StoreException e) {
            LOG.warn("this node stays on the roster for a while: {}", e.getMessage());
        }
    }
}
