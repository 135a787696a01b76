package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.portolan.model.Check;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/**
 * Plays the REST contract over documents in memory: paths are keys, dry runs are judged for real.
 */
final class FakeCentral implements AutoCloseable {
    static final String TOKEN = "secret";
    private static final int PAGE = 2;
    private static final String CUT = "cut";

    private final HttpServer server;
    private final Map<String, JsonNode> documents = new TreeMap<>();
    private final Map<String, String> refusals = new HashMap<>();
    private final Map<String, Supplier<String>> warnings = new HashMap<>();
    private final Map<String, Canned> canned = new HashMap<>();
    private final List<LinkedBlockingQueue<String>> watchers = new CopyOnWriteArrayList<>();
    private final TreeMap<Long, String> history = new TreeMap<>();
    private long revision = 40;
    private long compacted;

    /** What was asked: {@code PUT /api/v1/tenants/shop?dryRun=All}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<JsonNode> bodies = new CopyOnWriteArrayList<>();

    /** What was said of each request, in their order; empty when nothing. */
    final List<String> comments = new CopyOnWriteArrayList<>();

    /** Idempotency keys of what was asked under one. */
    final List<String> keys = new CopyOnWriteArrayList<>();

    record Canned(int status, String body) {}

    private record Busy(int status, int times, String retryAfter) {}

    private final Map<String, Busy> busy = new HashMap<>();

    /** Turns this request away so many times, and then serves it. */
    synchronized FakeCentral busy(String methodAndPath, int status, int times, String retryAfter) {
        busy.put(methodAndPath, new Busy(status, times, retryAfter));
        return this;
    }

    private final Map<String, Runnable> afterDryRun = new HashMap<>();
    private final Map<String, Runnable> afterPage = new HashMap<>();
    private final Map<String, String> writeRefusals = new HashMap<>();
    private final Set<String> lostAnswers = new HashSet<>();

    /** Does this once when a document was judged and not yet written. */
    synchronized void afterDryRun(String path, Runnable what) {
        afterDryRun.put(path, what);
    }

    /** Does this once when a first page was made and the next was not. */
    synchronized void afterPage(String path, Runnable what) {
        afterPage.put(path, what);
    }

    /** Judges a document well and then does not take it. */
    synchronized void refusesWrite(String path, String why) {
        writeRefusals.put(path, why);
    }

    /** Does what is asked once without an answer. */
    synchronized void losesAnswer(String methodAndPath) {
        lostAnswers.add(methodAndPath);
    }

    private synchronized boolean turnedAway(HttpExchange exchange, String path) throws IOException {
        String asked = exchange.getRequestMethod() + " " + path;
        Busy now = busy.get(asked);
        if (now == null || now.times == 0) {
            return false;
        }
        busy.put(asked, new Busy(now.status, now.times - 1, now.retryAfter));
        if (!now.retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", now.retryAfter);
        }
        send(exchange, now.status, problem(now.status, "busy", List.of()));
        return true;
    }

    FakeCentral() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Puts a document there as if it had always been; of a status it keeps what is given. */
    synchronized FakeCentral holds(String path, String json) {
        documents.put(
                "/api/v1/" + path, Codec.lenient().tree(json.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    /** Answers this request so, whatever it holds. */
    synchronized FakeCentral answers(String methodAndPath, int status, String body) {
        canned.put(methodAndPath, new Canned(status, body));
        return this;
    }

    /** Says this beside whatever it answers there. */
    synchronized void warns(String path, Supplier<String> header) {
        warnings.put(path, header);
    }

    /** Refuses to take a document there, once everything else about it is right. */
    synchronized void refuses(String path, String why) {
        refusals.put(path, why);
    }

    /** Changes a document and tells the watchers. */
    synchronized void becomes(String path, String json) {
        holds(path, json);
        revision++;
        tell("put", documents.get("/api/v1/" + path));
    }

    synchronized void loses(String path) {
        JsonNode gone = documents.remove("/api/v1/" + path);
        revision++;
        tell("delete", gone);
    }

    int watchers() {
        return watchers.size();
    }

    private void tell(String event, JsonNode document) {
        String text = "id: " + revision + "\nevent: " + event + "\ndata: " + document + "\n\n";
        history.put(revision, text);
        watchers.forEach(w -> w.add(text));
    }

    /** Ends every stream; what is done then is done before anybody can ask anew. */
    synchronized void cut(Runnable then) {
        watchers.forEach(w -> w.add(CUT));
        watchers.clear();
        then.run();
    }

    /** Sends this to every watcher as it is. */
    void says(String text) {
        watchers.forEach(w -> w.add(text));
    }

    /** No watch can be resumed from before now. */
    synchronized void compacts() {
        history.clear();
        compacted = revision;
    }

    /** How many watches were asked for so far. */
    long watches() {
        return requests.stream().filter(r -> r.contains("watch=true")).count();
    }

    /** Empty when history does not reach back so far. */
    private synchronized Optional<LinkedBlockingQueue<String>> resumed(long from) {
        if (from < compacted) {
            return Optional.empty();
        }
        LinkedBlockingQueue<String> queue =
                new LinkedBlockingQueue<>(history.tailMap(from, false).values());
        watchers.add(queue);
        return Optional.of(queue);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String query = exchange.getRequestURI().getRawQuery();
            byte[] body = exchange.getRequestBody().readAllBytes();
            String line =
                    exchange.getRequestMethod() + " " + path + (query == null ? "" : "?" + query);
            requests.add(line);
            String said = exchange.getRequestHeaders().getFirst("Portolan-Comment");
            comments.add(said == null ? "" : said);
            Optional.ofNullable(exchange.getRequestHeaders().getFirst("Idempotency-Key"))
                    .ifPresent(keys::add);
            Map<String, String> params = params(query);
            if (body.length > 0) {
                bodies.add(Codec.lenient().tree(body));
            }
            if (!("Bearer " + TOKEN)
                    .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, problem(401, "no valid token", List.of()));
                return;
            }
            if (turnedAway(exchange, path)) {
                return;
            }
            if ("true".equals(params.get("watch"))) {
                watch(exchange, Long.parseLong(params.getOrDefault("revision", "0")));
                return;
            }
            boolean dryRun = params.containsKey("dryRun");
            Canned answer =
                    preconditions(exchange, path)
                            .or(() -> unwritten(exchange.getRequestMethod() + " " + path, dryRun))
                            .orElseGet(
                                    () -> answer(exchange.getRequestMethod(), path, params, body));
            if (dryRun) {
                judged(path).ifPresent(Runnable::run);
            } else if (lostAnswers.remove(exchange.getRequestMethod() + " " + path)) {
                return;
            }
            String warning = warnings.getOrDefault(path, () -> "").get();
            if (!warning.isEmpty()) {
                exchange.getResponseHeaders().set("Warning", warning);
            }
            send(exchange, answer.status, answer.body);
        }
    }

    private synchronized Optional<Runnable> judged(String path) {
        return Optional.ofNullable(afterDryRun.remove(path));
    }

    private synchronized Optional<Canned> unwritten(String methodAndPath, boolean dryRun) {
        return Optional.ofNullable(writeRefusals.get(methodAndPath))
                .filter(_ -> !dryRun)
                .map(why -> new Canned(409, problem(409, why, List.of())));
    }

    private synchronized Optional<Canned> preconditions(HttpExchange exchange, String path) {
        String match = exchange.getRequestHeaders().getFirst("If-Match");
        String none = exchange.getRequestHeaders().getFirst("If-None-Match");
        JsonNode there = documents.get(path);
        String etag = there == null ? "" : "\"" + there.at("/metadata/revision").asLong() + "\"";
        boolean holds = (match == null || match.equals(etag)) && (none == null || there == null);
        return holds
                ? Optional.empty()
                : Optional.of(new Canned(412, problem(412, "it was changed", List.of())));
    }

    private synchronized Canned answer(
            String method, String path, Map<String, String> params, byte[] body) {
        Canned fixed = canned.get(method + " " + path);
        if (fixed != null) {
            return fixed;
        }
        return switch (method) {
            case "GET" ->
                    path.matches(".*/(applications|clusters|tenants|failovers|\\w+policies)")
                            ? list(path, params)
                            : found(path);
            case "PUT" -> put(path, Codec.lenient().tree(body), params.containsKey("dryRun"));
            case "PATCH" -> patch(path, Codec.lenient().tree(body));
            case "DELETE" -> delete(path, params.containsKey("dryRun"));
            default -> new Canned(404, problem(404, "no route", List.of()));
        };
    }

    private Canned found(String path) {
        JsonNode document = documents.get(path);
        return document == null
                ? new Canned(404, problem(404, "it does not exist", List.of()))
                : new Canned(200, document.toString());
    }

    private Canned list(String path, Map<String, String> params) {
        String plural = path.substring(path.lastIndexOf('/') + 1);
        boolean across = path.equals("/api/v1/" + plural);
        String wanted = params.getOrDefault("fieldSelector", "").replace("metadata.name=", "");
        List<JsonNode> all = new ArrayList<>();
        documents.forEach(
                (key, document) -> {
                    String folder = key.substring(0, key.lastIndexOf('/'));
                    boolean inside = across ? folder.endsWith("/" + plural) : folder.equals(path);
                    if (inside && (wanted.isEmpty() || Fleet.name(document).equals(wanted))) {
                        all.add(document);
                    }
                });
        int from = Integer.parseInt(params.getOrDefault("continue", "0"));
        int to = Math.min(all.size(), from + PAGE);
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("apiVersion", "portolan.io/v1").put("kind", "List");
        ObjectNode metadata = out.putObject("metadata").put("revision", revision);
        if (to < all.size()) {
            metadata.put("continue", String.valueOf(to));
        }
        out.putArray("items").addAll(all.subList(from, to));
        Optional.ofNullable(afterPage.remove(path)).ifPresent(Runnable::run);
        return new Canned(200, out.toString());
    }

    private Canned put(String path, JsonNode document, boolean dryRun) {
        Check check = Check.root();
        Documents.read(document, check);
        String tenant = document.at("/metadata/tenant").asText();
        if (!tenant.isEmpty() && !documents.containsKey("/api/v1/tenants/" + tenant)) {
            check.at("metadata").at("tenant").problem("there is no tenant " + tenant);
        } else if (refusals.containsKey(path)) {
            check.at("spec").problem(refusals.get(path));
        }
        if (!check.problems().isEmpty()) {
            return new Canned(400, problem(400, "the document is not valid", check.problems()));
        }
        JsonNode former = documents.get(path);
        ObjectNode made = document.deepCopy();
        ObjectNode metadata = made.withObject("/metadata");
        metadata.put("uid", "u-" + metadata.path("name").asText());
        metadata.put("generation", former == null ? 1 : generation(former) + 1);
        metadata.put("revision", ++revision);
        metadata.put("createdAt", "2026-03-01T11:00:00Z");
        if (!dryRun) {
            documents.put(path, made);
            tell("put", made);
        }
        return new Canned(former == null ? 201 : 200, made.toString());
    }

    private static long generation(JsonNode document) {
        return document.at("/metadata/generation").asLong();
    }

    private Canned patch(String path, JsonNode patch) {
        if (!(documents.get(path) instanceof ObjectNode document)) {
            return found(path);
        }
        merge(document.withObject("/spec"), patch.path("spec"));
        return new Canned(200, document.toString());
    }

    /** As RFC 7396 has it. */
    private static void merge(ObjectNode into, JsonNode patch) {
        patch.properties()
                .forEach(
                        e -> {
                            if (e.getValue().isNull()) {
                                into.remove(e.getKey());
                            } else if (e.getValue().isObject()) {
                                merge(into.withObject("/" + e.getKey()), e.getValue());
                            } else {
                                into.set(e.getKey(), e.getValue());
                            }
                        });
    }

    private Canned delete(String path, boolean dryRun) {
        Canned found = found(path);
        if (found.status == 200 && !dryRun && path.contains("/applications/")) {
            return new Canned(202, found.body);
        }
        if (found.status == 200 && !dryRun) {
            documents.remove(path);
        }
        return found;
    }

    private void watch(HttpExchange exchange, long from) throws IOException {
        Optional<LinkedBlockingQueue<String>> resumed = resumed(from);
        if (resumed.isEmpty()) {
            send(exchange, 410, problem(410, "history is compacted: list again", List.of()));
            return;
        }
        LinkedBlockingQueue<String> queue = resumed.get();
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            for (String text = queue.take(); !text.equals(CUT); text = queue.take()) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            watchers.remove(queue);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders()
                .set(
                        "Content-Type",
                        status < 400 ? "application/json" : "application/problem+json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    static String problem(int status, String detail, List<Check.Problem> problems) {
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("type", "about:blank").put("title", "refused").put("status", status);
        out.put("detail", detail);
        ArrayNode errors = out.putArray("errors");
        for (Check.Problem p : problems) {
            errors.addObject()
                    .put("path", p.path())
                    .put("pointer", p.pointer())
                    .put("detail", p.message());
        }
        return out.toString();
    }

    private static Map<String, String> params(String query) {
        Map<String, String> out = new HashMap<>();
        if (query != null) {
            for (String pair : query.split("&", -1)) {
                String[] parts = pair.split("=", 2);
                out.put(
                        URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                        URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
