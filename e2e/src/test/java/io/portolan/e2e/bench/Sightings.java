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
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * When each Deployment was first seen by a watch on each cluster, and first seen ready. Reads the
 * watch's lines without building objects, because the observer shares the machine with the
 * observed.
 */
final class Sightings implements AutoCloseable {
    private static final String ADDED = "{\"type\":\"ADDED\"";
    private static final String NAME = "\"metadata\":{\"name\":\"";

    private static final String READY = "\"readyReplicas\":";

    /** What the watch of one cluster saw, by name: {@link System#nanoTime()}. */
    private record Seen(Map<String, Long> added, Map<String, Long> ready) {
        Seen() {
            this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    private final List<Seen> seen = new ArrayList<>();
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
        Seen here = new Seen();
        seen.add(here);
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
                    .start(() -> read(response, here));
        } catch (IOException e) {
            throw new IllegalStateException("no watch on " + cluster.name(), e);
        }
    }

    private static void read(Response response, Seen here) {
        try (response;
                BufferedReader lines =
                        new BufferedReader(response.body().charStream(), 64 * 1024)) {
            String line;
            while ((line = lines.readLine()) != null) {
                long now = System.nanoTime();
                int at = line.indexOf(NAME);
                if (at < 0) {
                    continue;
                }
                int begin = at + NAME.length();
                String name = line.substring(begin, line.indexOf('"', begin));
                if (line.startsWith(ADDED)) {
                    here.added.putIfAbsent(name, now);
                }
                if (line.contains(READY)) {
                    here.ready.putIfAbsent(name, now);
                }
            }
        } catch (IOException _) {
            // The watch was closed at the end of the scenario; one that broke earlier shows as
            // names that never come.
        }
    }

    /** How many clusters have seen the name. */
    private long clustersThatSaw(String name) {
        return seen.stream().filter(s -> s.added.containsKey(name)).count();
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

    /**
     * Waits until each has been ready on at least one cluster.
     *
     * @return {@link System#nanoTime()} at which the last of them first was
     */
    long awaitReadySomewhere(List<String> names, Duration atMost) {
        Await.until(
                names.size() + " Deployments to be ready",
                atMost,
                () -> names.stream().allMatch(name -> firstReady(name).isPresent()));
        return names.stream().mapToLong(n -> firstReady(n).orElseThrow()).max().orElseThrow();
    }

    private OptionalLong firstReady(String name) {
        return seen.stream()
                .filter(s -> s.ready.containsKey(name))
                .mapToLong(s -> s.ready.get(name))
                .min();
    }

    /** {@link System#nanoTime()} at the first cluster that saw it. */
    long first(String name) {
        return seen.stream().mapToLong(s -> s.added.get(name)).min().orElseThrow();
    }

    /** {@link System#nanoTime()} at the last cluster that saw it. */
    long last(String name) {
        return seen.stream().mapToLong(s -> s.added.get(name)).max().orElseThrow();
    }

    @Override
    public void close() {
        watches.forEach(Call::cancel);
    }
}
