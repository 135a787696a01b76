package io.portolan.e2e.harness;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.AuthenticationV1TokenRequest;
import io.kubernetes.client.openapi.models.V1TokenRequestSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * An agent as its install manifest makes it: the objects are applied to the API server, and the
 * process has the rights of the manifest's service account and no others. kwok plays the pod, so
 * the process itself runs beside the cluster.
 */
public final class InstalledAgent implements AutoCloseable {
    public static final String NAMESPACE = "portolan-system";
    public static final String USER = "system:serviceaccount:portolan-system:portolan-agent";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Map<String, String> RESOURCES =
            Map.of(
                    "Namespace", "v1/namespaces",
                    "ServiceAccount", "v1/serviceaccounts",
                    "Secret", "v1/secrets",
                    "Lease", "coordination.k8s.io/v1/leases",
                    "PersistentVolumeClaim", "v1/persistentvolumeclaims",
                    "Deployment", "apps/v1/deployments",
                    "Role", "rbac.authorization.k8s.io/v1/roles",
                    "RoleBinding", "rbac.authorization.k8s.io/v1/rolebindings",
                    "ClusterRole", "rbac.authorization.k8s.io/v1/clusterroles",
                    "ClusterRoleBinding", "rbac.authorization.k8s.io/v1/clusterrolebindings");

    private final KubeCluster cluster;
    private final List<JsonObject> manifest;
    private final Path joinToken = Workspace.scratch("join").resolve("token");
    private final int healthPort = Ports.next();
    private Proc process;

    private InstalledAgent(KubeCluster cluster, List<JsonObject> manifest) {
        this.cluster = cluster;
        this.manifest = List.copyOf(manifest);
        apply(cluster, manifest);
        write(
                joinToken,
                object("Secret", "portolan-agent-join")
                        .getAsJsonObject("stringData")
                        .get("token")
                        .getAsString());
        this.process = launch(Program.AGENT.jar());
    }

    /** Applies what {@code cluster join --manifest} printed and starts the agent. */
    public static InstalledAgent install(KubeCluster cluster, String manifest) {
        InstalledAgent agent = new InstalledAgent(cluster, objects(manifest));
        agent.awaitWelcome();
        return agent;
    }

    /**
     * Applies a manifest without starting anything.
     *
     * @return a kubeconfig with the rights of its service account
     */
    public static Path apply(KubeCluster cluster, String manifest) {
        apply(cluster, objects(manifest));
        return cluster.kubeconfigOf(token(cluster));
    }

    private static void apply(KubeCluster cluster, List<JsonObject> manifest) {
        for (JsonObject object : manifest) {
            cluster.live().apply(resource(object), "kubectl", object.toString());
        }
    }

    /** Every document of a YAML stream. */
    public static List<JsonObject> objects(String yaml) {
        List<JsonObject> out = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(new LoaderOptions())).loadAll(yaml)) {
            out.add(new Gson().toJsonTree(document).getAsJsonObject());
        }
        return out;
    }

    /** Where objects of this kind are found, for {@link Live}. */
    public static String resource(JsonObject object) {
        return Optional.ofNullable(RESOURCES.get(object.get("kind").getAsString()))
                .orElseThrow(() -> new HarnessException("a manifest holds " + object));
    }

    /** An object of the manifest. */
    public JsonObject object(String kind, String name) {
        return manifest.stream()
                .filter(o -> o.get("kind").getAsString().equals(kind))
                .filter(o -> o.getAsJsonObject("metadata").get("name").getAsString().equals(name))
                .findFirst()
                .orElseThrow(() -> new HarnessException("no " + kind + " " + name));
    }

    /** The arguments of the manifest's container, with the places of this machine. */
    private Proc launch(Path jar) {
        Proc.Spec spec =
                Program.AGENT.process(
                        "installed-" + cluster.name(),
                        jar,
                        "@" + Workspace.root().resolve("agent/jvm.options"));
        Path state = Workspace.scratch("installed-" + cluster.name());
        for (String argument : arguments(object("Deployment", "portolan-agent"))) {
            String[] parts = argument.split("=", 2);
            switch (parts[0]) {
                case "--in-cluster" ->
                        spec.with(
                                "--kubeconfig",
                                cluster.kubeconfigOf(token(cluster)).toString(),
                                "--lease-namespace",
                                NAMESPACE);
                case "--state-dir" -> spec.with(parts[0], state.toString());
                case "--join-token-file" -> spec.with(parts[0], joinToken.toString());
                case "--health-port" -> spec.with(parts[0], Integer.toString(healthPort));
                default -> spec.with(argument);
            }
        }
        return spec.start();
    }

    /** What a Deployment's only container is started with. */
    public static List<String> arguments(JsonObject deployment) {
        return deployment
                .getAsJsonObject("spec")
                .getAsJsonObject("template")
                .getAsJsonObject("spec")
                .getAsJsonArray("containers")
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("args")
                .asList()
                .stream()
                .map(JsonElement::getAsString)
                .toList();
    }

    /** A token of the agent's service account, as the kubelet asks for it. */
    public static String token(KubeCluster cluster) {
        try {
            return new CoreV1Api(cluster.client())
                    .createNamespacedServiceAccountToken(
                            "portolan-agent",
                            NAMESPACE,
                            new AuthenticationV1TokenRequest()
                                    .spec(
                                            new V1TokenRequestSpec()
                                                    .addAudiencesItem(
                                                            "https://kubernetes.default.svc")
                                                    .expirationSeconds(3600L)))
                    .execute()
                    .getStatus()
                    .getToken();
        } catch (ApiException e) {
            throw new HarnessException("no token: " + e.getResponseBody(), e);
        }
    }

    public void awaitWelcome() {
        process.awaitLine("portolan agent ready: cluster " + cluster.name(), START);
    }

    /** The process that runs now. */
    public Proc process() {
        return process;
    }

    public int healthPort() {
        return healthPort;
    }

    /**
     * What becomes of the agent when its pod moves: the process is killed, its volume is lost, and
     * the token that it joined with is spent.
     */
    public void move() {
        process.kill();
        replace(Program.AGENT.jar());
    }

    /**
     * What becomes of the agent when its Deployment gets another image, by the strategy Recreate:
     * the old pod is asked to end, and when it has ended a new one starts from the other image.
     */
    public void roll(String version) {
        process.close();
        replace(Program.AGENT.jarOf(version));
    }

    private void replace(Path jar) {
        write(joinToken, "");
        process = launch(jar);
        awaitWelcome();
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
