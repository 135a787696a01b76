package io.portolan.e2e;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Exchange;
import io.portolan.e2e.harness.HarnessException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** The central of then in front of the agent of now. Safe for use by many threads. */
final class FormerCentral {
    private final List<Exchange> recorded;
    private final Queue<Exchange> asked = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Conversation> reached =
            new AtomicReference<>(Conversation.JOINED);

    /** The batch that was refused once, -1 when the next one is to be; 0 for none. */
    private final AtomicLong lost = new AtomicLong();

    /** Ends the polls that wait for something new. */
    private final AtomicReference<CountDownLatch> turn =
            new AtomicReference<>(new CountDownLatch(1));

    FormerCentral(List<Exchange> recorded) {
        this.recorded = recorded;
    }

    void reach(Conversation step) {
        reached.set(step);
        turn.getAndSet(new CountDownLatch(1)).countDown();
    }

    /** Refuses the next report, as if one before it were missing. */
    void lose() {
        lost.set(-1);
    }

    void awaitResent() {
        Await.until(
                "the refused report to come again",
                Scene.LATER,
                () ->
                        lost.get() > 0
                                && asked.stream()
                                                .filter(e -> e.route().equals("reports"))
                                                .filter(e -> batch(e) == lost.get())
                                                .count()
                                        > 1);
    }

    void awaitReport(String... words) {
        awaitAsked("reports", words);
    }

    void awaitAsked(String route, String... words) {
        Await.until(
                route + " with " + List.of(words),
                Scene.LATER,
                () ->
                        asked.stream()
                                .filter(e -> e.route().equals(route))
                                .anyMatch(e -> Stream.of(words).allMatch(e.body()::contains)),
                () -> "\n--- what was asked\n" + asked);
    }

    private static long batch(Exchange report) {
        return report.bodyJson().get("batch").getAsLong();
    }

    /** The recorded answer, with a field that came later. */
    Exchange answer(Exchange request) {
        asked.add(request);
        return switch (request.route()) {
            case "work" -> sync(request);
            case "reports" -> acknowledge(request);
            case "content" ->
                    recorded.stream()
                            .filter(e -> e.path().equals(request.path()))
                            .findFirst()
                            .map(e -> request.answered(200, e.answer()))
                            .orElseGet(() -> request.answered(404, ""));
            default ->
                    recorded.stream()
                            .filter(e -> e.path().equals(request.path()))
                            .findFirst()
                            .map(e -> request.answered(e.status(), Replay.unknown(e.answer())))
                            .orElseGet(() -> request.answered(404, ""));
        };
    }

    private Exchange acknowledge(Exchange request) {
        long batch = batch(request);
        boolean refused = lost.compareAndSet(-1, batch);
        Exchange then =
                recorded.stream()
                        .filter(e -> e.route().equals("reports"))
                        .filter(e -> (e.status() == 409) == refused)
                        .findFirst()
                        .orElseThrow();
        JsonObject ack = then.answerJson();
        ack.addProperty("batch", refused ? batch - 1 : batch);
        return request.answered(then.status(), Replay.unknown(ack.toString()));
    }

    /** The next delta of then as soon as the user of then has done the step before it. */
    private Exchange sync(Exchange request) {
        CountDownLatch now = turn.get();
        Exchange answer = delta(request);
        try {
            return answer.answer().contains("\"works\":[]") && now.await(1, TimeUnit.SECONDS)
                    ? delta(request)
                    : answer;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted", e);
        }
    }

    private Exchange delta(Exchange request) {
        long cursor = Long.parseLong(request.query().replaceFirst(".*cursor=(\\d+).*", "$1"));
        Optional<Exchange> next = Optional.empty();
        JsonObject former = new JsonObject();
        for (Exchange then : recorded) {
            if (then.route().equals("work")) {
                boolean known = then.answerJson().get("cursor").getAsLong() <= cursor;
                if (known) {
                    former = then.answerJson();
                } else if (next.isEmpty()) {
                    next = Optional.of(then);
                }
            }
        }
        if (next.isPresent()
                && Conversation.valueOf(next.get().after()).compareTo(reached.get()) <= 0) {
            return request.answered(200, Replay.unknown(next.get().answer()));
        }
        former.addProperty("full", false);
        former.addProperty("cursor", cursor);
        former.add("works", new JsonArray());
        former.add("contents", new JsonObject());
        return request.answered(200, Replay.unknown(former.toString()));
    }
}
