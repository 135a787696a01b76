package io.portolan.e2e.bench;

import io.portolan.e2e.harness.KubeCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * The entry {@code value} of each ConfigMap with that entry, as a watch on the API server sees it,
 * and when it last changed. Reads lines without building objects.
 */
final class ConfigMapWatch implements AutoCloseable {
    /**
     * @param nanos {@link System#nanoTime()} when it was seen
     */
    record Seen(String type, String value, long nanos) {}

    private static final String NAME = "\"metadata\":{\"name\":\"";
    private static final String VALUE = "\"value\":\"";
    private static final String TYPE = "{\"type\":\"";

    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Call call;
    private volatile long lastNanos;

    private ConfigMapWatch(Call call) {
        this.call = call;
    }

    /** Returns when the watch stands. */
    static ConfigMapWatch on(KubeCluster cluster) {
        OkHttpClient http =
                cluster.client()
                        .getHttpClient()
                        .newBuilder()
                        .readTimeout(Duration.ZERO)
                        .callTimeout(Duration.ZERO)
                        .build();
        Request request =
                new Request.Builder()
                        .url(
                                cluster.client().getBasePath()
                                        + "/api/v1/configmaps?watch=true&allowWatchBookmarks=false")
                        .header("Authorization", DirectClient.token(cluster))
                        .build();
        ConfigMapWatch watch = new ConfigMapWatch(http.newCall(request));
        try {
            Response response = watch.call.execute();
            if (!response.isSuccessful()) {
                throw new IllegalStateException("the watch is refused: " + response.code());
            }
            Thread.ofPlatform().daemon().name("watch-configmaps").start(() -> watch.read(response));
        } catch (IOException e) {
            throw new IllegalStateException("no watch on " + cluster.name(), e);
        }
        return watch;
    }

    private void read(Response response) {
        try (response;
                BufferedReader lines =
                        new BufferedReader(response.body().charStream(), 64 * 1024)) {
            String line;
            while ((line = lines.readLine()) != null) {
                long now = System.nanoTime();
                String value = after(line, VALUE);
                if (!value.isEmpty()) {
                    seen.put(after(line, NAME), new Seen(after(line, TYPE), value, now));
                    lastNanos = now;
                }
            }
        } catch (IOException _) {
            // Closed at the end; one that broke earlier shows as objects that never come.
        }
    }

    private static String after(String line, String mark) {
        int at = line.indexOf(mark);
        return at < 0
                ? ""
                : line.substring(at + mark.length(), line.indexOf('"', at + mark.length()));
    }

    /** How many ConfigMaps exist with this value. */
    long count(String value) {
        return seen.values().stream()
                .filter(s -> s.value.equals(value) && !s.type.equals("DELETED"))
                .count();
    }

    /** When the last event came. */
    long lastNanos() {
        return lastNanos;
    }

    /** The last that was seen of a ConfigMap. */
    Seen of(String name) {
        Seen last = seen.get(name);
        if (last == null) {
            throw new IllegalStateException(name + " was never seen");
        }
        return last;
    }

    @Override
    public void close() {
        call.cancel();
    }
}
