package io.portolan.agent.link;

import io.portolan.model.Digest;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Heartbeat;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Join;
import io.portolan.model.wire.AgentMessages.Joined;
import io.portolan.model.wire.AgentMessages.Report;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.AgentMessages.Sync;
import io.portolan.model.wire.AgentMessages.Welcome;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 to central, HTTP/1.1 where something between does not speak it. Calls block and belong on
 * virtual threads; each has its deadline. One connection carries polls, contents and reports;
 * heartbeats have one of their own, so that no bulk delays the sign of life.
 */
public final class CentralLink implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(15);
    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration PING = Duration.ofSeconds(5);

    /** Only where HTTP/2 is not spoken: a parked poll must not hold up the rest. */
    private static final int HTTP1_BULK_CONNECTIONS = 4;

    private final URI central;
    private final Vertx vertx;

    /** Held here: Vert.x closes a client that nobody refers to. */
    private final HttpClient bulk;

    private final HttpClient heartbeats;
    private volatile String credential = "";

    /** Of the last welcome: content is served to the newest session only. */
    private volatile long session;

    public CentralLink(URI central) {
        this(central, PING);
    }

    /**
     * @param ping how often the connections are asked whether they live
     */
    CentralLink(URI central, Duration ping) {
        this.central = central;
        this.vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(1)
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(1));
        Pulse pulse = new Pulse(vertx, ping);
        this.bulk = client(HTTP1_BULK_CONNECTIONS, pulse);
        this.heartbeats = client(1, pulse);
    }

    private HttpClient client(int http1Connections, Pulse pulse) {
        int port = central.getPort() > 0 ? central.getPort() : tls() ? 443 : 80;
        HttpClientOptions options =
                new HttpClientOptions()
                        .setDefaultHost(central.getHost())
                        .setDefaultPort(port)
                        .setSsl(tls())
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setUseAlpn(tls())
                        // An upgrade needs a request without a body to ride on.
                        .setHttp2ClearTextUpgradeWithPreflightRequest(true)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setKeepAlive(true)
                        .setDecompressionSupported(true);
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(http1Connections))
                .withConnectHandler(pulse::follow)
                .build();
    }

    private boolean tls() {
        return "https".equals(central.getScheme());
    }

    /** The bearer token of every later request. */
    public void credential(String token) {
        this.credential = token;
    }

    public Answer<Joined> join(Join join) {
        return call(bulk, post(AgentMessages.JOIN), join, read(Joined.class), DEADLINE);
    }

    public Answer<Welcome> hello(Hello hello) {
        Answer<Welcome> answer =
                call(bulk, post(AgentMessages.HELLO), hello, read(Welcome.class), DEADLINE);
        if (answer instanceof Answer.Ok(var welcome)) {
            session = welcome.session();
        }
        return answer;
    }

    public Answer<Sync> poll(long session, long generation, long cursor, int waitSeconds) {
        String query =
                "?session=%d&generation=%d&cursor=%d&wait=%d"
                        .formatted(session, generation, cursor, waitSeconds);
        return call(
                bulk,
                get(AgentMessages.WORK + query),
                null,
                read(Sync.class),
                DEADLINE.plusSeconds(waitSeconds));
    }

    /** Content that is not what its digest says is refused. */
    public Answer<Content> content(Digest digest) {
        return call(
                bulk,
                get(AgentMessages.CONTENT + digest.hex() + "?session=" + session),
                null,
                bytes -> {
                    if (!Digest.of(bytes).equals(digest)) {
                        throw new IllegalArgumentException("content is not what its digest says");
                    }
                    return Codec.lenient().read(bytes, Content.class);
                },
                DEADLINE);
    }

    public Answer<ReportAck> report(Report report) {
        return call(bulk, post(AgentMessages.REPORTS), report, read(ReportAck.class), DEADLINE);
    }

    public Answer<Boolean> beat(Heartbeat beat) {
        return call(heartbeats, post(AgentMessages.HEARTBEAT), beat, _ -> true, DEADLINE);
    }

    private RequestOptions get(String path) {
        return new RequestOptions().setMethod(HttpMethod.GET).setURI(base() + path);
    }

    private RequestOptions post(String path) {
        return new RequestOptions().setMethod(HttpMethod.POST).setURI(base() + path);
    }

    private String base() {
        String path = central.getRawPath() == null ? "" : central.getRawPath();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static <T> Function<byte[], T> read(Class<T> type) {
        return bytes -> Codec.lenient().read(bytes, type);
    }

    record Raw(int status, String retryAfter, byte[] body) {}

    private <T> Answer<T> call(
            HttpClient client,
            RequestOptions options,
            @Nullable Object message,
            Function<byte[], T> reader,
            Duration deadline) {
        options.setIdleTimeout(deadline.toMillis());
        if (!credential.isEmpty()) {
            options.putHeader("Authorization", "Bearer " + credential);
        }
        options.putHeader("Accept", "application/json");
        if (message != null) {
            options.putHeader("Content-Type", "application/json");
        }
        Buffer body =
                message == null ? Buffer.buffer() : Buffer.buffer(Codec.lenient().write(message));
        var response = exchange(client, options, body).toCompletionStage().toCompletableFuture();
        try {
            return meaning(response.get(deadline.toMillis(), TimeUnit.MILLISECONDS), reader);
        } catch (ExecutionException e) {
            return new Answer.Failed<>(words(e.getCause()), Duration.ZERO);
        } catch (TimeoutException e) {
            return new Answer.Failed<>("no answer within " + deadline, Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Failed<>("the agent stops", Duration.ZERO);
        }
    }

    /**
     * The body is asked for on the event loop, in the same turn as the head of the answer: a body
     * that nobody waits for is dropped, and the answer would look empty.
     */
    static Future<Raw> exchange(HttpClient client, RequestOptions options, Buffer body) {
        return client.request(options)
                .compose(request -> request.send(body).compose(CentralLink::raw));
    }

    private static Future<Raw> raw(HttpClientResponse response) {
        String after = response.getHeader("Retry-After");
        return response.body()
                .map(
                        body ->
                                new Raw(
                                        response.statusCode(),
                                        after == null ? "" : after,
                                        body.getBytes()));
    }

    private static <T> Answer<T> meaning(Raw raw, Function<byte[], T> reader) {
        try {
            return switch (raw.status) {
                case 200, 201 -> new Answer.Ok<>(reader.apply(raw.body));
                case 401, 410 -> new Answer.Over<>(problem(raw));
                case 409 ->
                        new Answer.Behind<>(
                                Codec.lenient().read(raw.body, ReportAck.class).batch());
                default -> new Answer.Failed<>(problem(raw), retryAfter(raw.retryAfter));
            };
        } catch (UncheckedIOException | IllegalArgumentException e) {
            return new Answer.Failed<>("unreadable answer: " + e.getMessage(), Duration.ZERO);
        }
    }

    /** RFC 9457 where central wrote it, else the bare status. */
    private static String problem(Raw raw) {
        try {
            var tree = Codec.lenient().tree(raw.body);
            String detail = tree.path("detail").asText(tree.path("title").asText());
            return raw.status + " " + detail;
        } catch (UncheckedIOException e) {
            return "HTTP " + raw.status;
        }
    }

    /** Seconds; a date (RFC 9110 allows both) is not what central sends. */
    private static Duration retryAfter(String header) {
        return header.matches("[0-9]{1,4}")
                ? Duration.ofSeconds(Long.parseLong(header))
                : Duration.ZERO;
    }

    private static String words(@Nullable Throwable cause) {
        return cause == null ? "failed" : String.valueOf(cause.getMessage());
    }

    @Override
    public void close() {
        var closed = vertx.close().toCompletionStage().toCompletableFuture();
        try {
            closed.get(CONNECT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the link does not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
