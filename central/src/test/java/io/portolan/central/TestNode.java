package io.portolan.central;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.central.http.Limits;
import io.portolan.central.security.Tokens;
import io.portolan.central.store.MemoryStore;
import io.portolan.central.store.Store;
import io.portolan.model.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A whole central node on a store of the test, spoken to over HTTP. */
public final class TestNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    public final Store store;
    private final Path tokenFile;
    private final Central central;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestNode(Store store, Path tokenFile, Central central) {
        this.store = store;
        this.tokenFile = tokenFile;
        this.central = central;
    }

    public static TestNode start() {
        return start(new MemoryStore(Clock.systemUTC()));
    }

    /** Another holds the lease: what the test writes is nobody's but the test's to change. */
    public static TestNode startFollowing() {
        MemoryStore store = new MemoryStore(Clock.systemUTC());
        if (store.lead("other", "term", Duration.ofHours(1)).isEmpty()) {
            throw new IllegalStateException("nobody led before");
        }
        return start(store);
    }

    public static TestNode start(Store store) {
        return start(store, Limits.USUAL);
    }

    public static TestNode start(Store store, Limits limits) {
        try {
            Path dir = Files.createTempDirectory("portolan-central");
            return start(store, limits, dir.resolve("admin-token"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TestNode start(Store store, Limits limits, Path tokenFile) {
        Config config =
                new Config(
                        "127.0.0.1",
                        0,
                        new Config.Database.Embedded(tokenFile.resolveSibling("unused")),
                        tokenFile,
                        false);
        return new TestNode(store, tokenFile, Central.start(config.limited(limits), store));
    }

    /** Another node of the same database, which it reaches by a store of its own. */
    public TestNode beside(Store own) {
        return start(own, Limits.USUAL, tokenFile);
    }

    Central central() {
        return central;
    }

    public URI address() {
        return central.address();
    }

    public String adminToken() {
        return central.adminToken();
    }

    /** Makes a user who reaches one tenant only, and gives the token. */
    public String userOf(String tenant) {
        String token = "test-user-of-" + tenant + "-0123456789";
        store.putToken(Tokens.digest(token), new Store.TokenRecord.User(tenant + "-dev", tenant));
        return token;
    }

    /** An answer, with its body as JSON where it is some. */
    public record Reply(int status, HttpResponse<byte[]> response) {
        public JsonNode json() {
            return Codec.lenient().tree(response.body());
        }

        public <T> T as(Class<T> type) {
            return Codec.lenient().read(response.body(), type);
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** Pointers of all errors of a problem. */
        public List<String> pointers() {
            List<String> out = new ArrayList<>();
            json().path("errors").forEach(e -> out.add(e.path("pointer").asText()));
            return out;
        }

        @Override
        public String toString() {
            return status + " " + text();
        }
    }

    public Reply get(String path) {
        return send("GET", path, "");
    }

    public Reply put(String path, String json, String... headers) {
        return send("PUT", path, json, headers);
    }

    public Reply post(String path, String json, String... headers) {
        return send("POST", path, json, headers);
    }

    public Reply delete(String path, String... headers) {
        return send("DELETE", path, "", headers);
    }

    public Reply patch(String path, String json, String... headers) {
        List<String> all = new ArrayList<>(Arrays.asList(headers));
        all.add("Content-Type");
        all.add("application/merge-patch+json");
        return send("PATCH", path, json, all.toArray(String[]::new));
    }

    /** As the admin. */
    public Reply send(String method, String path, String body, String... headers) {
        return sendAs(adminToken(), method, path, body, headers);
    }

    /**
     * @param token empty for none
     */
    public Reply sendAs(String token, String method, String path, String body, String... headers) {
        return bytesAs(token, method, path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Reply bytesAs(String token, String method, String path, byte[] body, String... headers) {
        try {
            HttpResponse<byte[]> response =
                    client.send(
                            request(token, method, path, body, headers),
                            HttpResponse.BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private HttpRequest request(
            String token, String method, String path, byte[] body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address().resolve(path))
                        .timeout(PATIENCE)
                        .method(
                                method,
                                body.length == 0
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (body.length > 0 && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/json");
        }
        return request.build();
    }

    /** A watch, read event by event. */
    public Events watch(String path, String... headers) {
        return watchAs(adminToken(), path, headers);
    }

    public Events watchAs(String token, String path, String... headers) {
        try {
            HttpResponse<InputStream> response =
                    client.send(
                            request(token, "GET", path, new byte[0], headers),
                            HttpResponse.BodyHandlers.ofInputStream());
            return new Events(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        central.close();
        client.close();
        store.close();
    }
}
