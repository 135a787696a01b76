package io.portolan.central.leader;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.central.store.Nodes;
import io.portolan.central.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real members in one process, which find each other by a real table. */
class HazelcastMembershipTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Networks LOOPBACK = Networks.parse(Networks.LOOPBACK);

    private final Nodes database = new Nodes();
    private final List<Node> nodes = new ArrayList<>();

    /** Else the libraries of this process tell of each step. */
    @BeforeAll
    static void quiet() {
        io.portolan.central.telemetry.Logs.configure();
    }

    private final class Node {
        private final Store store = database.store();
        private final AtomicInteger moved = new AtomicInteger();
        private final Beats beats;
        private final HazelcastMembership members;

        Node(String name, Rendezvous rendezvous, int port) {
            this(name, rendezvous, "127.0.0.1", port);
        }

        Node(String name, Rendezvous rendezvous, String host, int port) {
            this.beats = new Beats(store, new Beats.Self(name, "", ""), () -> 0);
            this.members =
                    HazelcastMembership.start(
                            store,
                            new Members(rendezvous, host, port, LOOPBACK, name),
                            beats,
                            moved::incrementAndGet);
            beats.start(members);
            nodes.add(this);
        }

        void stop() {
            members.close();
            beats.close();
            store.close();
            nodes.remove(this);
        }
    }

    @AfterEach
    void stop() {
        List.copyOf(nodes).forEach(Node::stop);
    }

    private List<Node> chosen() {
        return nodes.stream().filter(n -> n.members.chosen()).toList();
    }

    private void awaitAllSeen() {
        Set<String> all = nodes.stream().map(n -> n.store.node()).collect(Collectors.toSet());
        await().atMost(PATIENCE)
                .until(
                        () ->
                                nodes.stream()
                                        .map(n -> n.members.view())
                                        .allMatch(new Membership.View(all, true)::equals));
    }

    @Test
    void membersThatFindEachOtherInTheTableChooseOneAndItsSuccessor() {
        for (int i = 0; i < 3; i++) {
            new Node("n" + i, new Rendezvous.Postgres(), 0);
        }
        awaitAllSeen();
        await().atMost(PATIENCE).until(() -> chosen().size() == 1);
        Node first = chosen().getFirst();
        // For longer than the lock's lease, so that it is prolonged.
        await().during(Duration.ofSeconds(4))
                .atMost(PATIENCE)
                .until(() -> chosen().equals(List.of(first)));

        first.members.able(false);
        await().atMost(PATIENCE)
                .until(() -> chosen().size() == 1 && !chosen().getFirst().equals(first));
        Node second = chosen().getFirst();
        assertTrue(second.moved.get() > 0);
        first.members.able(true);

        second.stop();
        await().atMost(PATIENCE).until(() -> chosen().size() == 1);
        await().atMost(PATIENCE).until(() -> nodes.getFirst().members.view().sees().size() == 2);
    }

    @Test
    void minorityChoosesNobody() {
        Node alone = new Node("n0", new Rendezvous.Postgres(), 0);
        await().atMost(PATIENCE).until(alone.members::chosen);
        // Of these two nothing is heard but what the table says.
        try (Store one = database.store();
                Store two = database.store()) {
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                for (Store silent : List.of(one, two)) {
                                    silent.beat(
                                            new io.portolan.central.store.NodeRoster.Beat(
                                                    "silent",
                                                    "",
                                                    "",
                                                    "",
                                                    Duration.ZERO,
                                                    0,
                                                    Set.of(),
                                                    false));
                                }
                                return !alone.members.chosen() && !alone.members.view().majority();
                            });
            one.part();
            two.part();
        }
        await().atMost(PATIENCE).until(alone.members::chosen);
    }

    @Test
    void membersFindEachOtherByAList() throws IOException {
        List<Integer> ports = List.of(free(), free());
        Rendezvous list =
                Rendezvous.parse("tcp:127.0.0.1:" + ports.get(0) + ",localhost:" + ports.get(1));
        ports.forEach(port -> new Node("n" + port, list, port));
        awaitAllSeen();
    }

    /** Of two nodes only one is behind the name; the other finds it there. */
    @Test
    void membersFindEachOtherBehindAName() throws IOException {
        int port = free();
        Rendezvous name = Rendezvous.parse("dns:localhost");
        new Node("behind", name, "127.0.0.1", port);
        new Node("beside", name, "127.0.0.2", port);
        awaitAllSeen();
    }

    @Test
    void portInUseStopsTheStart() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String said =
                    assertThrows(
                                    UncheckedIOException.class,
                                    () ->
                                            new Node(
                                                    "n",
                                                    new Rendezvous.Postgres(),
                                                    taken.getLocalPort()))
                            .getMessage();
            assertTrue(String.valueOf(said).contains("--member-port " + taken.getLocalPort()));
        }
        assertFalse(nodes.stream().anyMatch(n -> n.members.chosen()));
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
