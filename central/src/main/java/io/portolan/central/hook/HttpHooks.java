package io.portolan.central.hook;

import io.portolan.central.reconcile.Hooks;
import io.portolan.dr.HookAnswer;
import io.portolan.dr.HookCall;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Hooks by HTTP. An answer is 2xx, whole within its time and {@link #LIMIT}; a redirect is none,
 * for who may be asked is what the policy's author wrote.
 */
public final class HttpHooks implements Hooks, AutoCloseable {
    /** Bytes of an answer's body that are read at most. */
    static final int LIMIT = 64 << 10;

    /** Beside its sender's own time: a connection that is not made by then will not be. */
    private static final Duration CONNECT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder()
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    @Override
    public HookAnswer call(HookCall call) {
        URI uri = URI.create(call.http().url());
        Optional<String> forbidden = forbidden(uri);
        if (forbidden.isPresent()) {
            return HookAnswer.of(call, false, forbidden.get());
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request(uri, call),
                        BodyHandlers.limiting(BodyHandlers.ofByteArray(), LIMIT));
        try {
            HttpResponse<byte[]> response =
                    answer.get(call.timeout().toNanos(), TimeUnit.NANOSECONDS);
            return Answers.of(call, response.statusCode(), response.body());
        } catch (TimeoutException _) {
            answer.cancel(true);
            return HookAnswer.of(
                    call, false, "no answer within " + call.timeout().toSeconds() + " s");
        } catch (ExecutionException e) {
            return HookAnswer.of(
                    call, false, words(uri, Objects.requireNonNullElse(e.getCause(), e)));
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return HookAnswer.of(call, false, "central is stopping");
        }
    }

    private static HttpRequest request(URI uri, HookCall call) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        Codec.lenient().write(call.body())));
        call.http().headers().forEach(request::header);
        return request.header("Content-Type", "application/json")
                .header("Idempotency-Key", call.key())
                .build();
    }

    /**
     * Addresses of the link alone are where machines keep their credentials (169.254.169.254). What
     * else central can reach its network may be asked.
     */
    private static Optional<String> forbidden(URI uri) {
        try {
            for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
                if (address.isLinkLocalAddress()
                        || address.isAnyLocalAddress()
                        || address.isMulticastAddress()) {
                    return Optional.of(
                            uri.getHost()
                                    + " is "
                                    + address.getHostAddress()
                                    + ", which no hook may be asked at");
                }
            }
            return Optional.empty();
        } catch (UnknownHostException _) {
            return Optional.of("nobody knows the name " + uri.getHost());
        }
    }

    private static String words(URI uri, Throwable cause) {
        if (cause instanceof ConnectException) {
            return "cannot be asked: nobody takes a connection at " + uri.getRawAuthority();
        }
        String message = cause.getMessage();
        String what = cause instanceof IOException ? "cannot be asked: " : "failed: ";
        return what
                + (message == null || message.isEmpty()
                        ? cause.getClass().getSimpleName()
                        : Answers.shortened(message.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
