package io.portolan.agent.link;

import io.portolan.model.Digest;
import io.portolan.model.Uid;
import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.Beaten;
import io.portolan.model.wire.AgentMessages.Grants;
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
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 to central, HTTP/1.1 where something between does not speak it. Calls block and belong on
 * virtual threads; each has its deadline. One connection carries polls, contents and reports;
 * heartbeats have one of their own, so that no bulk delays the sign of life.
 *
 * <p>All go to the address that {@link Addresses} says. A call that finds it gone fails, and the
 * next one goes elsewhere: what an answer says does not depend on who gives it.
 */
public final class CentralLink implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CentralLink.class.getName());
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    /** A grant is asked for again before the longest patience of a guard is over. */
    private static final Duration GRANTS_DEADLINE = Duration.ofSeconds(8);

    private static final int CONNECT_MILLIS = 5_000;
    private static final Duration PING = Duration.ofSeconds(5);

    /** Longer than a poll may be parked: over HTTP/1.1 nothing is said meanwhile. */
    private static final int SILENT_PINGS = 9;

    /** Only where HTTP/2 is not spoken: a parked poll must not hold up the rest. */
    private static final int HTTP1_BULK_CONNECTIONS = 4;

    private final Addresses addresses;
    private final Names names;
    private final Vertx vertx;
    private final Pulse pulse;

    /** Held here: Vert.x closes a client that nobody refers to. */
    private final HttpClient bulk;

    private final HttpClient heartbeats;
    private volatile String credential = "";

    /** Of the last welcome: content is served to the newest session only. */
    private volatile long session;

    /**
     * @param central its addresses, at least one
     */
    public CentralLink(List<URI> central) {
        this(
                new Addresses(central, System::nanoTime, RandomGenerator.getDefault()),
                Names.ofThisMachine(),
                PING);
    }

    /**
     * @param ping how often the connections are asked whether they live
     */
    CentralLink(Addresses addresses, Names names, Duration ping) {
        this.addresses = addresses;
        this.names = names;
        this.vertx =
                Vertx.vertx(
                        new VertxOptions()
                                .setEventLoopPoolSize(1)
                                .setWorkerPoolSize(1)
                                .setInternalBlockingPoolSize(1));
        this.pulse = new Pulse(vertx, ping);
        Duration silence = ping.multipliedBy(SILENT_PINGS);
        this.bulk = client(HTTP1_BULK_CONNECTIONS, silence);
        this.heartbeats = client(1, silence);
    }

    /**
     * @param silence on a connection, after which it is closed: nothing else ends one that was
     *     accepted and never answered, and all requests would wait for it
     */
    private HttpClient client(int http1Connections, Duration silence) {
        HttpClientOptions options =
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setUseAlpn(true)
                        // An upgrade needs a request without a body to ride on.
                        .setHttp2ClearTextUpgradeWithPreflightRequest(true)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setIdleTimeout((int) silence.toMillis())
                        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setKeepAlive(true)
                        .setDecompressionSupported(true);
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions().setHttp1MaxSize(http1Connections))
                .withConnectHandler(pulse::follow)
                .build();
    }

    /** Who the agent is: the bearer token of every later request. */
    public void credential(Uid cluster, String token) {
        this.credential = token;
        addresses.of(cluster);
    }

    public Answer<Joined> join(Join join) {
        return call(bulk, HttpMethod.POST, AgentMessages.JOIN, join, read(Joined.class), DEADLINE);
    }

    public Answer<Welcome> hello(Hello hello) {
        Answer<Welcome> answer =
                call(
                        bulk,
                        HttpMethod.POST,
                        AgentMessages.HELLO,
                        hello,
                        read(Welcome.class),
                        DEADLINE);
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
                HttpMethod.GET,
                AgentMessages.WORK + query,
                null,
                read(Sync.class),
                DEADLINE.plusSeconds(waitSeconds));
    }

    /** Content that is not what its digest says is refused. */
    public Answer<Content> content(Digest digest) {
        return call(
                bulk,
                HttpMethod.GET,
                AgentMessages.CONTENT + digest.hex() + "?session=" + session,
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
        return call(
                bulk,
                HttpMethod.POST,
                AgentMessages.REPORTS,
                report,
                read(ReportAck.class),
                DEADLINE);
    }

    /** What this cluster's guards may go on with. */
    public Answer<Grants> grants() {
        return call(
                heartbeats,
                HttpMethod.GET,
                AgentMessages.GRANTS + "?session=" + session,
                null,
                read(Grants.class),
                GRANTS_DEADLINE);
    }

    /** A sign of life. Beside it, now and then, the address that was left is looked at. */
    public Answer<Beaten> beat(Heartbeat beat) {
        Answer<Beaten> answer =
                call(
                        heartbeats,
                        HttpMethod.POST,
                        AgentMessages.HEARTBEAT,
                        beat,
                        body ->
                                body.length == 0
                                        ? new Beaten(List.of())
                                        : Codec.lenient().read(body, Beaten.class),
                        DEADLINE);
        addresses.home().ifPresent(home -> lookAt(home, beat));
        return answer;
    }

    /** Goes back to the cluster's first address if that takes signs of life again. */
    private void lookAt(URI home, Heartbeat beat) {
        try {
            RequestOptions options =
                    request(HttpMethod.POST, home, names.server(home), AgentMessages.HEARTBEAT);
            if (Exchange.of(heartbeats, options, beat, DEADLINE)
                            instanceof Exchange.Settled.Answered(Exchange.Raw raw)
                    && raw.status() == 200) {
                LOG.log(Level.INFO, "central at {0} serves again", home);
                addresses.returned(home);
            }
        } catch (UnknownHostException e) {
            LOG.log(Level.FINE, "nothing is known of {0}", home);
        }
    }

    private static <T> Function<byte[], T> read(Class<T> type) {
        return bytes -> Codec.lenient().read(bytes, type);
    }

    private <T> Answer<T> call(
            HttpClient client,
            HttpMethod method,
            String path,
            @Nullable Object message,
            Function<byte[], T> reader,
            Duration deadline) {
        Addresses.At at = addresses.now();
        return switch (settled(client, at, method, path, message, deadline)) {
            case Exchange.Settled.Answered(Exchange.Raw raw) -> {
                judge(at, raw);
                yield Exchange.meaning(raw, reader);
            }
            case Exchange.Settled.Broken(String why) -> {
                leave(at, why);
                yield new Answer.Failed<>(why, Duration.ZERO);
            }
            case Exchange.Settled.Interrupted() ->
                    new Answer.Failed<>("the agent stops", Duration.ZERO);
        };
    }

    private Exchange.Settled settled(
            HttpClient client,
            Addresses.At at,
            HttpMethod method,
            String path,
            @Nullable Object message,
            Duration deadline) {
        try {
            RequestOptions options = request(method, at.address(), names.server(at), path);
            return Exchange.of(client, options, message, deadline);
        } catch (UnknownHostException e) {
            return new Exchange.Settled.Broken("nothing is known of " + at.address().getHost());
        }
    }

    private RequestOptions request(HttpMethod method, URI at, SocketAddress server, String path) {
        String base = at.getRawPath() == null ? "" : at.getRawPath();
        RequestOptions options =
                new RequestOptions()
                        .setMethod(method)
                        .setHost(at.getHost())
                        .setPort(Names.port(at))
                        .setServer(server)
                        .setSsl(Names.tls(at))
                        .setURI(
                                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                                        + path)
                        .putHeader("Accept", "application/json");
        if (!credential.isEmpty()) {
            options.putHeader("Authorization", "Bearer " + credential);
        }
        return options;
    }

    /** Who answers for a node that is not there (502, 504) is no better than none. */
    private void judge(Addresses.At at, Exchange.Raw raw) {
        if (raw.closing() || raw.status() == 502 || raw.status() == 504) {
            leave(at, Exchange.problem(raw));
        } else if (raw.status() == 500 || raw.status() == 503) {
            if (addresses.troubled(at)) {
                left(at, Exchange.problem(raw));
            }
        } else {
            addresses.served(at);
        }
    }

    private void leave(Addresses.At at, String why) {
        if (addresses.leave(at)) {
            left(at, why);
        }
    }

    /** A name that stands for many nodes is resolved again only by new connections. */
    private void left(Addresses.At at, String why) {
        LOG.log(
                Level.INFO,
                "leaves central at {0} ({1}) and asks {2}",
                new Object[] {at.address(), why, addresses.now().address()});
        pulse.retire();
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
