package io.portolan.e2e.harness;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Clients that write all the time, each an application of its own, to the nodes in turn. They go to
 * the next node where one does not listen, and remember what was acknowledged. After a write
 * without an answer, which may be done at any time later, a client goes on with another
 * application.
 */
public final class Writers implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration SHUN = Duration.ofSeconds(3);

    private final List<String> addresses;
    private final String token;
    private final String tenant;
    private final Duration pace;
    private final Duration patience;
    private final List<Writer> writers;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger silences = new AtomicInteger();
    private volatile boolean stopped;

    private Writers(
            List<String> addresses,
            String token,
            String tenant,
            int clients,
            Duration pace,
            Duration patience) {
        this.addresses = List.copyOf(addresses);
        this.token = token;
        this.tenant = tenant;
        this.pace = pace;
        this.patience = patience;
        this.writers = IntStream.range(0, clients).mapToObj(Writer::new).toList();
    }

    /**
     * Makes the tenant and begins.
     *
     * @param pace how long each client rests after an answer
     * @param patience how long it waits for one before it goes to the next node
     */
    public static Writers start(
            Nodes nodes, String tenant, int clients, Duration pace, Duration patience) {
        nodes.node(0)
                .api()
                .put(
                        "/api/v1/tenants/" + tenant,
                        """
                        {"apiVersion": "portolan.io/v1", "kind": "Tenant", "metadata": {"name": "%s"}, "spec": {}}
                        """
                                .formatted(tenant))
                .expect(200);
        Writers writers =
                new Writers(
                        nodes.addresses(), nodes.node(0).token(), tenant, clients, pace, patience);
        writers.writers.forEach(w -> w.thread.start());
        return writers;
    }

    /** An application and the newest value of it that was acknowledged. */
    private record Written(String name, AtomicLong acknowledged) {
        Written(String name) {
            this(name, new AtomicLong());
        }
    }

    private final class Writer {
        private final int first;
        private final Deque<Written> applications = new ConcurrentLinkedDeque<>();
        private final Thread thread;

        /** By the address' place: until when a node that said it is closing is left alone. */
        private final long[] shunned = new long[addresses.size()];

        Writer(int index) {
            this.applications.add(new Written("load-" + index));
            this.first = index % addresses.size();
            Arrays.fill(shunned, System.nanoTime());
            this.thread = Thread.ofVirtual().name("load-" + index).unstarted(this::run);
        }

        private void run() {
            int turn = first;
            try (HttpClient http =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(CONNECT)
                            .build()) {
                for (long value = 1; !stopped; value++) {
                    while (!stopped && !written(http, turn, value)) {
                        turn = next(turn);
                    }
                    turn = next(turn);
                    TimeUnit.NANOSECONDS.sleep(pace.toNanos());
                }
                http.shutdownNow();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** As a load balancer does, to which a closing node is not ready. */
        private int next(int turn) {
            int next = (turn + 1) % addresses.size();
            for (int i = 1; i < addresses.size(); i++) {
                if (shunned[next] - System.nanoTime() <= 0) {
                    return next;
                }
                next = (next + 1) % addresses.size();
            }
            return next;
        }

        /** Whether the value was acknowledged, and if not, whether that is a failure. */
        private boolean written(HttpClient http, int turn, long value) throws InterruptedException {
            String address = addresses.get(turn);
            try {
                HttpResponse<String> answer =
                        http.send(request(address, value), HttpResponse.BodyHandlers.ofString());
                if (answer.headers().allValues("Connection").contains("close")) {
                    shunned[turn] = System.nanoTime() + SHUN.toNanos();
                }
                if (answer.statusCode() / 100 == 2) {
                    applications.getLast().acknowledged.set(value);
                    return true;
                }
                failures.add(address + ": " + answer.statusCode() + " " + answer.body());
            } catch (ConnectException | HttpConnectTimeoutException e) {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (HttpTimeoutException e) {
                silences.incrementAndGet();
                leave();
            } catch (IOException e) {
                failures.add(address + ": " + e);
                leave();
            }
            return false;
        }

        /** A write without an answer may be done late, over newer ones: this one stays as it is. */
        private void leave() {
            applications.add(
                    new Written(
                            "%s-%d".formatted(applications.getFirst().name, applications.size())));
        }

        private HttpRequest request(String address, long value) {
            return HttpRequest.newBuilder(
                            URI.create(
                                    address + Api.application(tenant, applications.getLast().name)))
                    .timeout(patience)
                    .header("Authorization", "Bearer " + token)
                    .header("Content-Type", "application/json")
                    .PUT(
                            HttpRequest.BodyPublishers.ofString(
                                    """
                                    {"apiVersion": "portolan.io/v1", "kind": "Application",
                                     "metadata": {"tenant": "%1$s", "name": "%2$s", "labels": {"value": "%3$d"}},
                                     "spec": {"components": [{"name": "web",
                                       "container": {"image": "example/app:%3$d", "replicas": 1}}]}}
                                    """
                                            .formatted(tenant, applications.getLast().name, value)))
                    .build();
        }
    }

    /** Writes that were refused or broken off by a node that listened. */
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /** Writes that a node took and did not answer in time. */
    public int silences() {
        return silences.get();
    }

    public long acknowledged() {
        return writers.stream()
                .map(w -> w.applications.getLast())
                .mapToLong(a -> a.acknowledged.get())
                .sum();
    }

    /** After {@link #close}: which acknowledged writes cannot be read. */
    public List<String> lost(Api api) {
        List<String> out = new ArrayList<>();
        for (Writer writer : writers) {
            for (Written written : writer.applications) {
                long value = read(api, written.name);
                if (value < written.acknowledged.get()) {
                    out.add(
                            "%s: %d was acknowledged, %d is there"
                                    .formatted(written.name, written.acknowledged.get(), value));
                }
            }
        }
        return out;
    }

    /** Zero where the application does not exist. */
    private long read(Api api, String name) {
        Api.Answer answer = api.get(Api.application(tenant, name));
        if (answer.status() == 404) {
            return 0;
        }
        return answer.expect(200)
                .json()
                .getAsJsonObject("metadata")
                .getAsJsonObject("labels")
                .get("value")
                .getAsLong();
    }

    /** Ends them and waits for their last answers. */
    @Override
    public void close() {
        stopped = true;
        try {
            for (Writer writer : writers) {
                writer.thread.join(patience.plus(CONNECT).multipliedBy(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
