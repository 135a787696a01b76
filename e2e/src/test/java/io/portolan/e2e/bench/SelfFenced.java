package io.portolan.e2e.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.kubelet.Machines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A single writer that fences itself, whose cluster is cut off from central: it is failed over when
 * its grant has run out, without anybody's word. What ran when is told by the processes' own logs.
 */
final class SelfFenced {
    private static final int ROUNDS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration GRANT = Duration.ofSeconds(10);
    private static final String POLICY =
            "{\"writers\": \"single\", \"onCentralLoss\": \"selfFence\", \"selfFence\": {\"grant\": \"%ds\"}}"
                    .formatted(GRANT.toSeconds());

    private SelfFenced() {}

    static void measure(Figures into) {
        List<Phases> rounds = new ArrayList<>();
        Duration overlap = Duration.ZERO;
        try (Machines machines = Machines.start()) {
            Portolan portolan = machines.portolan();
            portolan.createTenant(BenchApp.TENANT);
            for (int round = 1; round <= ROUNDS; round++) {
                String name = "fenced-" + round;
                rounds.add(moved(portolan, name));
                Duration twice = machines.overlap(BenchApp.TENANT, name);
                overlap = twice.compareTo(overlap) > 0 ? twice : overlap;
            }
        }
        Phases.median(rounds).withoutGrant(GRANT).add("single_writer_self_fenced", 5, into);
        into.add("single_writer_self_fenced_grant_s", "s", GRANT.toSeconds());
        into.add("overlap_s", "s", overlap.toNanos() / 1e9, 0);
    }

    private static Phases moved(Portolan portolan, String name) {
        Api api = portolan.api();
        BenchApp.putWriter(api, name, "name in (west, north)", POLICY);
        api.awaitHealth(BenchApp.TENANT, name, "Healthy", PATIENCE);
        Await.until("a standby", PATIENCE, () -> !in(api, name, "Standby").isEmpty());
        String source = in(api, name, "Active");
        String target = in(api, name, "Standby");
        long cut = System.nanoTime();
        portolan.agent(source).toCentral().cut();
        try {
            FailoverScenario.awaitReach(api, source, "Unreachable");
            Duration detected = Duration.ofNanos(System.nanoTime() - cut);
            return FailoverScenario.command(portolan, name, target, detected);
        } finally {
            portolan.agent(source).toCentral().restore();
            // The former has shown by then that it runs nothing, so its log is at its end.
            Await.until(
                    source + " to stand by",
                    PATIENCE,
                    () -> in(api, name, "Standby").equals(source));
        }
    }

    /** The cluster where it has the role, empty where none has. */
    private static String in(Api api, String name, String role) {
        return api.status(BenchApp.TENANT, name).getAsJsonArray("clusters").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter((JsonObject c) -> c.get("role").getAsString().equals(role))
                .map(c -> c.get("cluster").getAsString())
                .findFirst()
                .orElse("");
    }
}
