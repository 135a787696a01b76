package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Exchange;
import io.portolan.e2e.harness.Portolan;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The agent of then in front of the central of now. */
final class FormerAgent {
    private final HttpClient http;
    private final String central;
    private final Replay replay = new Replay();

    /** The newest work of each application, by the application's uid of now. */
    private final Map<String, JsonObject> works = new HashMap<>();

    private final String token;
    private String credential = "";
    private long cursor;
    private long batch;

    FormerAgent(Portolan portolan, HttpClient http, String token) {
        this.http = http;
        this.central = portolan.central().address();
        this.token = token;
    }

    /** The same words to the central of now; its answer has the status of then. */
    Exchange says(Exchange then) {
        return switch (then.route()) {
            case "join" -> {
                replay.text(then.bodyJson().get("token").getAsString(), token);
                Exchange now = sent(then, then.body());
                replay.text(then.answerJson(), now.answerJson(), "cluster");
                credential = "Bearer " + now.answerJson().get("credential").getAsString();
                yield now;
            }
            case "hello" -> {
                Exchange now = sent(then, then.body());
                replay.number(then.answerJson(), now.answerJson(), "session");
                replay.number(then.answerJson(), now.answerJson(), "generation");
                yield now;
            }
            case "work" -> polled(then);
            case "reports" -> {
                JsonObject report = then.bodyJson();
                // What was refused then skipped what had to come first.
                long skipped = then.status() == 409 ? 5 : 0;
                report.addProperty("batch", batch + 1 + skipped);
                Exchange now = sent(then, report.toString());
                batch = now.answerJson().get("batch").getAsLong();
                yield now;
            }
            default -> sent(then, then.body());
        };
    }

    /** Polls until each work of then is there as it was: with its role, and as a tombstone. */
    private Exchange polled(Exchange then) {
        JsonObject was = then.answerJson();
        List<JsonObject> newest = new ArrayList<>();
        Exchange[] last = new Exchange[1];
        Await.until(
                "works like " + was.get("works"),
                Scene.SOON,
                () -> {
                    newest.clear();
                    was.getAsJsonArray("works").forEach(w -> like(w).ifPresent(newest::add));
                    boolean all = newest.size() == was.getAsJsonArray("works").size();
                    if (!all || last[0] == null) {
                        last[0] = sent(then, then.body());
                        JsonObject now = last[0].answerJson();
                        cursor = now.get("cursor").getAsLong();
                        now.getAsJsonArray("works").forEach(this::keep);
                    }
                    return all;
                },
                () -> "\n--- the works of now\n" + works.values());
        for (int i = 0; i < newest.size(); i++) {
            JsonObject work = was.getAsJsonArray("works").get(i).getAsJsonObject();
            replay.text(work, newest.get(i), "application");
            replay.text(work, newest.get(i), "content");
            replay.number(work, newest.get(i), "sequence");
        }
        JsonObject shown = last[0].answerJson();
        JsonArray all = new JsonArray();
        newest.forEach(all::add);
        shown.add("works", all);
        return last[0].answered(200, shown.toString());
    }

    private void keep(JsonElement work) {
        works.put(work.getAsJsonObject().get("name").getAsString(), work.getAsJsonObject());
    }

    private Optional<JsonObject> like(JsonElement then) {
        JsonObject was = then.getAsJsonObject();
        return Optional.ofNullable(works.get(was.get("name").getAsString()))
                .filter(now -> now.get("role").equals(was.get("role")))
                .filter(now -> now.get("generation").equals(was.get("generation")))
                .filter(now -> now.has("content") == was.has("content"));
    }

    private Exchange sent(Exchange then, String body) {
        Exchange now =
                then.asking(
                                replay.path(then.path()),
                                replay.query(then.query(), cursor, 1),
                                Replay.unknown(replay.body(body)))
                        .send(http, central, credential);
        assertEquals(
                then.status(),
                now.status(),
                () -> now.method() + " " + now.path() + " now answers " + now.answer());
        return now;
    }
}
