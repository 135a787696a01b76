package io.portolan.e2e.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Where the time of a failover went, by its own steps.
 *
 * @param detect from the loss to central's belief in it
 * @param decide from the command, or the belief, to the first write
 * @param fence until the commit with its proof
 * @param activate until the target was told
 * @param verify until the target's health was verified and the command, if any, has ended
 */
record Phases(
        Duration detect, Duration decide, Duration fence, Duration activate, Duration verify) {

    /**
     * Of the only failover of an application.
     *
     * @param began the command, by this machine's clock, which is central's
     * @param took until the command had ended
     */
    static Phases of(Api api, String application, Duration detect, Instant began, Duration took) {
        Map<String, Instant> starts =
                operation(api, application).getAsJsonArray("steps").asList().stream()
                        .map(JsonElement::getAsJsonObject)
                        .collect(
                                Collectors.toMap(
                                        step -> step.get("state").getAsString(),
                                        step -> Instant.parse(step.get("startedAt").getAsString()),
                                        (first, _) -> first));
        // A stateless one has nothing to revoke and goes straight to its commit.
        Instant promoting = starts.get("Promoting");
        Instant acts = starts.getOrDefault("Revoking", promoting);
        Instant verifying = starts.get("Verifying");
        return new Phases(
                detect,
                Duration.between(began, acts),
                Duration.between(acts, promoting),
                Duration.between(promoting, verifying),
                Duration.between(verifying, began.plus(took)));
    }

    private static JsonObject operation(Api api, String application) {
        return api
                .get("/api/v1/tenants/" + BenchApp.TENANT + "/failovers")
                .expect(200)
                .json()
                .getAsJsonArray("items")
                .asList()
                .stream()
                .map(JsonElement::getAsJsonObject)
                .filter(o -> o.get("applicationName").getAsString().equals(application))
                .findFirst()
                .orElseThrow();
    }

    /** Without a wait of known length in the fence. */
    Phases withoutGrant(Duration grant) {
        return new Phases(detect, decide, fence.minus(grant), activate, verify);
    }

    /** Without the detection. */
    private Duration total() {
        return decide.plus(fence).plus(activate).plus(verify);
    }

    /** The one whose total is in the middle. */
    static Phases median(List<Phases> all) {
        return all.stream()
                .sorted(Comparator.comparing(Phases::total))
                .toList()
                .get(all.size() / 2);
    }

    /**
     * Adds the total, and what it is made of.
     *
     * @param goal of the total, in seconds
     */
    void add(String name, double goal, Figures into) {
        into.add(name + "_s", "s", seconds(total()), goal);
        into.add(name + "_detect_s", "s", seconds(detect));
        into.add(name + "_decide_s", "s", seconds(decide));
        into.add(name + "_fence_s", "s", seconds(fence));
        into.add(name + "_activate_s", "s", seconds(activate));
        into.add(name + "_verify_s", "s", seconds(verify));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
