package io.portolan.e2e.harness;

import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1Node;
import io.kubernetes.client.openapi.models.V1NodeStatus;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A real Kubernetes cluster: a genuine API server and, when its spec has nodes, the genuine
 * controller manager and scheduler, with kwok in place of the kubelets, so that pods become Ready
 * without containers.
 */
public final class KubeCluster implements AutoCloseable {
    private static final Duration NODES_READY = Duration.ofSeconds(60);
    private static final String[] IMPATIENT = {
        "--node-monitor-period=1s", "--node-monitor-grace-period=8s"
    };

    private final ClusterSpec spec;
    private final ApiServer apiServer;
    private final Path kubeconfig;
    private final ApiClient client;
    private final List<Proc> controllers;

    private KubeCluster(
            ClusterSpec spec,
            ApiServer apiServer,
            Path kubeconfig,
            ApiClient client,
            List<Proc> controllers) {
        this.spec = spec;
        this.apiServer = apiServer;
        this.kubeconfig = kubeconfig;
        this.client = client;
        this.controllers = List.copyOf(controllers);
    }

    /**
     * Starts a cluster and returns when its nodes are ready, or its API server when it has none.
     */
    static KubeCluster start(
            KubernetesBinaries binaries, Etcd etcd, ServiceAccountKey key, ClusterSpec spec) {
        ApiServer apiServer = ApiServer.spawn(binaries, etcd, spec, key);
        List<Proc> controllers = new ArrayList<>();
        try {
            apiServer.awaitReady();
            Path kubeconfig = apiServer.kubeconfig();
            if (spec.hasControllers()) {
                controllers.addAll(controllers(binaries, key, spec, kubeconfig));
            }
            KubeCluster cluster =
                    new KubeCluster(spec, apiServer, kubeconfig, client(kubeconfig), controllers);
            cluster.createNodes();
            return cluster;
        } catch (RuntimeException e) {
            controllers.forEach(Proc::close);
            apiServer.close();
            throw e;
        }
    }

    private static List<Proc> controllers(
            KubernetesBinaries binaries, ServiceAccountKey key, ClusterSpec spec, Path kubeconfig) {
        String name = spec.name();
        Proc controllerManager =
                Proc.command(
                                name + "-controller-manager",
                                binaries.program("kube-controller-manager"),
                                "--kubeconfig=" + kubeconfig,
                                "--service-account-private-key-file=" + key.file(),
                                "--leader-elect=false",
                                "--secure-port=0",
                                "--horizontal-pod-autoscaler-sync-period=2s",
                                "--pvclaimbinder-sync-period=2s",
                                "--controllers=*,-node-ipam-controller,-cloud-node-lifecycle-controller",
                                "--kube-api-qps=200",
                                "--kube-api-burst=400")
                        .with(spec.vacant() ? IMPATIENT : new String[0])
                        .start();
        Proc scheduler =
                Proc.command(
                                name + "-scheduler",
                                binaries.program("kube-scheduler"),
                                "--kubeconfig=" + kubeconfig,
                                "--leader-elect=false",
                                "--secure-port=0",
                                "--kube-api-qps=200",
                                "--kube-api-burst=400")
                        .start();
        if (spec.vacant()) {
            return List.of(controllerManager, scheduler);
        }
        Proc kwok =
                Proc.command(
                                name + "-kwok",
                                binaries.program("kwok"),
                                "--config=" + binaries.stages(),
                                "--config="
                                        + Workspace.module().resolve("kubernetes/pod-fates.yaml"),
                                "--kubeconfig=" + kubeconfig,
                                "--manage-all-nodes=true",
                                "--node-lease-duration-seconds=40",
                                "--cidr=10.1.0.0/16",
                                "--node-ip=127.0.0.1")
                        .start();
        return List.of(controllerManager, scheduler, kwok);
    }

    public String name() {
        return spec.name();
    }

    public ClusterSpec spec() {
        return spec;
    }

    /** A kubeconfig with all rights, straight to the API server. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /** A kubeconfig with all rights whose way to the API server the wire's owner may cut. */
    public Path kubeconfigThrough(TcpProxy wire) {
        return apiServer.kubeconfigThrough(wire);
    }

    /** A kubeconfig of whoever the token names, straight to the API server. */
    public Path kubeconfigOf(String token) {
        return apiServer.kubeconfigOf(token);
    }

    /** The bearer token that has all rights. */
    public String token() {
        return apiServer.token();
    }

    /** A client with all rights, straight to the API server; safe for use by many threads. */
    public ApiClient client() {
        return client;
    }

    /** The same, by a wire that its owner may cut. */
    public ApiClient clientThrough(TcpProxy wire) {
        return client(kubeconfigThrough(wire));
    }

    /** What a test asks of the live objects. */
    public Live live() {
        return new Live(client);
    }

    /** The API server, to be killed, paused or restarted. */
    public ApiServer apiServer() {
        return apiServer;
    }

    /**
     * Controller manager, scheduler and, where it plays the nodes, kwok, to be disturbed or
     * measured; empty when the spec has no nodes.
     */
    public List<Proc> controllers() {
        return controllers;
    }

    /** Creates a namespace that exists until the cluster ends, unless a test deletes it. */
    public void createNamespace(String namespace) {
        try {
            new CoreV1Api(client)
                    .createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(namespace)))
                    .execute();
        } catch (ApiException e) {
            throw new HarnessException(
                    name() + " refuses namespace " + namespace + ": " + e.getResponseBody(), e);
        }
    }

    private void createNodes() {
        CoreV1Api core = new CoreV1Api(client);
        try {
            for (ClusterSpec.Node node : spec.nodes()) {
                core.createNode(nodeObject(node)).execute();
            }
        } catch (ApiException e) {
            throw new HarnessException(name() + " refuses a node: " + e.getResponseBody(), e);
        }
        if (spec.hasControllers()) {
            Await.until(
                    "the nodes of " + name() + " to take pods",
                    NODES_READY,
                    () ->
                            core.listNode().execute().getItems().stream()
                                    .allMatch(KubeCluster::takesPods));
            // Pods are refused until the controller manager has made the namespace's service
            // account.
            Await.until(
                    "the default service account of " + name(),
                    NODES_READY,
                    () ->
                            core.readNamespacedServiceAccount("default", "default").execute()
                                    != null);
        }
    }

    private V1Node nodeObject(ClusterSpec.Node node) {
        Map<String, String> labels =
                Map.of(
                        "kubernetes.io/hostname", node.name(),
                        "kubernetes.io/os", "linux",
                        "kubernetes.io/arch", "amd64",
                        "topology.kubernetes.io/region", spec.region(),
                        "topology.kubernetes.io/zone", node.zone());
        Map<String, Quantity> size =
                node.allocatable().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        Map.Entry::getKey,
                                        entry -> new Quantity(entry.getValue())));
        return new V1Node()
                .metadata(new V1ObjectMeta().name(node.name()).labels(labels))
                .status(new V1NodeStatus().allocatable(size).capacity(size));
    }

    private static boolean takesPods(V1Node node) {
        return node.getSpec() == null
                || node.getSpec().getTaints() == null
                || node.getSpec().getTaints().isEmpty();
    }

    private static ApiClient client(Path kubeconfig) {
        try (Reader reader = Files.newBufferedReader(kubeconfig, StandardCharsets.UTF_8)) {
            return ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(reader))
                    .setReadTimeout(Duration.ofSeconds(30))
                    .build();
        } catch (IOException e) {
            throw new HarnessException("cannot read " + kubeconfig, e);
        }
    }

    @Override
    public void close() {
        controllers.forEach(Proc::kill);
        apiServer.kill();
        client.getHttpClient().dispatcher().executorService().shutdown();
        client.getHttpClient().connectionPool().evictAll();
    }
}
