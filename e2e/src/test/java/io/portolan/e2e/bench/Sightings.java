package io.portolan.e2e.bench;

import io.kubernetes.client.openapi.ApiClient;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.KubeCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * When each Deployment was first seen by a watch on each cluster. Reads the watch's lines without
 * building objects, because the observer shares the machine with the observed.
 */
final class Sightings implements AutoCloseable {
    private static final String ADDED = "{\"type\":\"ADDED\"";
    private static final String NAME = "\"metadata\":{\"name\":\"";

    private final List<Map<String, Long>> seen = new ArrayList<>();
    private final List<Call> watches = new ArrayList<>();

    /** Watches all Deployments of the clusters; returns when the watches stand. */
    static Sightings on(List<KubeCluster> clusters) {
        Sightings sightings = new Sightings();
        for (KubeCluster cluster : clusters) {
            sightings.watch(cluster);
        }
        return sightings;
    }

    private void watch(KubeCluster cluster) {
        ApiClient client = cluster.client();
        OkHttpClient http =
                client.getHttpClient()
                        .newBuilder()
                        .readTimeout(Duration.ZERO)
                        .callTimeout(Duration.ZERO)
                        .build();
        Request.Builder request =
                new Request.Builder()
                        .url(
                                client.getBasePath()
                                        + "/apis/apps/v1/deployments?watch=true&allowWatchBookmarks=false");
        request.header("Authorization", DirectClient.token(cluster));
        Call call = http.newCall(request.build());
        Map<String, Long> names = new ConcurrentHashMap<>();
        seen.add(names);
        watches.add(call);
        try {
            Response response = call.execute();
            if (!response.isSuccessful()) {
                throw new IllegalStateException(
                        cluster.name() + " refuses the watch: " + response.code());
            }
            Thread.ofPlatform()
                    .daemon()
                    .name("watch-" + cluster.name())
                    .start(() -> read(response, names));
        } catch (IOException e) {
            throw new IllegalStateException("no watch on " + cluster.name(), e);
        }
    }

    private static void read(Response response, Map<String, Long> names) {
        try (response;
                BufferedReader lines =
                        new BufferedReader(response.body().charStream(), 64 * 1024)) {
            String line;
            while ((line = lines.readLine()) != null) {
                long now = System.nanoTime();
                int at = line.indexOf(NAME);
                if (at >= 0 && line.startsWith(ADDED)) {
                    int begin = at + NAME.length();
                    names.putIfAbsent(line.substring(begin, line.indexOf('"', begin)), now);
                }
            }
        } catch (IOException _) {
            // The watch was closed at the end of the scenario; one that broke earlier shows as
            // names that never come.
        }
    }

    /** How many clusters have seen the name. */
    private long clustersThatSaw(String name) {
        return seen.stream().filter(names -> names.containsKey(name)).count();
    }

    void awaitEverywhere(List<String> names, Duration atMost) {
        Await.until(
                names.size() + " Deployments on all clusters",
                atMost,
                () -> names.stream().allMatch(name -> clustersThatSaw(name) == seen.size()),
                () ->
                        "; missing somewhere: "
                                + names.stream()
                                        .filter(n -> clustersThatSaw(n) < seen.size())
                                        .count());
    }

    /** {@link System#nanoTime()} at the first cluster that saw it. */
    long first(String name) {
        return seen.stream().mapToLong(names -> names.get(name)).min().orElseThrow();
    }

    /** {@link System#nanoTime()} at the last cluster that saw it. */
    long last(String name) {
        return seen.stream().mapToLong(names -> names.get(name)).max().orElseThrow();
    }

    @Override
    public void close() {
        watches.forEach(Call::cancel);
    }
}
