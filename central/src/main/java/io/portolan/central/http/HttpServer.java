package io.portolan.central.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.Method;
import io.helidon.http.RequestException;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import io.portolan.central.security.Principal;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.Store;
import io.portolan.central.telemetry.Metrics;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Serves a table of routes: one virtual thread per request, identity before the body, every refusal
 * as a problem document.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(HttpServer.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);
    private static final int MOST_CONNECTIONS = 50_000;

    private static final String UNREAD =
            "it is no HTTP that this server takes, or its head is too large";

    private final Gate gate;
    private final Metrics metrics;
    private final Map<Pattern, Route> table = new LinkedHashMap<>();
    private final WebServer server;
    private volatile boolean leaving;

    private HttpServer(String host, int port, List<Route> routes, Gate gate, Metrics metrics) {
        this.gate = gate;
        this.metrics = metrics;
        HttpRouting.Builder routing = HttpRouting.builder();
        for (Route route : routes) {
            table.put(Pattern.compile(route.path().replaceAll("\\{[^}]+}", "[^/]+")), route);
            routing.route(
                    Method.create(route.method()),
                    route.path(),
                    (request, response) -> serve(route, request, response));
        }
        routing.any(this::nowhere);
        this.server =
                WebServer.builder()
                        .host(host)
                        .port(port)
                        .routing(routing)
                        .maxPayloadSize(Request.LARGEST_BODY)
                        .maxTcpConnections(MOST_CONNECTIONS)
                        .idleConnectionTimeout(IDLE_CONNECTION)
                        .shutdownGracePeriod(GRACE)
                        .shutdownHook(false)
                        .directHandlers(beforeRouting())
                        .build()
                        .start();
        if (!server.isRunning()) {
            // Helidon logs why and goes on without a listener.
            throw new UncheckedIOException(
                    new BindException("cannot listen on " + host + ":" + port + ": is it in use?"));
        }
    }

    /**
     * @param port 0 for any that is free
     * @throws UncheckedIOException when the address cannot be listened on
     */
    public static HttpServer start(
            String host,
            int port,
            List<Route> routes,
            Tokens tokens,
            Limits limits,
            Metrics metrics) {
        Gate gate = new Gate(tokens, new Admission(limits, metrics));
        return new HttpServer(host, port, routes, gate, metrics);
    }

    /** Each connection ends with its next answer from now on. */
    public void leave() {
        leaving = true;
    }

    public int port() {
        return server.port();
    }

    private void serve(Route route, ServerRequest request, ServerResponse response) {
        long began = System.nanoTime();
        int status = 500;
        try {
            Request asked = new Request(request, route);
            Answer answer = answer(route, asked);
            switch (answer) {
                case Answer.Whole whole -> {
                    status = whole.status();
                    send(response, whole);
                }
                case Answer.Events events -> {
                    status = 200;
                    stream(asked, response, events);
                }
            }
        } finally {
            metrics.served(
                    route.method(),
                    route.path(),
                    status,
                    Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private Answer answer(Route route, Request request) {
        try {
            return switch (route.access()) {
                case Route.Access.Open open -> gate.open(route, open, request);
                case Route.Access.OfUser users ->
                        switch (gate.principal(request)) {
                            case Principal.User user -> {
                                try (var _ = gate.enter(route, user)) {
                                    request.requireKnown();
                                    yield users.action()
                                            .serve(request, user.saying(request.comment()));
                                }
                            }
                            case Principal.Agent _ ->
                                    throw Problem.forbidden("agents have no business here")
                                            .refusal();
                        };
                case Route.Access.OfAgent agents ->
                        switch (gate.principal(request)) {
                            case Principal.Agent agent -> {
                                try (var _ = gate.enter(route, agent)) {
                                    yield agents.action().serve(request, agent);
                                }
                            }
                            case Principal.User _ ->
                                    throw Problem.forbidden("this route is for agents").refusal();
                        };
            };
        } catch (Refusal e) {
            return e.problem().answer();
        } catch (Store.CompactedException e) {
            return Problem.gone("history is compacted: list again").answer();
        } catch (Store.StoreException e) {
            LOG.log(Level.WARNING, "the store does not answer: {0}", e.getMessage());
            return Problem.unavailable(e.reason()).answer();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Problem.unavailable("shutting down").answer();
        } catch (RequestException | CloseConnectionException e) {
            throw e;
        } catch (HttpException e) {
            return e.status().code() == 413
                    ? Request.tooLarge().answer()
                    : Problem.of(e.status().code(), "Refused", String.valueOf(e.getMessage()))
                            .answer();
        } catch (RuntimeException e) {
            LOG.log(Level.SEVERE, "bug in " + route.method() + " " + route.path(), e);
            return Problem.of(500, "Internal error", "a bug in the server; its log tells more")
                    .answer();
        }
    }

    private void send(ServerResponse response, Answer.Whole whole) {
        response.status(whole.status());
        if (leaving) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        whole.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        if (whole.type().isEmpty()) {
            response.send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, whole.type());
        response.send(whole.body());
    }

    private void stream(Request request, ServerResponse response, Answer.Events events) {
        try (SseSink sink = response.sink(SseSink.TYPE)) {
            try {
                events.writer().write(gate.guarded(sink, request));
            } catch (Refusal e) {
                sink.emit(error(e.problem()));
            } catch (Store.CompactedException e) {
                sink.emit(error(Problem.gone("history is compacted: list again")));
            } catch (Store.StoreException e) {
                sink.emit(error(Problem.unavailable(e.reason())));
            }
        } catch (UncheckedIOException | ServerConnectionException e) {
            LOG.log(Level.FINE, "a watcher left: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static SseEvent error(Problem problem) {
        return SseEvent.builder().name("error").data(problem.json()).build();
    }

    private void nowhere(ServerRequest request, ServerResponse response) {
        String path = request.path().path();
        List<String> methods = new ArrayList<>();
        table.forEach(
                (pattern, route) -> {
                    if (pattern.matcher(path).matches()) {
                        methods.add(route.method());
                    }
                });
        Answer.Whole answer =
                methods.isEmpty()
                        ? Problem.notFound("nothing is served at " + path).answer()
                        : Problem.of(405, "Method not allowed", "try " + methods)
                                .answer()
                                .with("Allow", String.join(", ", methods));
        metrics.served(
                request.prologue().method().text(), "unmatched", answer.status(), Duration.ZERO);
        send(response, answer);
    }

    /** What the server refuses by itself looks like every other problem. */
    private static DirectHandlers beforeRouting() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(
                    type,
                    (request, event, status, headers, message) ->
                            DirectHandler.TransportResponse.builder()
                                    .status(status)
                                    .headers(headers)
                                    .header(HeaderNames.CONTENT_TYPE, Answer.PROBLEM)
                                    .entity(
                                            (status.code() == 413
                                                            ? Request.tooLarge()
                                                            : Problem.of(
                                                                    status.code(),
                                                                    status.reasonPhrase(),
                                                                    Optional.ofNullable(message)
                                                                            .filter(
                                                                                    m ->
                                                                                            !m
                                                                                                    .isEmpty())
                                                                            .orElse(UNREAD)))
                                                    .json())
                                    .build());
        }
        return handlers.build();
    }

    @Override
    public void close() {
        server.stop();
    }
}
