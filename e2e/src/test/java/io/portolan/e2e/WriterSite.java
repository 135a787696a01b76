package io.portolan.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Portolan;
import io.portolan.e2e.harness.TcpProxy;
import io.portolan.e2e.harness.kubelet.Activity;
import io.portolan.e2e.harness.kubelet.Machine;
import io.portolan.e2e.harness.kubelet.Machines;
import java.time.Duration;
import java.util.List;

/** One application whose pod is a process that writes down when it ran, on real machines. */
final class WriterSite {
    private static final String SELF_FENCED =
            """
            {"writers": "single", "trigger": "%s", "toleration": "0s", "onCentralLoss": "selfFence",
             "selfFence": {"grant": "10s"}}
            """;

    private final Machines machines;
    private final Scene scene;
    private final App app;

    private WriterSite(Machines machines, Scene scene, App app) {
        this.machines = machines;
        this.scene = scene;
        this.app = app;
    }

    /**
     * A single writer that runs on the first of the clusters, with the others to stand by.
     *
     * @param options of the writer
     */
    static WriterSite single(
            Machines machines, String tenant, List<String> clusters, String... options) {
        return under("{\"writers\": \"single\"}", machines, tenant, clusters, options);
    }

    /** The same, that ends itself when its cluster has not heard central for ten seconds. */
    static WriterSite selfFenced(Machines machines, String tenant, List<String> clusters) {
        return under(SELF_FENCED.formatted("propose"), machines, tenant, clusters);
    }

    /** The same, that central fails over by itself. */
    static WriterSite automatic(
            Machines machines, Portolan portolan, String tenant, List<String> clusters) {
        return under(
                SELF_FENCED.formatted("automatic"),
                machines,
                new Scene(portolan, tenant),
                clusters);
    }

    /** The same under a DR policy of the test's own. */
    static WriterSite under(
            String policy,
            Machines machines,
            String tenant,
            List<String> clusters,
            String... options) {
        return under(policy, machines, new Scene(machines.portolan(), tenant), clusters, options);
    }

    private static WriterSite under(
            String policy,
            Machines machines,
            Scene scene,
            List<String> clusters,
            String... options) {
        String[] command = new String[options.length + 1];
        command[0] = Machines.WRITER;
        System.arraycopy(options, 0, command, 1, options.length);
        App app = scene.app("ledger").command(command).survives(policy);
        WriterSite site = new WriterSite(machines, scene, app);
        scene.putHealthy(app.on(clusters.getFirst()));
        scene.putHealthy(app.on(clusters.toArray(String[]::new)));
        assertEquals(clusters.getFirst(), scene.active(app));
        clusters.subList(1, clusters.size()).forEach(c -> scene.awaitRole(app, c, "Standby"));
        return site;
    }

    Scene scene() {
        return scene;
    }

    App app() {
        return app;
    }

    Machine machine(String cluster) {
        return machines.of(cluster);
    }

    TcpProxy agentsWire(String cluster) {
        return scene.portolan().agent(cluster).toCentral();
    }

    List<Activity> activity(String cluster) {
        return machines.of(cluster).activity(scene.tenant(), app.name());
    }

    /** A guarded pod is ready before its first grant, without which nothing runs in it. */
    void assertWrites(String cluster) {
        Await.until("a line in " + cluster, Scene.SOON, () -> !activity(cluster).isEmpty());
        long last = last(cluster);
        Await.until("a line in " + cluster, Scene.SOON, () -> last(cluster) > last);
    }

    private long last(String cluster) {
        return activity(cluster).stream().mapToLong(Activity::last).max().orElse(0);
    }

    void attest(String path, String reason) {
        scene.api().post(path + "/attest", "{\"reason\": \"" + reason + "\"}").expect(200);
    }

    /** It runs there, and never ran in two clusters at once, by the processes' own word. */
    void assertMovedTo(String cluster) {
        scene.awaitRole(app, cluster, "Active");
        scene.awaitReady(cluster, app, 1);
        assertWrites(cluster);
        assertNeverTwice();
    }

    /**
     * Powers a machine on whose cluster was failed over from, when its agent has written that
     * nothing shall run: it starts nothing, and the cluster stands by.
     */
    void assertNothingStartsIn(String cluster) {
        int ran = activity(cluster).size();
        Await.until(
                cluster + " to be told to stop",
                Scene.SOON,
                () ->
                        scene.live(cluster).list("v1/pods", scene.tenant(), "").stream()
                                .allMatch(
                                        pod ->
                                                pod.getAsJsonObject("metadata")
                                                        .has("deletionTimestamp")));
        machine(cluster).powerOn();
        scene.awaitRole(app, cluster, "Standby");
        assertEquals(ran, activity(cluster).size(), () -> activity(cluster).toString());
        machine(cluster).awaitReady();
    }

    void assertNeverTwice() {
        List<Activity> all = machines.activity(scene.tenant(), app.name());
        assertTrue(all.size() > 1, all::toString);
        assertEquals(Duration.ZERO, Activity.overlap(all), all::toString);
    }
}
