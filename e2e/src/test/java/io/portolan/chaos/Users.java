package io.portolan.chaos;

import com.google.gson.JsonObject;
import io.portolan.chaos.Note.Outcome;
import io.portolan.chaos.Note.Request;
import io.portolan.chaos.Note.Verb;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Central;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Programs that write, read and delete applications through any node, and note every answer. */
final class Users {
    static final int TENANTS = 3;
    private static final int APPLICATIONS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final List<Central> nodes;
    private final Recorder recorder;
    private final AtomicBoolean enough;
    private final AtomicLong ids = new AtomicLong();

    Users(List<Central> nodes, Recorder recorder, AtomicBoolean enough) {
        this.nodes = nodes;
        this.recorder = recorder;
        this.enough = enough;
    }

    static List<String> tenants() {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < TENANTS; i++) {
            out.add("t" + i);
        }
        return out;
    }

    /** One client's life. */
    void live(int client, Random random, Duration pause) {
        int node = random.nextInt(nodes.size());
        try {
            while (!enough.get()) {
                String key = "t" + random.nextInt(TENANTS) + "/a" + random.nextInt(APPLICATIONS);
                boolean reached = act(client, node, key, random.nextInt(100));
                if (!reached || random.nextInt(20) == 0) {
                    node = random.nextInt(nodes.size());
                }
                TimeUnit.NANOSECONDS.sleep(
                        random.nextLong(pause.toNanos() / 2, pause.toNanos() * 2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean act(int client, int node, String key, int dice) {
        if (dice < 20) {
            return send(client, node, Verb.GET, key, 0).outcome() != Outcome.UNKNOWN;
        }
        if (dice < 40) {
            Request read = send(client, node, Verb.GET, key, 0);
            if (read.outcome() != Outcome.DONE || read.revision() == 0) {
                return read.outcome() != Outcome.UNKNOWN;
            }
            return send(client, node, Verb.UPDATE, key, read.revision()).outcome()
                    != Outcome.UNKNOWN;
        }
        Verb verb = dice < 50 ? Verb.CREATE : dice < 57 ? Verb.DELETE : Verb.PUT;
        return send(client, node, verb, key, 0).outcome() != Outcome.UNKNOWN;
    }

    /** Makes an application anew that tells watchers of its tenant that nothing comes after it. */
    Request last(String tenant, int node) {
        return send(-1, node, Verb.PUT, tenant + "/last", 0);
    }

    private Request send(int client, int node, Verb verb, String key, long seen) {
        String id = "w" + ids.incrementAndGet();
        long began = recorder.now();
        Answered answered;
        try {
            answered = answered(verb, ask(nodes.get(node).api(), verb, key, id, seen));
        } catch (UncheckedIOException e) {
            boolean never = e.getCause() instanceof ConnectException;
            answered = new Answered(0, never ? Outcome.REFUSED : Outcome.UNKNOWN, 0, "");
        }
        Request request =
                new Request(
                        id,
                        client,
                        verb,
                        key,
                        node,
                        seen,
                        began,
                        recorder.now(),
                        answered.status(),
                        answered.outcome(),
                        answered.revision(),
                        answered.value());
        recorder.add(request);
        return request;
    }

    private static Api.Answer ask(Api api, Verb verb, String key, String id, long seen) {
        String path = Api.application(Documents.tenant(key), Documents.name(key));
        return switch (verb) {
            case GET -> api.ask("GET", path, "", PATIENCE);
            case DELETE -> api.ask("DELETE", path, "", PATIENCE);
            case PUT -> api.ask("PUT", path, Documents.register(key, id), PATIENCE);
            case CREATE ->
                    api.ask(
                            "PUT",
                            path,
                            Documents.register(key, id),
                            PATIENCE,
                            "If-None-Match",
                            "*");
            case UPDATE ->
                    api.ask(
                            "PUT",
                            path,
                            Documents.register(key, id),
                            PATIENCE,
                            "If-Match",
                            "\"" + seen + "\"");
        };
    }

    private record Answered(int status, Outcome outcome, long revision, String value) {}

    private static Answered answered(Verb verb, Api.Answer answer) {
        Outcome outcome = outcome(answer);
        if (verb == Verb.GET && answer.status() == 404) {
            return new Answered(404, Outcome.DONE, 0, "");
        }
        if (outcome != Outcome.DONE) {
            return new Answered(answer.status(), outcome, 0, "");
        }
        JsonObject metadata = answer.json().getAsJsonObject("metadata");
        return new Answered(
                answer.status(),
                outcome,
                metadata.get("revision").getAsLong(),
                verb == Verb.GET ? writtenBy(metadata) : "");
    }

    static String writtenBy(JsonObject metadata) {
        return Optional.ofNullable(metadata.getAsJsonObject("annotations"))
                .map(a -> a.get(Ledger.WRITTEN_BY))
                .map(v -> v.getAsString())
                .orElse("");
    }

    /** What central says with a status: 5xx leaves it open, unless it says that it is not. */
    static Outcome outcome(Api.Answer answer) {
        if (answer.status() < 300) {
            return Outcome.DONE;
        }
        boolean open = answer.status() >= 500 && !answer.body().contains("nothing was changed");
        return open ? Outcome.UNKNOWN : Outcome.REFUSED;
    }
}
