package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.wire.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Follows a list: what is there now, then each change, over lost connections and restarts of
 * central, until its listener has enough or a deadline passes. A stream that ends is resumed behind
 * the last event, so that nothing is missing; only what central no longer knows is listed again.
 *
 * <p>Owned by the thread that follows.
 */
final class Changes {
    private static final int BUFFER = 1_000;
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** Three bookmarks: a connection that is silent for longer leads nowhere. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final Shell shell;
    private final Central central;
    private final String path;
    private final Map<String, String> query;
    private final Duration silence;

    /** Behind which the next stream begins: a revision or an event's id; empty to list first. */
    private String last = "";

    Changes(Shell shell, Central central, String path, Map<String, String> query) {
        this(shell, central, path, query, SILENCE);
    }

    /**
     * @param silence after how long without any event the connection is given up
     */
    Changes(
            Shell shell,
            Central central,
            String path,
            Map<String, String> query,
            Duration silence) {
        this.shell = shell;
        this.central = central;
        this.path = path;
        this.query = Map.copyOf(query);
        this.silence = silence;
    }

    /** Told of what happens; true means enough. */
    interface Listener {
        /** The whole list: at the start, and whenever history was lost. */
        boolean listed(Central.Listing listing);

        boolean put(JsonNode document);

        boolean deleted(JsonNode document);
    }

    private sealed interface Happening {
        record Message(String id, String event, String data) implements Happening {}

        record Ended() implements Happening {}
    }

    /**
     * @param deadline absent: without end
     * @return whether the listener had enough; false when the deadline passed first
     * @throws Failure when the first answer is one; later only what waiting does not heal
     */
    boolean follow(Optional<Instant> deadline, Listener listener) {
        boolean begun = false;
        boolean told = false;
        while (true) {
            try {
                if (last.isEmpty()) {
                    Central.Listing listing = central.list(path, query);
                    begun = true;
                    told = false;
                    if (listener.listed(listing)) {
                        return true;
                    }
                    last = String.valueOf(listing.revision());
                }
                Optional<Boolean> end = events(deadline, listener);
                if (end.isPresent()) {
                    return end.get();
                }
                told = false;
            } catch (Failure e) {
                if (!begun || !passing(e)) {
                    throw e;
                }
                if (gone(e)) {
                    last = "";
                }
                if (!told) {
                    shell.err().println(e.getMessage() + "; still trying");
                    told = true;
                }
            }
            if (deadline.isPresent() && !shell.clock().instant().isBefore(deadline.get())) {
                return false;
            }
            pause();
        }
    }

    private static boolean passing(Failure e) {
        return e.exit() == Exit.UNREACHABLE || gone(e);
    }

    /** What came behind the last event is no longer known. */
    private static boolean gone(Failure e) {
        return e instanceof Refused r && r.status() == 410;
    }

    /** Empty when the stream ended and must be opened again. */
    private Optional<Boolean> events(Optional<Instant> deadline, Listener listener) {
        Map<String, String> params = new java.util.TreeMap<>(query);
        params.put("watch", "true");
        params.put("revision", last);
        BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(BUFFER);
        try (InputStream stream = central.stream(path + Central.query(params))) {
            Thread reader = Thread.ofVirtual().start(() -> read(stream, queue));
            try {
                return drain(queue, deadline, listener);
            } finally {
                reader.interrupt();
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw Central.interrupted(e);
        }
    }

    private Optional<Boolean> drain(
            BlockingQueue<Happening> queue, Optional<Instant> deadline, Listener listener)
            throws InterruptedException {
        while (true) {
            long left =
                    deadline.map(d -> Duration.between(shell.clock().instant(), d).toMillis())
                            .orElse(Long.MAX_VALUE);
            long millis = Math.clamp(left, 0, silence.toMillis());
            switch (queue.poll(millis, TimeUnit.MILLISECONDS)) {
                case null -> {
                    return left > millis ? Optional.empty() : Optional.of(false);
                }
                case Happening.Ended _ -> {
                    return Optional.empty();
                }
                case Happening.Message message -> {
                    if (message.event.equals("error")) {
                        return refused(message);
                    }
                    if (told(message, listener)) {
                        return Optional.of(true);
                    }
                    if (!message.id.isEmpty()) {
                        last = message.id;
                    }
                }
            }
        }
    }

    /** Whatever else went wrong is said by the answer to the next request, if it lasts. */
    private static Optional<Boolean> refused(Happening.Message error) {
        JsonNode problem = document(error);
        if (problem.path("status").asInt() == 410) {
            throw Refused.of(410, problem, "watch");
        }
        return Optional.empty();
    }

    private static boolean told(Happening.Message message, Listener listener) {
        return switch (message.event) {
            case "put" -> listener.put(document(message));
            case "delete" -> listener.deleted(document(message));
            default -> false;
        };
    }

    private static JsonNode document(Happening.Message message) {
        return Codec.lenient().tree(message.data.getBytes(StandardCharsets.UTF_8));
    }

    private static void read(InputStream stream, BlockingQueue<Happening> queue) {
        try {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                messages(lines, queue);
            } catch (IOException | UncheckedIOException _) {
                // The connection broke: an end like any other.
            }
            queue.put(new Happening.Ended());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads server-sent events as the HTML standard defines them. */
    private static void messages(BufferedReader lines, BlockingQueue<Happening> queue)
            throws IOException, InterruptedException {
        String id = "";
        String event = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!event.isEmpty()) {
                    queue.put(new Happening.Message(id, event, data.toString()));
                }
                event = "";
                data.setLength(0);
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "id" -> id = value;
                case "event" -> event = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // A comment that keeps the connection open.
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN);
        } catch (InterruptedException e) {
            throw Central.interrupted(e);
        }
    }

    /** Whether a list that was narrowed to one name holds it. */
    static Optional<JsonNode> named(List<JsonNode> items, String name) {
        return items.stream().filter(i -> Fleet.name(i).equals(name)).findFirst();
    }
}
