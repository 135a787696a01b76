package io.portolan.chaos;

import io.portolan.chaos.Note.Fault;
import io.portolan.e2e.harness.Central;
import io.portolan.e2e.harness.FakeClock;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Network;
import io.portolan.e2e.harness.Nodes;
import io.portolan.e2e.harness.Postgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Does one fault after another, each for a while, and heals it. The random numbers decide which
 * node and for how long, so that one seed makes the same faults; when exactly they hit is the
 * machine's affair.
 */
final class Nemesis {
    /** Said of a fault that found no moment to strike. */
    static final String NEVER_HIT = "(never hit)";

    private static final Duration STOP = Duration.ofSeconds(30);
    private static final Duration LEADER = Duration.ofSeconds(90);
    private static final Duration SLOW = Duration.ofMillis(120);

    private final Postgres postgres;
    private final Nodes nodes;
    private final Optional<Network> network;
    private final List<FakeClock> clocks;
    private final Recorder recorder;
    private final Random random;

    Nemesis(
            Postgres postgres,
            Nodes nodes,
            Optional<Network> network,
            List<FakeClock> clocks,
            Recorder recorder,
            Random random) {
        this.postgres = postgres;
        this.nodes = nodes;
        this.network = network;
        this.clocks = List.copyOf(clocks);
        this.recorder = recorder;
        this.random = random;
    }

    /** Why a fault cannot be made here; empty where it can. */
    static Optional<String> unavailable(FaultKind kind) {
        return switch (kind) {
            case CUT_ONE_WAY, CUT_BOTH_WAYS -> Network.unavailable();
            case CLOCK -> FakeClock.unavailable();
            case KILL,
                    STOP,
                    FREEZE,
                    FREEZE_IN_TRANSACTION,
                    POSTGRES_RESTART,
                    POSTGRES_CRASH,
                    BLACK_HOLE,
                    BLACK_HOLE_ALL,
                    SLOW,
                    SLOW_ALL ->
                    Optional.empty();
        };
    }

    /** Makes a fault, lets it last, heals it. */
    void strike(FaultKind kind, Duration atLeast, Duration atMost) throws InterruptedException {
        // Drawn whatever comes, so that one fault does not change the next.
        boolean leader = random.nextInt(10) < 6;
        int other = random.nextInt(nodes.size());
        Duration lasts = between(atLeast, atMost);
        strike(kind, leader ? nodes.leader().orElse(other) : other, lasts);
    }

    /** The same to the leader, for sure: one is waited for. */
    void strikeLeader(FaultKind kind, Duration atLeast, Duration atMost)
            throws InterruptedException {
        Duration lasts = between(atLeast, atMost);
        strike(kind, nodes.awaitLeader(LEADER), lasts);
    }

    private Duration between(Duration atLeast, Duration atMost) {
        return Duration.ofMillis(random.nextLong(atLeast.toMillis(), atMost.toMillis() + 1));
    }

    private void strike(FaultKind kind, int node, Duration lasts) throws InterruptedException {
        String what = kind + " node" + node + " for " + lasts.toMillis() + " ms";
        recorder.add(new Fault(what, true, recorder.now()));
        switch (kind) {
            case KILL -> {
                nodes.node(node).kill();
                restart(nodes.node(node));
            }
            case STOP -> {
                var _ = nodes.node(node).process().terminate(STOP);
                restart(nodes.node(node));
            }
            case FREEZE -> {
                nodes.node(node).process().pause();
                last(lasts);
                nodes.node(node).process().resume();
            }
            case FREEZE_IN_TRANSACTION -> {
                if (nodes.pauseInTransaction(node, random, Duration.ofSeconds(10))) {
                    last(lasts);
                    nodes.node(node).process().resume();
                } else {
                    what = what + " " + NEVER_HIT;
                }
            }
            case POSTGRES_RESTART -> postgres.restart();
            case POSTGRES_CRASH -> postgres.crash();
            case BLACK_HOLE -> blackHole(List.of(node), lasts);
            case BLACK_HOLE_ALL -> blackHole(all(), lasts);
            case SLOW -> slow(List.of(node), lasts);
            case SLOW_ALL -> slow(all(), lasts);
            case CUT_ONE_WAY -> cut(node, false, lasts);
            case CUT_BOTH_WAYS -> cut(node, true, lasts);
            case CLOCK -> {
                // Between two lives: a timed wait under way may never end where the clock steps
                // under it, which is the library's doing and no clock's.
                nodes.node(node).kill();
                clocks.get(node).step(Duration.ofSeconds(random.nextInt(-7_200, 7_200)));
                restart(nodes.node(node));
            }
        }
        recorder.add(new Fault(what, false, recorder.now()));
    }

    private List<Integer> all() {
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            out.add(i);
        }
        return out;
    }

    private static void last(Duration lasts) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(lasts.toNanos());
    }

    private void blackHole(List<Integer> struck, Duration lasts) throws InterruptedException {
        struck.forEach(i -> nodes.toDatabase(i).blackHole());
        last(lasts);
        struck.forEach(i -> nodes.toDatabase(i).restore());
    }

    private void slow(List<Integer> struck, Duration lasts) throws InterruptedException {
        struck.forEach(i -> nodes.toDatabase(i).delay(SLOW));
        last(lasts);
        struck.forEach(i -> nodes.toDatabase(i).delay(Duration.ZERO));
    }

    private void cut(int node, boolean bothWays, Duration lasts) throws InterruptedException {
        Network net = network.orElseThrow();
        for (int other : all()) {
            if (other != node) {
                net.cut(node, other);
                if (bothWays) {
                    net.cut(other, node);
                }
            }
        }
        last(lasts);
        net.mendAll();
    }

    /** As what looks after processes does: again and again, until it is ready. */
    private static void restart(Central node) {
        for (int i = 0; ; i++) {
            try {
                node.restart();
                return;
            } catch (HarnessException e) {
                if (i == 4) {
                    throw e;
                }
            }
        }
    }
}
