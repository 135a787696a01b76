package io.portolan.e2e.harness;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A loopback wire between two processes that a test can cut. Whoever should feel the cut is given
 * {@link #port()} instead of the target's own port.
 */
public final class TcpProxy implements AutoCloseable {
    private enum Mode {
        FORWARDING,
        BLACK_HOLE,
        CUT,
        CLOSED
    }

    private final String host;
    private final int port;
    private volatile InetSocketAddress target;
    private volatile Duration delay = Duration.ZERO;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition modeChanged = lock.newCondition();
    // Guarded by lock, as is the listening socket.
    private Mode mode = Mode.FORWARDING;
    private ServerSocket listening;

    /** A connection, and what of its client's words is on its way. Guarded by itself. */
    private static final class Link {
        private final Socket far;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean held;
        private boolean sealed;

        Link(Socket far) {
            this.far = far;
        }

        synchronized boolean held() {
            return held;
        }

        /** Whether it took what would else go to the target. */
        synchronized boolean keeps(byte[] bytes, int length) {
            if (held && !sealed) {
                kept.write(bytes, 0, length);
            }
            return held;
        }

        synchronized void hold() {
            held = true;
        }

        synchronized int size() {
            return kept.size();
        }

        synchronized void seal() {
            sealed = held;
        }

        synchronized void deliver() throws IOException {
            far.getOutputStream().write(kept.toByteArray());
            kept.reset();
        }
    }

    private TcpProxy(String host, int port, InetSocketAddress target) {
        this.host = host;
        this.port = port;
        this.target = target;
        this.listening = listen();
    }

    /** A wire to a loopback port, whole at first. The target need not listen yet. */
    public static TcpProxy to(int targetPort) {
        return new TcpProxy(
                NodeSetup.LOOPBACK,
                Ports.next(),
                new InetSocketAddress(NodeSetup.LOOPBACK, targetPort));
    }

    /** A wire that listens at an address of this machine. */
    public static TcpProxy at(String host, int targetPort) {
        return new TcpProxy(
                host, Ports.next(), new InetSocketAddress(NodeSetup.LOOPBACK, targetPort));
    }

    /** Leads elsewhere from now on, as a load balancer would; connections that exist break. */
    public void lead(String targetHost, int targetPort) {
        target = new InetSocketAddress(targetHost, targetPort);
        breakConnections();
    }

    /** Each read passes on what it got so much later; zero makes the wire fast again. */
    public void delay(Duration each) {
        delay = each;
    }

    /** The loopback port that stands for the target; the same for the proxy's whole life. */
    public int port() {
        return port;
    }

    /**
     * Closes all connections and refuses new ones, as when the other machine is up and the process
     * is not.
     */
    public void cut() {
        lock.lock();
        try {
            change(Mode.CUT);
            closeQuietly(listening);
            dropAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Accepts and keeps connections and delivers nothing, as when packets are lost: nobody is told.
     * What was sent meanwhile is delivered after {@link #restore()}, as TCP's retransmission would.
     */
    public void blackHole() {
        lock.lock();
        try {
            if (mode == Mode.CUT) {
                listening = listen();
            }
            change(Mode.BLACK_HOLE);
        } finally {
            lock.unlock();
        }
    }

    /** Makes the wire whole again. */
    public void restore() {
        lock.lock();
        try {
            if (mode == Mode.CUT) {
                listening = listen();
            }
            change(Mode.FORWARDING);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What clients send from now on over the connections that exist is on its way until {@link
     * #deliver}, even when they give these connections up meanwhile. New connections pass.
     */
    public void hold() {
        links.forEach(Link::hold);
    }

    /** How many bytes are on their way. */
    public int held() {
        return links.stream().mapToInt(Link::size).sum();
    }

    /** What is sent from now on over the connections that are held is lost. */
    public void seal() {
        links.forEach(Link::seal);
    }

    /** What is on its way arrives, and the target is not told that its sender has left. */
    public void deliver() {
        try {
            for (Link link : links) {
                link.deliver();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Breaks the connections that exist now, once; new ones pass. */
    public void breakConnections() {
        dropAll();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            change(Mode.CLOSED);
            closeQuietly(listening);
            dropAll();
        } finally {
            lock.unlock();
        }
    }

    private void change(Mode next) {
        mode = next;
        modeChanged.signalAll();
    }

    private void dropAll() {
        open.forEach(TcpProxy::closeQuietly);
    }

    private ServerSocket listen() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port), 256);
            Thread.ofVirtual().name("proxy-" + port).start(() -> accept(socket));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket on) {
        while (true) {
            try {
                Socket near = on.accept();
                open.add(near);
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException _) {
                return; // cut or closed
            }
        }
    }

    private void serve(Socket near) {
        Socket far = new Socket();
        open.add(far);
        Link link = new Link(far);
        try (near;
                far) {
            if (!awaitForwarding()) {
                return;
            }
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            far.connect(target, 5_000);
            links.add(link);
            Thread back = Thread.ofVirtual().start(() -> answers(far, near, link));
            pump(near, far, link, link::keeps);
            back.join();
        } catch (IOException _) {
            // The target does not listen: closing the near side is how the caller learns it.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            links.remove(link);
            open.remove(near);
            open.remove(far);
        }
    }

    /** While the client's words are on their way, its end is not the end: nobody hears the rest. */
    private void answers(Socket from, Socket to, Link link) {
        pump(from, to, link, (_, _) -> false);
        if (link.held()) {
            try (from) {
                from.getInputStream().transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // The target has left, too.
            }
        }
    }

    private interface Keeper {
        boolean keeps(byte[] bytes, int length);
    }

    /** Copies one direction to its end, then passes the end on where the link is not held. */
    private void pump(Socket from, Socket to, Link link, Keeper keeper) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                if (delay.isPositive()) {
                    Thread.sleep(delay);
                }
                if (!awaitForwarding()) {
                    return;
                }
                if (!keeper.keeps(buffer, read)) {
                    out.write(buffer, 0, read);
                }
            }
            if (!link.held() && awaitForwarding()) {
                to.shutdownOutput();
            }
        } catch (IOException _) {
            if (!link.held()) {
                closeQuietly(from);
                closeQuietly(to);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitForwarding() throws InterruptedException {
        lock.lock();
        try {
            while (mode == Mode.BLACK_HOLE) {
                modeChanged.await();
            }
            return mode == Mode.FORWARDING;
        } finally {
            lock.unlock();
        }
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // A socket that cannot be closed is closed.
        }
    }
}
