package io.portolan.e2e;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Api;
import io.portolan.e2e.harness.Await;
import io.portolan.e2e.harness.Fleet;
import io.portolan.e2e.harness.HarnessException;
import io.portolan.e2e.harness.KubeCluster;
import io.portolan.e2e.harness.Live;
import io.portolan.e2e.harness.Portolan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * One test's own tenant in the shared installation, and what it looks at most: its applications'
 * objects in the clusters.
 */
final class Scene {
    /**
     * For what takes several processes' turns; the goals themselves are measured by the benchmarks.
     */
    static final Duration SOON = Duration.ofSeconds(30);

    /** For what needs central's belief that a cluster is down, eight heartbeats of silence. */
    static final Duration LATER = Duration.ofSeconds(120);

    private static final Set<String> ENDS = Set.of("Completed", "Aborted", "Refused");

    private static final List<String> NAMESPACED =
            List.of(
                    "apps/v1/deployments",
                    "apps/v1/replicasets",
                    "v1/pods",
                    "v1/services",
                    "v1/configmaps",
                    "v1/secrets");

    private final Function<String, KubeCluster> clusters;
    private final Portolan portolan;
    private final String tenant;
    private final Map<String, String> uids = new ConcurrentHashMap<>();

    Scene(Fleet fleet, String tenant) {
        this(fleet, fleet.portolan(), tenant);
    }

    /**
     * @param portolan an installation of the test's own
     */
    Scene(Fleet fleet, Portolan portolan, String tenant) {
        this(
                name -> name.equals(Fleet.BARE) ? fleet.bareCluster() : fleet.clusters().get(name),
                portolan,
                tenant);
    }

    /** In the clusters of an installation's agents. */
    Scene(Portolan portolan, String tenant) {
        this(name -> portolan.agent(name).cluster(), portolan, tenant);
    }

    private Scene(Function<String, KubeCluster> clusters, Portolan portolan, String tenant) {
        this.clusters = clusters;
        this.portolan = portolan;
        this.tenant = tenant;
        portolan.createTenant(tenant);
    }

    App app(String name) {
        return new App(tenant, name);
    }

    Portolan portolan() {
        return portolan;
    }

    Api api() {
        return portolan.api();
    }

    KubeCluster cluster(String name) {
        return clusters.apply(name);
    }

    Live live(String cluster) {
        return cluster(cluster).live();
    }

    String tenant() {
        return tenant;
    }

    /** Puts the document and fails unless central accepts it. */
    void put(App app) {
        JsonObject stored = api().put(app.path(), app.json()).expect(200).json();
        uids.put(app.name(), stored.getAsJsonObject("metadata").get("uid").getAsString());
    }

    /** Puts the document and waits until central tells that it is healthy. */
    void putHealthy(App app) {
        put(app);
        awaitHealthy(app);
    }

    void awaitHealthy(App app) {
        api().awaitHealth(tenant, app.name(), "Healthy", SOON);
    }

    /** The only Deployment of an application on a cluster. */
    JsonObject deployment(String cluster, App app) {
        List<JsonObject> found = live(cluster).list("apps/v1/deployments", tenant, selector(app));
        if (found.size() != 1) {
            throw new AssertionError(
                    found.size() + " Deployments of " + app.name() + " on " + cluster);
        }
        return found.getFirst();
    }

    String deploymentName(String cluster, App app) {
        return deployment(cluster, app).getAsJsonObject("metadata").get("name").getAsString();
    }

    /** Ready replicas over all Deployments of an application on a cluster. */
    int ready(String cluster, App app) {
        return live(cluster).list("apps/v1/deployments", tenant, selector(app)).stream()
                .map(o -> o.getAsJsonObject("status"))
                .filter(status -> status.has("readyReplicas"))
                .mapToInt(status -> status.get("readyReplicas").getAsInt())
                .sum();
    }

    void awaitReady(String cluster, App app, int replicas) {
        Await.until(
                app.name() + " to have " + replicas + " ready replicas on " + cluster,
                SOON,
                () -> ready(cluster, app) == replicas,
                () -> "\n--- the application\n" + api().get(app.path()).body());
    }

    /** Pods of an application on a cluster, the terminating ones included. */
    int pods(String cluster, App app) {
        return live(cluster).list("v1/pods", tenant, podSelector(app)).size();
    }

    void awaitNoPods(String cluster, App app) {
        Await.until(
                "no pod of " + app.name() + " on " + cluster, SOON, () -> pods(cluster, app) == 0);
    }

    /** Waits until no object of the application is left on the cluster, whatever its kind. */
    void awaitNothingLeft(String cluster, App app) {
        for (String resource : NAMESPACED) {
            Await.until(
                    "no " + resource + " of " + app.name() + " on " + cluster,
                    SOON,
                    () -> live(cluster).list(resource, tenant, selector(app)).isEmpty());
        }
        awaitNoPods(cluster, app);
    }

    /** Whether central hears the cluster, in its own words. */
    String reach(String cluster) {
        return api().get("/api/v1/clusters/" + cluster)
                .expect(200)
                .json()
                .getAsJsonObject("status")
                .get("reach")
                .getAsString();
    }

    void awaitReach(String cluster, String reach) {
        Await.until(cluster + " to be " + reach, LATER, () -> reach(cluster).equals(reach));
    }

    /** The cluster where the application is active. */
    String active(App app) {
        return actives(app).stream()
                .findFirst()
                .orElseThrow(() -> new AssertionError(app.name() + " is active nowhere"));
    }

    /** The clusters where the application is active. */
    List<String> actives(App app) {
        return places(app).stream()
                .filter(entry -> entry.get("role").getAsString().equals("Active"))
                .map(entry -> entry.get("cluster").getAsString())
                .toList();
    }

    /** The application's role on a cluster, {@code none} where it has none. */
    String role(App app, String cluster) {
        return places(app).stream()
                .filter(entry -> entry.get("cluster").getAsString().equals(cluster))
                .map(entry -> entry.get("role").getAsString())
                .findFirst()
                .orElse("none");
    }

    void awaitRole(App app, String cluster, String role) {
        Await.until(
                app.name() + " to be " + role + " in " + cluster,
                LATER,
                () -> role(app, cluster).equals(role),
                () -> "\n--- the application\n" + api().get(app.path()).body());
    }

    /** What central says of the application on each of its clusters. */
    List<JsonObject> places(App app) {
        return told(app, "clusters");
    }

    /** What central says of the application as a whole, of one type. */
    Optional<JsonObject> condition(App app, String type) {
        return told(app, "conditions").stream()
                .filter(condition -> condition.get("type").getAsString().equals(type))
                .findFirst();
    }

    private List<JsonObject> told(App app, String list) {
        return api().status(app.tenant(), app.name()).getAsJsonArray(list).asList().stream()
                .map(JsonElement::getAsJsonObject)
                .toList();
    }

    /** Waits for what central says of the application as a whole; returns the message. */
    String awaitCondition(App app, String type, String reason, Duration atMost, String... words) {
        return Await.value(
                app.name() + " to be " + type + ", " + reason,
                atMost,
                () ->
                        condition(app, type)
                                .filter(c -> c.get("reason").getAsString().equals(reason))
                                .map(c -> c.get("message").getAsString())
                                .filter(m -> Stream.of(words).allMatch(m::contains)),
                () -> "\n--- the application\n" + api().get(app.path()).body());
    }

    long epoch(App app) {
        return api().status(app.tenant(), app.name()).get("epoch").getAsLong();
    }

    /** Asks for a failover; returns its path. */
    String failover(App app, String to) {
        return move(app, to, false);
    }

    /** Asks for a planned move; returns its path. */
    String relocation(App app, String to) {
        return move(app, to, true);
    }

    private String move(App app, String to, boolean planned) {
        String body =
                "{\"application\": \"%s\", \"to\": \"%s\", \"reason\": \"test\", \"planned\": %s}"
                        .formatted(app.name(), to, planned);
        return operations()
                + "/"
                + api().post(operations(), body).expect(201).json().get("name").getAsString();
    }

    private String operations() {
        return "/api/v1/tenants/" + tenant + "/failovers";
    }

    /** All operations on an application, the newest first. */
    List<JsonObject> operations(App app) {
        return api().get(operations()).expect(200).json().getAsJsonArray("items").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(o -> o.get("applicationName").getAsString().equals(app.name()))
                .toList();
    }

    String path(JsonObject operation) {
        return operations() + "/" + operation.get("name").getAsString();
    }

    /** What the command line calls the operation. */
    String named(String path) {
        return tenant + path.substring(path.lastIndexOf('/'));
    }

    /** On what a promotion stood, of the ladder of DESIGN.md section 7: {@code F2}. */
    String fenceLevel(String path) {
        return operation(path).getAsJsonObject("report").get("fence").getAsString().substring(0, 2);
    }

    /** Waits until a live operation says these words of what it waits for, or of what to type. */
    void awaitWaiting(String path, String... words) {
        Await.until(
                path + " to say " + List.of(words),
                LATER,
                () -> {
                    JsonObject now = operation(path);
                    String said =
                            now.get("waitingFor").getAsString() + now.get("next").getAsString();
                    return Stream.of(words).allMatch(said::contains);
                },
                () -> "\n--- the operation\n" + api().get(path).body());
    }

    JsonObject operation(String path) {
        return api().get(path).expect(200).json();
    }

    /** Gives up at once when the operation has ended otherwise. */
    void awaitState(String path, String state) {
        Await.until(
                path + " to be " + state,
                LATER,
                () -> {
                    String now = operation(path).get("state").getAsString();
                    if (ENDS.contains(now) && !now.equals(state)) {
                        throw new HarnessException("ended: " + operation(path));
                    }
                    return now.equals(state);
                },
                () -> "\n--- the operation\n" + api().get(path).body());
    }

    private static String selector(App app) {
        return "portolan.io/application=" + app.name();
    }

    /**
     * Pods carry the uid only, which their template got from central; it is still known when the
     * application is gone.
     */
    private String podSelector(App app) {
        return "portolan.io/application-uid="
                + uids.computeIfAbsent(
                        app.name(),
                        _ ->
                                api().get(app.path())
                                        .expect(200)
                                        .json()
                                        .getAsJsonObject("metadata")
                                        .get("uid")
                                        .getAsString());
    }
}
