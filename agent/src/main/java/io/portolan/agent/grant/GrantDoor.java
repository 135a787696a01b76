package io.portolan.agent.grant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.agent.link.Answer;
import io.portolan.model.Uid;
import io.portolan.model.app.GrantToken;
import io.portolan.model.wire.AgentMessages.Grant;
import io.portolan.model.wire.AgentMessages.Grants;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where guards ask: {@code GET /v1/grants/{application}}. 200 with epoch and length, 410 where the
 * active role is not here, 404 where central does not speak of the application, 503 where central
 * does not answer. It listens on all addresses, since pods of other nodes ask, reads no body, and
 * answers only who shows the application's token.
 */
public final class GrantDoor implements AutoCloseable {
    private static final Pattern PATH = Pattern.compile("/v1/grants/([A-Za-z0-9-]{1,64})");
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    /** What the door asks while an agent serves; it serves only while it may act in its cluster. */
    public record Serving(Uid cluster, GrantDesk desk) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Optional<Serving> serving = Optional.empty();

    private GrantDoor(HttpServer server) {
        this.server = server;
    }

    /**
     * @param port 0 for any free one
     * @throws IllegalArgumentException when the port cannot be had
     */
    public static GrantDoor open(int port) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(port), 128);
            GrantDoor door = new GrantDoor(server);
            server.createContext("/", door::answer);
            server.setExecutor(door.threads);
            server.start();
            return door;
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "--grant-port " + port + " cannot be opened: " + e.getMessage(), e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Who answers from now on; nobody when empty. */
    public void serve(Optional<Serving> by) {
        serving = by;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Said said = said(exchange);
            byte[] body = said.body().getBytes(StandardCharsets.UTF_8);
            if (body.length > 0) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
            }
            exchange.sendResponseHeaders(said.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private record Said(int status, String body) {
        Said(int status) {
            this(status, "");
        }
    }

    private Said said(HttpExchange exchange) throws InterruptedException {
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            return new Said(404);
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            return new Said(405);
        }
        Optional<Serving> by = serving;
        if (by.isEmpty()) {
            return new Said(503);
        }
        Uid application = new Uid(path.group(1));
        if (!GrantToken.matches(token(exchange), application, by.get().cluster())) {
            return new Said(401);
        }
        String query = exchange.getRequestURI().getQuery();
        boolean needed = query != null && query.contains("waiting=true");
        return switch (by.get().desk().ask(needed, PATIENCE)) {
            case Answer.Ok(Grants grants) -> of(application, grants);
            case Answer.Over<Grants> _, Answer.Behind<Grants> _, Answer.Failed<Grants> _ ->
                    new Said(503);
        };
    }

    private static String token(HttpExchange exchange) {
        String header = exchange.getRequestHeaders().getFirst("Authorization");
        return header == null || !header.startsWith("Bearer ")
                ? ""
                : header.substring("Bearer ".length());
    }

    private static Said of(Uid application, Grants grants) {
        Optional<Grant> granted =
                grants.granted().stream()
                        .filter(g -> g.application().equals(application))
                        .findFirst();
        return granted.map(
                        g ->
                                new Said(
                                        200,
                                        "{\"epoch\":%d,\"remainingMillis\":%d}"
                                                .formatted(g.epoch(), g.millis())))
                .orElseGet(() -> new Said(grants.revoked().contains(application) ? 410 : 404));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
