package io.portolan.agent.kube;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/**
 * HTTP to one API server: authenticated calls with deadlines over one HTTP/2 connection. Knows
 * nothing of Kubernetes beyond how its client signs a request.
 */
final class Transport implements AutoCloseable {
    private static final Duration STEP = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(20);
    private static final Duration PAGE = Duration.ofSeconds(60);

    /** Finds a connection that died without a word, which a watch would otherwise never notice. */
    private static final Duration PING = Duration.ofSeconds(10);

    private static final int PARALLEL = 32;

    private final ApiClient signer;
    private final HttpUrl base;
    private final OkHttpClient calls;
    private final OkHttpClient pages;
    private final OkHttpClient streams;

    /**
     * @param streamQuiet longest silence of a stream before it counts as dead (HTTP/1.1 has no
     *     ping)
     */
    Transport(ApiClient client, Duration streamQuiet) {
        this.signer = client;
        HttpUrl url = HttpUrl.parse(client.getBasePath());
        if (url == null) {
            throw new IllegalArgumentException(
                    "not a server's address: \"" + client.getBasePath() + "\"");
        }
        this.base = url;
        this.calls =
                client.getHttpClient()
                        .newBuilder()
                        .connectTimeout(STEP)
                        .readTimeout(STEP)
                        .writeTimeout(STEP)
                        .callTimeout(CALL)
                        .pingInterval(PING)
                        .followRedirects(false)
                        .build();
        calls.dispatcher().setMaxRequests(PARALLEL);
        calls.dispatcher().setMaxRequestsPerHost(PARALLEL);
        this.pages = calls.newBuilder().callTimeout(PAGE).build();
        this.streams =
                calls.newBuilder().callTimeout(Duration.ZERO).readTimeout(streamQuiet).build();
    }

    /**
     * A whole answer.
     *
     * @param retryAfter as the server asked, zero when it did not
     */
    record Answer(int code, byte[] body, Duration retryAfter) {
        boolean ok() {
            return code >= 200 && code < 300;
        }
    }

    /** A body to send. */
    record Payload(String mediaType, byte[] bytes) {}

    Answer call(String method, HttpUrl url, @Nullable Payload payload) throws IOException {
        return answer(calls.newCall(request(method, url, payload, "application/json")).execute());
    }

    Answer read(HttpUrl url, String accept) throws IOException {
        return answer(calls.newCall(request("GET", url, null, accept)).execute());
    }

    /** One page of a list, to be read while it comes; the caller closes it. */
    Response page(HttpUrl url) throws IOException {
        return pages.newCall(request("GET", url, null, "application/json")).execute();
    }

    /** An endless answer; the caller executes, cancels and closes it. */
    okhttp3.Call stream(HttpUrl url) throws IOException {
        return streams.newCall(request("GET", url, null, "application/json"));
    }

    static Answer answer(Response response) throws IOException {
        try (response) {
            ResponseBody body = response.body();
            return new Answer(response.code(), body.bytes(), retryAfter(response));
        }
    }

    HttpUrl url(UnaryOperator<HttpUrl.Builder> path) {
        return path.apply(base.newBuilder()).build();
    }

    /** Host and port, for messages. */
    String server() {
        return base.host() + ":" + base.port();
    }

    private static Duration retryAfter(Response response) {
        String header = response.header("Retry-After");
        return header != null && header.matches("[0-9]{1,5}")
                ? Duration.ofSeconds(Long.parseLong(header))
                : Duration.ZERO;
    }

    private Request request(String method, HttpUrl url, @Nullable Payload payload, String accept)
            throws IOException {
        Map<String, String> headers = new HashMap<>();
        try {
            signer.updateParamsForAuth(
                    new String[] {"BearerToken"},
                    new ArrayList<>(),
                    headers,
                    new HashMap<>(),
                    "",
                    method,
                    URI.create(url.toString()));
        } catch (ApiException e) {
            throw new IOException("cannot sign the request: " + e.getMessage(), e);
        }
        RequestBody body =
                payload == null
                        ? null
                        : RequestBody.create(payload.bytes(), MediaType.get(payload.mediaType()));
        Request.Builder request =
                new Request.Builder()
                        .url(url)
                        .method(method, body)
                        .header("Accept", accept)
                        .header("User-Agent", "portolan-agent");
        headers.forEach(request::header);
        return request.build();
    }

    @Override
    public void close() {
        calls.dispatcher().cancelAll();
        calls.dispatcher().executorService().shutdown();
        calls.connectionPool().evictAll();
    }
}
