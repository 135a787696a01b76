package io.portolan.central.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What lies between a store and its database: it can fall silent in either direction, as a lost
 * link or a frozen process does, and lead elsewhere, as an address that moved.
 */
final class Wire implements AutoCloseable {
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by the lock.
    private String target;
    private boolean toServer = true;
    private boolean toClient = true;

    Wire(DatabaseSettings settings) throws IOException {
        this.target = host(settings.url());
        this.listening = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private static String host(String url) {
        return url.replaceFirst("jdbc:postgresql://([^/]+)/.*", "$1");
    }

    /** The same database through this wire, as another node. */
    DatabaseSettings through(DatabaseSettings settings) {
        return DatabaseSettings.of(
                settings.url().replace(host(settings.url()), address()),
                settings.user(),
                settings.password());
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** New connections go there; those that are open break. */
    void leadTo(DatabaseSettings other) {
        lock.lock();
        try {
            target = host(other.url());
        } finally {
            lock.unlock();
        }
        open.forEach(Wire::end);
    }

    /** Takes all and passes nothing on. */
    void silence() {
        pass(false, false);
    }

    /** The client takes nothing of what it is sent. */
    void freezeClient() {
        pass(true, false);
    }

    void restore() {
        pass(true, true);
    }

    private void pass(boolean server, boolean client) {
        lock.lock();
        try {
            toServer = server;
            toClient = client;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket near = listening.accept();
                Thread.ofVirtual().start(() -> serve(near));
            } catch (IOException _) {
                return;
            }
        }
    }

    private void serve(Socket near) {
        try (near;
                Socket far = new Socket()) {
            open.add(near);
            open.add(far);
            String[] to = target().split(":", 2);
            far.connect(new InetSocketAddress(to[0], Integer.parseInt(to[1])));
            Thread back = Thread.ofVirtual().start(() -> pump(far, near, false));
            pump(near, far, true);
            back.join();
        } catch (IOException _) {
            // Nobody listens there: the client learns it by the end of its connection.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String target() {
        lock.lock();
        try {
            return target;
        } finally {
            lock.unlock();
        }
    }

    private void pump(Socket from, Socket to, boolean request) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read;
            while ((read = in.read(buffer)) >= 0) {
                awaitPassing(request);
                out.write(buffer, 0, read);
            }
        } catch (IOException _) {
            // One end is gone; so is the other.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
        }
    }

    private void awaitPassing(boolean request) throws InterruptedException {
        lock.lock();
        try {
            while (!(request ? toServer : toClient)) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // Then it is closed.
        }
    }

    @Override
    public void close() {
        end(listening);
        restore();
        open.forEach(Wire::end);
    }

    private static void end(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // Then it is closed.
        }
    }
}
