package io.portolan.e2e.harness;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * One request of an agent and central's answer to it.
 *
 * @param after what the user had done last before
 * @param query empty where there is none
 * @param body as it was sent, empty for GET
 */
public record Exchange(
        String after,
        String method,
        String path,
        String query,
        String body,
        int status,
        String answer) {
    private static final Gson GSON = new Gson();

    /** All that were recorded in a file, one a line. */
    public static List<Exchange> read(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(line -> GSON.fromJson(line, Exchange.class))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void write(Path file, List<Exchange> exchanges) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file, String.join("\n", exchanges.stream().map(GSON::toJson).toList()) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public JsonObject bodyJson() {
        return JsonParser.parseString(body).getAsJsonObject();
    }

    public JsonObject answerJson() {
        return JsonParser.parseString(answer).getAsJsonObject();
    }

    /** The same request with other words, not answered yet. */
    public Exchange asking(String otherPath, String otherQuery, String otherBody) {
        return new Exchange(after, method, otherPath, otherQuery, otherBody, 0, "");
    }

    public Exchange answered(int otherStatus, String otherAnswer) {
        return new Exchange(after, method, path, query, body, otherStatus, otherAnswer);
    }

    /** The same as part of what followed that. */
    public Exchange following(String step) {
        return new Exchange(step, method, path, query, body, status, answer);
    }

    /** Its route: the last part of the path, {@code content} for all contents. */
    public String route() {
        return path.contains("/content/") ? "content" : path.substring(path.lastIndexOf('/') + 1);
    }

    /** Sends the request to a central and returns it with the answer. */
    public Exchange send(HttpClient http, String central, String credential) {
        String suffix = query.isEmpty() ? "" : "?" + query;
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(central + path + suffix))
                        .header("Accept", "application/json");
        if (!credential.isEmpty()) {
            request.header("Authorization", credential);
        }
        if (method.equals("GET")) {
            request.GET();
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, HttpRequest.BodyPublishers.ofString(body));
        }
        try {
            HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return answered(response.statusCode(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted", e);
        }
    }

    /** A server on loopback that answers each request as the function says; close by stopping. */
    public static HttpServer serve(Answering answering) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 64);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext("/", call -> answer(call, answering));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Answers a request that came in, knowing its Authorization header. */
    public interface Answering {
        Exchange answer(Exchange asked, String credential);
    }

    private static void answer(HttpExchange call, Answering answering) throws IOException {
        try (call) {
            String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            URI uri = call.getRequestURI();
            String credential = call.getRequestHeaders().getFirst("Authorization");
            Exchange done =
                    answering.answer(
                            new Exchange(
                                    "",
                                    call.getRequestMethod(),
                                    uri.getPath(),
                                    uri.getQuery() == null ? "" : uri.getQuery(),
                                    body,
                                    0,
                                    ""),
                            credential == null ? "" : credential);
            byte[] answer = done.answer.getBytes(StandardCharsets.UTF_8);
            call.getResponseHeaders().set("Content-Type", "application/json");
            call.sendResponseHeaders(done.status, answer.length == 0 ? -1 : answer.length);
            if (answer.length > 0) {
                call.getResponseBody().write(answer);
            }
        }
    }
}
