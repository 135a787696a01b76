package io.portolan.chaos;

import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Post;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Central;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Fails single writers over, and sends each request again, to any node, until it is answered. */
final class Operators {
    static final String TENANT = "writers";
    static final int WRITERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final List<Central> nodes;
    private final Recorder recorder;
    private final AtomicBoolean enough;
    private final AtomicLong ids = new AtomicLong();

    Operators(List<Central> nodes, Recorder recorder, AtomicBoolean enough) {
        this.nodes = nodes;
        this.recorder = recorder;
        this.enough = enough;
    }

    void live(Random random, Duration pause) {
        try {
            while (!enough.get()) {
                String id = "f" + ids.incrementAndGet();
                String application = "w" + random.nextInt(WRITERS);
                // Now and then it is sent twice although it was answered.
                int extra = random.nextInt(4) == 0 ? 1 : 0;
                for (int left = 1 + extra; left > 0; ) {
                    if (post(id, application, random.nextInt(nodes.size()))) {
                        left--;
                    }
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(50, 400));
                    if (enough.get()) {
                        return;
                    }
                }
                TimeUnit.NANOSECONDS.sleep(
                        random.nextLong(pause.toNanos() / 2, pause.toNanos() * 2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean post(String id, String application, int node) {
        long began = recorder.now();
        int status = 0;
        Outcome outcome = Outcome.UNKNOWN;
        String operation = "";
        try {
            Api.Answer answer =
                    nodes.get(node)
                            .api()
                            .ask(
                                    "POST",
                                    "/api/v1/tenants/" + TENANT + "/failovers",
                                    "{\"application\": \"%s\", \"reason\": \"%s\"}"
                                            .formatted(application, id),
                                    PATIENCE,
                                    "Idempotency-Key",
                                    id);
            status = answer.status();
            outcome = Users.outcome(answer);
            if (outcome == Outcome.DONE) {
                operation = answer.json().get("uid").getAsString();
            }
        } catch (UncheckedIOException _) {
            // Nobody knows what became of it.
        }
        recorder.add(new Post(id, node, began, recorder.now(), status, outcome, operation));
        return outcome != Outcome.UNKNOWN;
    }
}
