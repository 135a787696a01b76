package io.portolan.e2e.bench;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.Postgres;
import io.portolan.model.app.Work;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.WorkSet;
import io.portolan.sim.SeededFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The agents of a seeded fleet as central meets them: each holds its set of works and asks for what
 * is new, until it is answered once; then it may ask again from there. Where central's digest is
 * not that of the set, an agent would have all sent again, so all are counted as sent.
 */
final class FleetOfPolls {
    private static final int WAIT_SECONDS = 20;
    private static final int PAUSE_MILLIS = 500;

    private record Held(
            String credential,
            long session,
            long generation,
            long cursor,
            int works,
            String digest) {
        Held after(JsonObject sync) {
            return new Held(
                    credential,
                    session,
                    sync.get("generation").getAsLong(),
                    sync.get("cursor").getAsLong(),
                    works,
                    sync.get("digest").getAsString());
        }
    }

    /** As they are before they ask. */
    private List<Held> agents;

    /** As the answers left them. */
    private final Queue<Held> met = new ConcurrentLinkedQueue<>();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger works = new AtomicInteger();
    private final AtomicInteger contents = new AtomicInteger();
    private final Set<String> given = ConcurrentHashMap.newKeySet();
    private volatile boolean resting;

    private FleetOfPolls(List<Held> agents) {
        this.agents = agents;
    }

    /** What the agents hold when all that is stored has reached them. */
    static FleetOfPolls of(Postgres.Database database, int clusters) {
        return of(database, 0, clusters);
    }

    /**
     * Of some of the clusters.
     *
     * @param first the number of the first cluster
     * @param end the number behind the last one
     */
    static FleetOfPolls of(Postgres.Database database, int first, int end) {
        List<Held> agents = new ArrayList<>();
        try (Connection connection = database.connect();
                PreparedStatement instant =
                        connection.prepareStatement(
                                "select i.generation, c.revision, s.session from store_identity i,"
                                        + " counter c, cluster_session s where s.cluster = ?");
                PreparedStatement bodies =
                        connection.prepareStatement("select body from work where cluster = ?")) {
            for (int i = first; i < end; i++) {
                instant.setString(1, SeededFleet.cluster(i));
                bodies.setString(1, SeededFleet.cluster(i));
                List<Work> held = new ArrayList<>();
                try (ResultSet rs = bodies.executeQuery()) {
                    while (rs.next()) {
                        held.add(Codec.lenient().read(rs.getString(1), Work.class));
                    }
                }
                try (ResultSet rs = instant.executeQuery()) {
                    rs.next();
                    agents.add(
                            new Held(
                                    SeededFleet.credential(i),
                                    rs.getLong(3),
                                    rs.getLong(1),
                                    rs.getLong(2),
                                    held.size(),
                                    WorkSet.of(held).digest().hex()));
                }
            }
            return new FleetOfPolls(agents);
        } catch (SQLException e) {
            throw new HarnessException("the seeded fleet cannot be read", e);
        }
    }

    /** Each asks as soon as somebody listens; does not wait. Not before all were answered. */
    void poll(String address) {
        if (!met.isEmpty()) {
            agents = List.copyOf(met);
            met.clear();
            answered.set(0);
        }
        for (Held agent : agents) {
            Thread.ofVirtual().start(() -> poll(address, agent));
        }
    }

    /** From now on each asks again as soon as it is answered, until {@link #rest}. */
    void follow(String address) {
        for (Held agent : agents) {
            Thread.ofVirtual().start(() -> follow(address, agent));
        }
    }

    /** Stops following. */
    void rest() {
        resting = true;
    }

    private void follow(String address, Held from) {
        Held agent = from;
        while (!resting) {
            Optional<JsonObject> sync = ask(address, agent);
            if (sync.isEmpty()) {
                return;
            }
            for (JsonElement work : sync.get().getAsJsonArray("works")) {
                String application = work.getAsJsonObject().get("application").getAsString();
                given.add(agent.credential + " " + application);
            }
            agent = agent.after(sync.get());
        }
    }

    /** How many works the followers were given, each counted once. */
    int given() {
        return given.size();
    }

    private void poll(String address, Held agent) {
        ask(address, agent).ifPresent(sync -> count(agent, sync));
    }

    /** Empty where the thread was interrupted. */
    private Optional<JsonObject> ask(String address, Held agent) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        address
                                                + "/agent/v1/work?session=%d&generation=%d&cursor=%d&wait=%d"
                                                        .formatted(
                                                                agent.session,
                                                                agent.generation,
                                                                agent.cursor,
                                                                WAIT_SECONDS)))
                        .header("Authorization", "Bearer " + agent.credential)
                        .build();
        try {
            while (true) {
                try {
                    HttpResponse<String> answer =
                            client.send(request, HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        return Optional.of(JsonParser.parseString(answer.body()).getAsJsonObject());
                    }
                    if (answer.statusCode() != 503) {
                        throw new HarnessException(
                                "an agent was refused: " + answer.statusCode() + answer.body());
                    }
                } catch (IOException _) {
                    // Nobody listens yet.
                }
                Thread.sleep(ThreadLocalRandom.current().nextInt(PAUSE_MILLIS));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private void count(Held agent, JsonObject sync) {
        JsonArray sent = sync.getAsJsonArray("works");
        boolean alike = sync.get("digest").getAsString().equals(agent.digest);
        works.addAndGet(alike ? sent.size() : Math.max(agent.works, sent.size()));
        contents.addAndGet(sync.getAsJsonObject("contents").size());
        met.add(agent.after(sync));
        answered.incrementAndGet();
    }

    int answered() {
        return answered.get();
    }

    void awaitAnswers(Duration atMost) {
        Await.until("every agent to be answered", atMost, () -> answered.get() == agents.size());
    }

    int worksSent() {
        return works.get();
    }

    int contentsSent() {
        return contents.get();
    }
}
