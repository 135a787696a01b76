package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Central over HTTP: the REST contract, and nothing but it. */
final class Central implements AutoCloseable {
    private static final Pattern WARNING = Pattern.compile("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    private static final Duration CLOSING = Duration.ofMillis(100);
    private static final int TRIES = 4;
    private static final int PAGE = 1_000;

    private static final String COMMENT = "Portolan-Comment";

    private final Access access;
    private final Optional<String> comment;
    private final Duration patience;
    private final HttpClient http;

    /**
     * @param comment said of every request that changes something
     * @param patience how long a request is repeated while central says that it is busy
     */
    Central(Access access, Optional<String> comment, Duration patience) {
        this.access = access;
        this.comment = comment;
        this.patience = patience;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT);
        if ("http".equals(access.server().getScheme())) {
            builder.sslContext(NoTls.context());
        }
        this.http = builder.build();
    }

    URI server() {
        return access.server();
    }

    Optional<String> tenant() {
        return access.tenant();
    }

    /**
     * @param status 2xx
     * @param body missing node when there is none
     * @param warnings what central says beside it
     */
    record Answer(int status, JsonNode body, List<String> warnings) {}

    /**
     * One request.
     *
     * @param path with its query
     * @param subject what it is about, for messages
     */
    record Call(
            String method,
            String path,
            Map<String, String> headers,
            Optional<JsonNode> body,
            String subject) {
        static Call get(String path, String subject) {
            return new Call("GET", path, Map.of(), Optional.empty(), subject);
        }

        static Call put(String path, JsonNode body, String subject) {
            return new Call("PUT", path, Map.of(), Optional.of(body), subject);
        }

        static Call post(String path, JsonNode body, String subject) {
            return new Call("POST", path, Map.of(), Optional.of(body), subject);
        }

        static Call delete(String path, String subject) {
            return new Call("DELETE", path, Map.of(), Optional.empty(), subject);
        }

        static Call patch(String path, JsonNode body, String subject) {
            return new Call(
                    "PATCH",
                    path,
                    Map.of("Content-Type", "application/merge-patch+json"),
                    Optional.of(body),
                    subject);
        }

        Call header(String name, String value) {
            Map<String, String> more = new java.util.TreeMap<>(headers);
            more.put(name, value);
            return new Call(method, path, more, body, subject);
        }

        /** What the command itself has to say before its user's comment. */
        Call saying(String words) {
            return header(COMMENT, words);
        }

        /** Under a key of its own, by which central knows it again: it may be repeated. */
        Call once() {
            return header("Idempotency-Key", UUID.randomUUID().toString());
        }

        /** May be sent again when its answer was lost. */
        boolean repeatable() {
            return !method.equals("POST") || headers.containsKey("Idempotency-Key");
        }
    }

    JsonNode get(String path, String subject) {
        return send(Call.get(path, subject)).body();
    }

    /** Empty when it does not exist. */
    Optional<JsonNode> find(String path, String subject) {
        try {
            return Optional.of(get(path, subject));
        } catch (Refused e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A list with all its pages in one. */
    Listing list(String path, Map<String, String> query) {
        List<JsonNode> items = new ArrayList<>();
        Map<String, String> params = new java.util.TreeMap<>(query);
        params.put("limit", String.valueOf(PAGE));
        JsonNode first = get(path + query(params), "");
        first.path("items").forEach(items::add);
        String more = first.at("/metadata/continue").asText();
        while (!more.isEmpty()) {
            params.put("continue", more);
            JsonNode page = get(path + query(params), "");
            page.path("items").forEach(items::add);
            more = page.at("/metadata/continue").asText();
        }
        return new Listing(
                first.path("kind").asText(), first.at("/metadata/revision").asLong(), items);
    }

    /**
     * @param revision of the first page: a watch goes on from here, and tells what changed on it
     *     while the others were read
     */
    record Listing(String kind, long revision, List<JsonNode> items) {}

    /**
     * @throws Refused when central answers with a problem
     * @throws Failure when it cannot be reached
     */
    Answer send(Call call) {
        long end = System.nanoTime() + patience.toNanos();
        for (int tried = 1; ; tried++) {
            try {
                HttpResponse<byte[]> answer =
                        http.send(request(call, ANSWER), BodyHandlers.ofByteArray());
                int status = answer.statusCode();
                if (status < 400) {
                    return new Answer(status, tree(answer.body()), warnings(answer));
                }
                boolean busy = status == 429 || status == 503;
                Duration wait = retryAfter(answer);
                if (!busy || !call.repeatable() || end - System.nanoTime() < wait.toNanos()) {
                    throw Refused.of(status, tree(answer.body()), call.subject);
                }
                pause(wait);
            } catch (java.net.ConnectException | java.net.http.HttpConnectTimeoutException e) {
                throw unreachable(e);
            } catch (IOException e) {
                if (!call.repeatable() || tried == TRIES) {
                    throw unreachable(e);
                }
                pause(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    /**
     * Opens a stream of events, which begins within the time for an answer; the caller closes it.
     */
    InputStream stream(String path) {
        Call call = Call.get(path, "").header("Accept", "text/event-stream");
        try {
            HttpResponse<InputStream> answer =
                    http.send(request(call, ANSWER), BodyHandlers.ofInputStream());
            if (answer.statusCode() >= 400) {
                try (InputStream body = answer.body()) {
                    throw Refused.of(answer.statusCode(), tree(body.readAllBytes()), "watch");
                }
            }
            return answer.body();
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private HttpRequest request(Call call, Duration timeout) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(access.server() + call.path))
                        .timeout(timeout)
                        .method(
                                call.method,
                                call.body
                                        .map(
                                                b ->
                                                        BodyPublishers.ofByteArray(
                                                                Codec.lenient().write(b)))
                                        .orElseGet(BodyPublishers::noBody));
        if (call.body.isPresent() && !call.headers.containsKey("Content-Type")) {
            builder.header("Content-Type", "application/json");
        }
        if (!access.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + access.token());
        }
        String words =
                Stream.of(Optional.ofNullable(call.headers.get(COMMENT)), comment)
                        .flatMap(Optional::stream)
                        .collect(Collectors.joining(": "));
        if (!call.method.equals("GET") && !words.isEmpty()) {
            builder.header(COMMENT, encode(words));
        }
        call.headers.forEach(
                (name, value) -> {
                    if (!name.equals(COMMENT)) {
                        builder.header(name, value);
                    }
                });
        return builder.build();
    }

    /** What a proxy may answer is no JSON; then there is nothing to tell but the status. */
    private static JsonNode tree(byte[] body) {
        try {
            return Codec.lenient().tree(body);
        } catch (UncheckedIOException _) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("title", "the answer is not of portolan central");
        }
    }

    /** As RFC 7234 has them, those for people: {@code 299 - "text"}. */
    private static List<String> warnings(HttpResponse<?> answer) {
        return answer.headers().allValues("Warning").stream()
                .flatMap(value -> WARNING.matcher(value).results())
                .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
                .toList();
    }

    /** In seconds; where central does not say, one. */
    private static Duration retryAfter(HttpResponse<?> answer) {
        String said = answer.headers().firstValue("Retry-After").orElse("");
        return Duration.ofSeconds(said.matches("[0-9]{1,6}") ? Long.parseLong(said) : 1);
    }

    static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private Failure unreachable(IOException e) {
        String cause =
                switch (e) {
                    case java.net.http.HttpTimeoutException _ -> "no answer in time";
                    case java.net.ConnectException _ -> "connection refused or no route";
                    default -> String.valueOf(e.getMessage());
                };
        return new Failure(
                Exit.UNREACHABLE,
                "central at " + access.server() + " cannot be reached: " + cause,
                "start one here by portolan dev, or name another by --server, PORTOLAN_SERVER or"
                        + " portolan config use-context");
    }

    static Failure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        Failure failure = new Failure(Exit.FAILED, "interrupted", "");
        failure.initCause(e);
        return failure;
    }

    /**
     * Ends the client's own thread too: a JVM that exits while a thread stands in native code waits
     * 300 ms for it.
     */
    @Override
    public void close() {
        http.shutdownNow();
        try {
            http.awaitTermination(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** {@code ?a=b&c=d}, or nothing. */
    static String query(Map<String, String> params) {
        return params.isEmpty()
                ? ""
                : params.entrySet().stream()
                        .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
                        .collect(Collectors.joining("&", "?", ""));
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
