package io.portolan.e2e.harness;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Central's REST API, as a program of a user speaks it. Safe for use by many threads. */
public final class Api implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final String address;
    private final String token;

    public Api(String address, String token) {
        this.address = address;
        this.token = token;
    }

    /** An answer of any status. */
    public record Answer(int status, String body, Optional<String> etag) {
        /** The body as an object; fails with the body's text when it is none. */
        public JsonObject json() {
            try {
                return JsonParser.parseString(body).getAsJsonObject();
            } catch (JsonSyntaxException | IllegalStateException e) {
                throw new AssertionError("no JSON object in the answer " + status + ": " + body, e);
            }
        }

        /**
         * This, if the status is of the expected class (200 stands for 200..299); otherwise a
         * failure that shows the body.
         */
        public Answer expect(int expected) {
            boolean fine = expected == 200 ? status / 100 == 2 : status == expected;
            if (!fine) {
                throw new AssertionError(
                        "status " + status + " instead of " + expected + ": " + body);
            }
            return this;
        }
    }

    public Answer get(String path) {
        return send(request(path).GET());
    }

    public Answer put(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .PUT(BodyPublishers.ofString(json)));
    }

    /**
     * PUT that sends its body only when central asks for it. Who sends a large one at once may find
     * the connection closed by the refusal before it has read the refusal.
     */
    public Answer putWhenAsked(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .expectContinue(true)
                        .PUT(BodyPublishers.ofString(json)));
    }

    /** POST under a fresh idempotency key, which only what answers with a secret takes none of. */
    public Answer post(String path, String json) {
        var request = request(path).header("Content-Type", "application/json");
        return send(
                (path.endsWith("tokens")
                                ? request
                                : request.header("Idempotency-Key", UUID.randomUUID().toString()))
                        .POST(BodyPublishers.ofString(json)));
    }

    public Answer patch(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/merge-patch+json")
                        .method("PATCH", BodyPublishers.ofString(json)));
    }

    /**
     * Any request, with headers of its own and as they come: name, value and so on.
     *
     * @param json empty for none
     */
    public Answer ask(String method, String path, String json, Duration atMost, String... headers) {
        HttpRequest.Builder request =
                request(path)
                        .timeout(atMost)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                json.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(json));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /**
     * Watches applications of a tenant.
     *
     * @param after the id of the event behind which to resume; empty for anew
     * @return the lines of the event stream, to be closed; whoever closes it ends a read in
     *     progress
     */
    public InputStream watch(String tenant, String after, Duration atMost) throws IOException {
        HttpRequest.Builder request =
                request("/api/v1/tenants/" + tenant + "/applications?watch=true").timeout(atMost);
        if (!after.isEmpty()) {
            request.header("Last-Event-ID", after);
        }
        try {
            HttpResponse<InputStream> response =
                    http.send(request.GET().build(), BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new WatchRefused(response.statusCode());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while talking to central", e);
        }
    }

    /** A watch was answered by a status. */
    public static final class WatchRefused extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        WatchRefused(int status) {
            super("status " + status);
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    public Answer delete(String path) {
        return send(request(path).DELETE());
    }

    /** The path of an application, below which its status, events and reasons lie. */
    public static String application(String tenant, String name) {
        return "/api/v1/tenants/" + tenant + "/applications/" + name;
    }

    /** The status of an application; an empty object before there is one. */
    public JsonObject status(String tenant, String application) {
        JsonElement status = get(application(tenant, application)).expect(200).json().get("status");
        return status == null || status instanceof JsonNull
                ? new JsonObject()
                : status.getAsJsonObject();
    }

    /** Waits until an application's overall health is the given one. */
    public void awaitHealth(String tenant, String application, String health, Duration atMost) {
        Await.until(
                tenant + "/" + application + " to be " + health,
                atMost,
                () -> status(tenant, application).get("health").getAsString().equals(health),
                () -> "\n--- the application\n" + get(application(tenant, application)).body());
    }

    /**
     * Waits until a pattern of the status' text is found: a message, a reason, a cluster's name.
     */
    public void awaitStatus(String tenant, String application, String contained, Duration atMost) {
        Await.until(
                "the status of " + tenant + "/" + application + " to say \"" + contained + "\"",
                atMost,
                () -> status(tenant, application).toString().contains(contained),
                () -> "\n--- the application\n" + get(application(tenant, application)).body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(address + path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(), response.body(), response.headers().firstValue("ETag"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while talking to central", e);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
