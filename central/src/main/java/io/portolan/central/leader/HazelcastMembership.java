package io.portolan.central.leader;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipAdapter;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import io.portolan.central.store.NodeRoster;
import io.portolan.central.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members as Hazelcast hears them: who holds the lock, which only a majority gives, should
 * lead. Starts in the background, because a node serves before it has met the others.
 */
public final class HazelcastMembership implements Membership {
    private static final Logger LOG = LoggerFactory.getLogger(HazelcastMembership.class);
    private static final String KEY = "leader";
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration RENEWAL = Duration.ofSeconds(1);
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final NodeRoster nodes;
    private final Members members;
    private final Beats beats;
    private final Runnable moved;
    private final Semaphore wake = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;
    private volatile boolean able = true;
    private volatile Optional<HazelcastInstance> instance = Optional.empty();

    /** Until when the lock is held, by {@link System#nanoTime}. Only the own thread sets it. */
    private volatile Optional<Long> heldUntil = Optional.empty();

    private HazelcastMembership(NodeRoster nodes, Members members, Beats beats, Runnable moved) {
        this.nodes = nodes;
        this.members = members;
        this.beats = beats;
        this.moved = moved;
        this.thread = Thread.ofPlatform().name("portolan-members").daemon().unstarted(this::run);
    }

    /**
     * Meets the others from now on.
     *
     * @param moved runs when this node was chosen or another was lost; must return soon
     * @throws UncheckedIOException when the port for other nodes is in use
     */
    public static HazelcastMembership start(
            NodeRoster nodes, Members members, Beats beats, Runnable moved) {
        requireFree(members);
        HazelcastMembership made = new HazelcastMembership(nodes, members, beats, moved);
        made.thread.start();
        return made;
    }

    /** Else it would be told in the background only, while the node seems well. */
    private static void requireFree(Members members) {
        try (var probe =
                new ServerSocket(members.port(), 1, InetAddress.getByName(members.host()))) {
            LOG.debug("other nodes will be heard at {}", probe.getLocalSocketAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen for other nodes on --member-host "
                            + members.host()
                            + " --member-port "
                            + members.port()
                            + ": "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public boolean chosen() {
        return heldUntil.filter(until -> until - System.nanoTime() > 0).isPresent();
    }

    @Override
    public void able(boolean now) {
        if (able != now) {
            able = now;
            wake.release();
        }
    }

    @Override
    public View view() {
        Set<String> sees = new TreeSet<>(Set.of(nodes.node()));
        instance.filter(i -> i.getLifecycleService().isRunning())
                .ifPresent(i -> i.getCluster().getMembers().forEach(m -> sees.add(id(m))));
        return new View(sees, Majority.of(sees.size(), beats.roster()));
    }

    private static String id(Member member) {
        String id = member.getAttribute(HazelcastSettings.NODE);
        return id == null ? String.valueOf(member.getAddress()) : id;
    }

    /** Hazelcast may end by itself, as when two groups fail to become one: then it begins anew. */
    private void run() {
        while (!closing) {
            try {
                HazelcastInstance started =
                        Hazelcast.newHazelcastInstance(HazelcastSettings.of(nodes, members, beats));
                instance = Optional.of(started);
                started.getCluster().addMembershipListener(new Told());
                contend(started.getMap(HazelcastSettings.MAP));
            } catch (InterruptedException e) {
                LOG.debug("asked to end", e);
            } catch (Store.StoreException e) {
                LOG.warn("cannot ask the store for the other nodes yet: {}", e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("hears no other node, and tries anew", e);
            } finally {
                // Else the others would not be told.
                var _ = Thread.interrupted();
                instance.ifPresent(this::leave);
                instance = Optional.empty();
            }
            rest();
        }
    }

    private void contend(IMap<String, String> map) throws InterruptedException {
        while (!closing) {
            if (!able) {
                giveUp(map);
                pause();
            } else if (contended(map)) {
                pause();
            }
        }
    }

    private boolean contended(IMap<String, String> map) throws InterruptedException {
        long sent = System.nanoTime();
        boolean before = chosen();
        if (!taken(map)) {
            return false;
        }
        heldUntil = Optional.of(sent + LEASE.toNanos() / 10 * 9);
        if (!before) {
            LOG.info("was chosen to lead");
            moved.run();
        }
        return true;
    }

    /** Waits a little for it: so the release by another is heard at once. */
    private boolean taken(IMap<String, String> map) throws InterruptedException {
        try {
            return map.tryLock(
                    KEY,
                    RENEWAL.toMillis(),
                    TimeUnit.MILLISECONDS,
                    LEASE.toMillis(),
                    TimeUnit.MILLISECONDS);
        } catch (HazelcastException e) {
            LOG.debug("no majority chooses", e);
            pause();
            return false;
        }
    }

    private void giveUp(IMap<String, String> map) {
        boolean held = chosen();
        heldUntil = Optional.empty();
        if (held) {
            try {
                // Each prolonging has locked it once more.
                map.forceUnlock(KEY);
            } catch (HazelcastException e) {
                LOG.debug("the lock ends by itself", e);
            }
        }
    }

    private void leave(HazelcastInstance left) {
        try {
            giveUp(left.getMap(HazelcastSettings.MAP));
            left.shutdown();
        } catch (HazelcastInstanceNotActiveException e) {
            LOG.debug("had left already", e);
        }
    }

    private void pause() throws InterruptedException {
        if (wake.tryAcquire(RENEWAL.toMillis(), TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }

    private void rest() {
        try {
            if (!closing) {
                pause();
            }
        } catch (InterruptedException e) {
            LOG.debug("asked to end", e);
        }
    }

    /** Wakes who may follow a node that was lost. */
    private final class Told extends MembershipAdapter {
        @Override
        public void memberAdded(MembershipEvent event) {
            LOG.info("hears node {}", id(event.getMember()));
        }

        @Override
        public void memberRemoved(MembershipEvent event) {
            LOG.info("no longer hears node {}", id(event.getMember()));
            moved.run();
        }
    }

    @Override
    public void close() {
        if (!closing) {
            closing = true;
            thread.interrupt();
        }
        try {
            thread.join(GRACE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
