package io.portolan.agent.link;

import io.portolan.model.wire.AgentMessages;
import io.portolan.model.wire.AgentMessages.ReportAck;
import io.portolan.model.wire.Codec;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One request and how it ended. */
final class Exchange {
    private Exchange() {}

    /**
     * @param closing the node shuts down
     */
    record Raw(int status, String retryAfter, boolean closing, byte[] body) {}

    /** How a request ended. */
    sealed interface Settled {
        record Answered(Raw raw) implements Settled {}

        record Broken(String why) implements Settled {}

        record Interrupted() implements Settled {}
    }

    static Settled of(
            HttpClient client,
            RequestOptions options,
            @Nullable Object message,
            Duration deadline) {
        options.setIdleTimeout(deadline.toMillis());
        if (message != null) {
            options.putHeader("Content-Type", "application/json");
        }
        Buffer body =
                message == null ? Buffer.buffer() : Buffer.buffer(Codec.lenient().write(message));
        var response = sent(client, options, body).toCompletionStage().toCompletableFuture();
        try {
            return new Settled.Answered(response.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return new Settled.Broken(words(e.getCause()));
        } catch (TimeoutException e) {
            return new Settled.Broken("no answer within " + deadline);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Settled.Interrupted();
        }
    }

    /**
     * The body is asked for on the event loop, in the same turn as the head of the answer: a body
     * that nobody waits for is dropped, and the answer would look empty.
     */
    static Future<Raw> sent(HttpClient client, RequestOptions options, Buffer body) {
        return client.request(options)
                .compose(request -> request.send(body).compose(Exchange::raw));
    }

    private static Future<Raw> raw(HttpClientResponse response) {
        String after = response.getHeader("Retry-After");
        return response.body()
                .map(
                        body ->
                                new Raw(
                                        response.statusCode(),
                                        after == null ? "" : after,
                                        response.getHeader(AgentMessages.CLOSING) != null,
                                        body.getBytes()));
    }

    static <T> Answer<T> meaning(Raw raw, Function<byte[], T> reader) {
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
    static String problem(Raw raw) {
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
}
