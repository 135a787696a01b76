package io.portolan.e2e.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** The two shapes of load: one object a second, and as many as a number of clients can send. */
final class Load {
    private Load() {}

    /** {@code prefix-0001} and so on. */
    static List<String> names(String prefix, int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> "%s-%04d".formatted(prefix, i))
                .toList();
    }

    /** Sends the items one by one at a fixed rate, whatever an item takes. */
    static void paced(List<String> items, Duration period, Consumer<String> send)
            throws InterruptedException {
        long begin = System.nanoTime();
        for (int i = 0; i < items.size(); i++) {
            long wait = begin + i * period.toNanos() - System.nanoTime();
            if (wait > 0) {
                TimeUnit.NANOSECONDS.sleep(wait);
            }
            send.accept(items.get(i));
        }
    }

    /**
     * Sends all items as fast as the clients can; each client sends its next when the last was
     * answered.
     */
    static void burst(List<String> items, int clients, Consumer<String> send)
            throws InterruptedException {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                running.add(
                        threads.submit(
                                () -> {
                                    for (int i = next.getAndIncrement();
                                            i < items.size();
                                            i = next.getAndIncrement()) {
                                        send.accept(items.get(i));
                                    }
                                }));
            }
        }
        for (Future<?> client : running) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client of the burst failed", e.getCause());
            }
        }
    }
}
