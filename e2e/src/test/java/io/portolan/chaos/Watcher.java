package io.portolan.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.chaos.Note.Sign;
import io.portolan.chaos.Note.Told;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Central;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Watches a tenant's applications through one node after another, goes on where it was, and now and
 * then begins anew. It lives until it was told what is the last.
 */
final class Watcher {
    private static final Duration OPENING = Duration.ofSeconds(5);

    private record Shown(Sign sign, String key, String value, long own) {}

    private final String name;
    private final String tenant;
    private final List<Central> nodes;
    private final Recorder recorder;
    private final Random random;

    /** The id of the last event, empty where there was none; and the revision in it. */
    private String resume = "";

    private long position;
    private boolean listed;

    /** Told, but not yet by which revision: only the last event of a transaction says it. */
    private final List<Shown> pending = new ArrayList<>();

    private int node;

    /** Until when the present connection lives, and the revision that ends this watcher's life. */
    private volatile long last = Long.MAX_VALUE;

    Watcher(String name, String tenant, List<Central> nodes, Recorder recorder, Random random) {
        this.name = name;
        this.tenant = tenant;
        this.nodes = nodes;
        this.recorder = recorder;
        this.random = random;
    }

    String tenant() {
        return tenant;
    }

    /** After this revision nothing comes. */
    void endAt(long revision) {
        last = revision;
    }

    void live() {
        try {
            while (position < last) {
                node = random.nextInt(nodes.size());
                if (random.nextInt(12) == 0 || !listed) {
                    anew();
                }
                connect(Duration.ofMillis(random.nextInt(1_000, 8_000)));
                TimeUnit.MILLISECONDS.sleep(random.nextInt(20, 200));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void anew() {
        position = 0;
        resume = "";
    }

    private void connect(Duration life) throws InterruptedException {
        try (InputStream stream = nodes.get(node).api().watch(tenant, resume, OPENING)) {
            told(Sign.OPENED, position, "", "", 0);
            listed = position > 0;
            pending.clear();
            // A node that is frozen sends nothing, so somebody else has to end the connection.
            Thread end = Thread.ofVirtual().start(() -> closeAfter(stream, life));
            try {
                read(stream);
            } finally {
                end.interrupt();
                end.join();
                told(Sign.CLOSED, position, "", "", 0);
            }
        } catch (Api.WatchRefused e) {
            lost(e.status());
        } catch (Ended e) {
            lost(e.status);
        } catch (IOException _) {
            // Another node, another time.
        }
    }

    private void lost(int status) {
        if (status == 410) {
            told(Sign.COMPACTED, position, "", "", 0);
            anew();
        } else {
            told(Sign.REFUSED, position, "", Integer.toString(status), 0);
        }
    }

    /** Central ended the watch and said why. */
    private static final class Ended extends IOException {
        private static final long serialVersionUID = 1L;
        private final int status;

        Ended(int status) {
            super("ended with status " + status);
            this.status = status;
        }
    }

    private static void closeAfter(InputStream stream, Duration life) {
        try {
            Thread.sleep(life);
            stream.close();
        } catch (InterruptedException | IOException _) {
            // It was closed before.
        }
    }

    private void read(InputStream stream) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8));
        String event = "";
        String id = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event:")) {
                event = line.substring(6).strip();
            } else if (line.startsWith("id:")) {
                id = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !event.isEmpty()) {
                heard(event, id, data.toString());
                event = "";
                id = "";
                data.setLength(0);
                if (position >= last) {
                    return;
                }
            }
        }
    }

    private void heard(String event, String id, String data) throws IOException {
        if (event.equals("error")) {
            throw new Ended(
                    JsonParser.parseString(data).getAsJsonObject().get("status").getAsInt());
        }
        long revision = id.isEmpty() ? 0 : Long.parseLong(id.substring(id.indexOf('-') + 1));
        JsonObject metadata =
                JsonParser.parseString(data).getAsJsonObject().getAsJsonObject("metadata");
        switch (event) {
            case "bookmark" -> {
                // What came before the first bookmark is the list.
                tellPending(0);
                told(listed ? Sign.BOOKMARK : Sign.LISTED, revision, "", "", 0);
                listed = true;
            }
            case "put" ->
                    pending.add(
                            new Shown(
                                    Sign.PUT,
                                    key(metadata),
                                    Users.writtenBy(metadata),
                                    metadata.get("revision").getAsLong()));
            case "delete" -> pending.add(new Shown(Sign.GONE, key(metadata), "", 0));
            default -> throw new IllegalStateException("a watch said " + event);
        }
        if (revision > 0 && listed) {
            tellPending(revision);
            position = revision;
            resume = id;
        }
    }

    private void tellPending(long revision) {
        pending.forEach(s -> told(s.sign(), revision, s.key(), s.value(), s.own()));
        pending.clear();
    }

    private String key(JsonObject metadata) {
        return tenant + "/" + metadata.get("name").getAsString();
    }

    private void told(Sign sign, long revision, String key, String value, long own) {
        recorder.add(new Told(name, tenant, node, sign, recorder.now(), revision, key, value, own));
    }
}
