package io.portolan.central;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.wire.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Server-sent events as a client sees them. */
public final class Events implements AutoCloseable {
    /** One event; name {@code end} when the server ended the stream. */
    public record Event(String name, String id, JsonNode data) {
        public String subject() {
            return data.path("metadata").path("name").asText();
        }
    }

    public final int status;
    private final InputStream in;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

    Events(int status, InputStream in) {
        this.status = status;
        this.in = in;
        Thread.ofVirtual().start(this::read);
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String name = "";
            String id = "";
            String data = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!name.isEmpty()) {
                        events.add(new Event(name, id, tree(data)));
                    }
                    name = "";
                    id = "";
                    data = "";
                } else if (line.startsWith("event:")) {
                    name = line.substring(6).strip();
                } else if (line.startsWith("id:")) {
                    id = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    data += line.substring(5).strip();
                }
            }
        } catch (IOException e) {
            // The test closed it, or the server did: both are the end.
        }
        events.add(new Event("end", "", tree("{}")));
    }

    private static JsonNode tree(String text) {
        return Codec.lenient().tree(text.getBytes(StandardCharsets.UTF_8));
    }

    public Event next() {
        try {
            Event event = events.poll(20, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event within 20 s");
            }
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next that is no bookmark. */
    public Event nextChange() {
        Event event = next();
        while (event.name().equals("bookmark")) {
            event = next();
        }
        return event;
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
