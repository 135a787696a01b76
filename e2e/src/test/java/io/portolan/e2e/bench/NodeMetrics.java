package io.portolan.e2e.bench;

import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Proc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What a node says of itself. */
final class NodeMetrics {
    private static final Duration COLLECTION = Duration.ofMinutes(1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpRequest metrics;

    NodeMetrics(String address) {
        this.metrics = HttpRequest.newBuilder(URI.create(address + "/metrics")).build();
    }

    /**
     * A figure, summed over its labels.
     *
     * @throws UncheckedIOException while the node does not answer
     * @throws IllegalStateException where it has no such figure
     */
    double read(String name) {
        return values().entrySet().stream()
                .filter(e -> e.getKey().equals(name) || e.getKey().startsWith(name + "{"))
                .map(Map.Entry::getValue)
                .reduce(Double::sum)
                .orElseThrow(() -> new IllegalStateException("central has no " + name));
    }

    private Map<String, Double> values() {
        Map<String, Double> out = new ConcurrentHashMap<>();
        try {
            HttpResponse<String> answer =
                    client.send(metrics, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("/metrics answered " + answer.statusCode());
            }
            answer.body()
                    .lines()
                    .filter(l -> !l.startsWith("#") && l.contains(" "))
                    .forEach(
                            l -> {
                                int space = l.lastIndexOf(' ');
                                out.put(
                                        l.substring(0, space),
                                        Double.parseDouble(l.substring(space + 1)));
                            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted");
        }
        return out;
    }

    double heapAfterCollection(Proc process) {
        Proc.command(
                        "jcmd",
                        Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                        Long.toString(process.pid()),
                        "GC.run")
                .run(COLLECTION)
                .expect(0);
        return values().entrySet().stream()
                        .filter(e -> e.getKey().startsWith("jvm_memory_used_bytes{"))
                        .filter(e -> e.getKey().contains("area=\"heap\""))
                        .mapToDouble(Map.Entry::getValue)
                        .reduce(Double::sum)
                        .orElseThrow()
                / 1048576.0;
    }
}
