package io.portolan.watch;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Central;
import io.portolan.watch.History.Reader;
import io.portolan.watch.History.Seen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A client of central's watches that changes nodes as it likes, resumes at any id that it had
 * before, and notes down what it was told. The value of a thing is its label {@code v}.
 */
final class SseReader {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private record Event(String name, String id, JsonObject data) {
        String subject() {
            return data.getAsJsonObject("metadata").get("name").getAsString();
        }

        Optional<String> value() {
            return name.equals("put")
                    ? Optional.of(
                            data.getAsJsonObject("metadata")
                                    .getAsJsonObject("labels")
                                    .get("v")
                                    .getAsString())
                    : Optional.empty();
        }
    }

    private final String name;
    private final String path;
    private final Predicate<String> selects;
    private final List<Central> nodes;
    private final Random random;
    private final HttpClient http;
    private final List<Seen> seen = new ArrayList<>();

    /** Every id that it had, by its revision. */
    private final TreeMap<Long, String> ids = new TreeMap<>();

    private Optional<String> last = Optional.empty();
    private int resumptions;

    /**
     * @param path of a list, with its selectors
     * @param selects the names that those select
     */
    SseReader(
            String name,
            String path,
            Predicate<String> selects,
            List<Central> nodes,
            Random random,
            HttpClient http) {
        this.name = name;
        this.path = path;
        this.selects = selects;
        this.nodes = nodes;
        this.random = random;
        this.http = http;
    }

    /** Until it was told of a put of this name. */
    Reader follow(String end) throws InterruptedException {
        while (!connect(end)) {
            Thread.sleep(PAUSE);
        }
        return new Reader(name, selects, seen);
    }

    int resumptions() {
        return resumptions;
    }

    /** True when it saw the end. */
    private boolean connect(String end) throws InterruptedException {
        Central node = nodes.get(random.nextInt(nodes.size()));
        if (last.isPresent() && random.nextInt(3) == 0) {
            int back = Math.min(ids.size(), 1 + random.nextInt(20));
            long at = new ArrayList<>(ids.keySet()).get(ids.size() - back);
            // Never ahead of what it has been told since: the state there is not its own.
            ids.tailMap(at, false).clear();
            last = Optional.of(ids.lastEntry().getValue());
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(node.address() + path))
                        .header("Authorization", "Bearer " + node.token());
        last.ifPresent(id -> request.header("Last-Event-ID", id));
        try {
            HttpResponse<InputStream> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() == 410) {
                    seen.add(new Seen.Compacted());
                    last = Optional.empty();
                    return false;
                }
                if (response.statusCode() != 200) {
                    return false;
                }
                seen.add(
                        last.map(id -> (Seen) Seen.Opened.after(revision(id)))
                                .orElseGet(Seen.Opened::anew));
                resumptions += last.isPresent() ? 1 : 0;
                return read(body, end, 5 + random.nextInt(60));
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static long revision(String id) {
        return Long.parseLong(id.substring(id.indexOf('-') + 1));
    }

    /** Leaves after so many transactions. */
    private boolean read(InputStream body, String end, int atMost) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
        boolean listing = last.isEmpty();
        Map<String, String> listed = new HashMap<>();
        Map<String, Optional<String>> together = new LinkedHashMap<>();
        boolean ended = false;
        for (int told = 0; told < atMost; ) {
            Optional<Event> next = event(lines);
            if (next.isEmpty() || next.get().name().equals("error")) {
                return false;
            }
            Event event = next.get();
            boolean bookmark = event.name().equals("bookmark");
            if (!bookmark) {
                ended |= event.subject().equals(end);
                if (listing) {
                    event.value()
                            .ifPresentOrElse(
                                    v -> listed.put(event.subject(), v),
                                    () -> listed.remove(event.subject()));
                } else {
                    together.put(event.subject(), event.value());
                }
            }
            if (event.id().isEmpty()) {
                continue;
            }
            long revision = revision(event.id());
            if (listing) {
                seen.add(new Seen.Listed(revision, listed));
                listing = false;
            } else {
                seen.add(
                        bookmark
                                ? new Seen.Bookmarked(revision)
                                : new Seen.Changed(revision, together));
                together.clear();
                told++;
            }
            ids.put(revision, event.id());
            last = Optional.of(event.id());
            if (ended) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Event> event(BufferedReader lines) throws IOException {
        String event = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty() && !event.isEmpty()) {
                return Optional.of(
                        new Event(
                                event,
                                id,
                                JsonParser.parseString(data.toString()).getAsJsonObject()));
            } else if (line.startsWith("event:")) {
                event = line.substring(6).strip();
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            }
        }
        return Optional.empty();
    }
}
