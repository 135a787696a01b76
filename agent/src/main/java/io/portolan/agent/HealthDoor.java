package io.portolan.agent;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/**
 * Tells the kubelet how the agent is, and nobody anything else: {@code /livez} answers 503 when the
 * loop hangs, {@code /readyz} until central has welcomed this agent once.
 */
final class HealthDoor implements AutoCloseable {
    private final Optional<HttpServer> server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private volatile BooleanSupplier alive = () -> true;
    private volatile boolean welcomed;

    private HealthDoor(Optional<HttpServer> server) {
        this.server = server;
    }

    /**
     * @param port 0 opens nothing
     * @throws IllegalArgumentException when the port cannot be had
     */
    static HealthDoor open(int port) {
        if (port == 0) {
            return new HealthDoor(Optional.empty());
        }
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 16);
            HealthDoor door = new HealthDoor(Optional.of(server));
            answer(server, "/livez", () -> door.alive.getAsBoolean());
            answer(server, "/readyz", () -> door.welcomed);
            server.setExecutor(door.threads);
            server.start();
            return door;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--health-port " + port + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Who is asked from now on whether it lives. */
    void lives(BooleanSupplier who) {
        alive = who;
    }

    /** Central has welcomed this agent. */
    void welcomed() {
        welcomed = true;
    }

    private static void answer(HttpServer server, String path, BooleanSupplier question) {
        server.createContext(
                path,
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(question.getAsBoolean() ? 200 : 503, -1);
                    }
                });
    }

    @Override
    public void close() {
        server.ifPresent(s -> s.stop(0));
        threads.close();
    }
}
