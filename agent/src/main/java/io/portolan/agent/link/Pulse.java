package io.portolan.agent.link;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Finds HTTP/2 connections that died without a word: one that does not answer a ping is closed,
 * which fails all that waits on it at once, long before the requests' own deadlines.
 */
final class Pulse {
    private static final Logger LOG = Logger.getLogger(Pulse.class.getName());
    private static final Buffer PING = Buffer.buffer(new byte[8]);

    /** Of a parked poll. */
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(60);

    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    private final Vertx vertx;
    private final Duration every;
    private final AtomicReference<HttpVersion> said = new AtomicReference<>();

    /**
     * @param every between two pings; an answer may take as long too
     */
    Pulse(Vertx vertx, Duration every) {
        this.vertx = vertx;
        this.every = every;
    }

    /** Takes a connection into care until it closes. */
    void follow(HttpConnection connection) {
        HttpVersion version = connection.protocolVersion();
        if (said.getAndSet(version) != version) {
            LOG.log(Level.INFO, "central speaks {0}", version.alpnName());
        }
        open.add(connection);
        if (version != HttpVersion.HTTP_2) {
            connection.closeHandler(_ -> open.remove(connection));
            return;
        }
        long timer = vertx.setPeriodic(every.toMillis(), _ -> ping(connection));
        connection.closeHandler(
                _ -> {
                    vertx.cancelTimer(timer);
                    open.remove(connection);
                });
    }

    /** Whoever asks next gets a new connection; what is under way is waited for. */
    void retire() {
        for (HttpConnection connection : List.copyOf(open)) {
            open.remove(connection);
            var _ = connection.shutdown(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void ping(HttpConnection connection) {
        var _ =
                connection
                        .ping(PING)
                        .timeout(every.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(_ -> connection.close());
    }
}
