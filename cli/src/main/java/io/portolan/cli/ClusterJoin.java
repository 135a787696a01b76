package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cluster join NAME}: the one command that makes a cluster a member. */
@Command(
        name = "join",
        description = {
            "Print the one command that joins a cluster. It holds a token that works once.",
            "Run it where the cluster's kubeconfig is; or let --manifest print what installs the agent"
                    + " inside the cluster. The cluster is declared when it is new; of"
                    + " one that exists the flags must not differ."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan cluster join c1 --region eu-west --jurisdiction EU",
            "  portolan cluster join c2 --region eu-north --label tier=prod -o json",
            "  portolan cluster join c3 --manifest --central https://portolan.example"
                    + " | kubectl apply --server-side -f -"
        })
final class ClusterJoin implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The cluster's name.")
    String name = "";

    @Option(names = "--provider", paramLabel = "NAME", description = "As aws, azure, metal.")
    String provider = "";

    @Option(names = "--region", paramLabel = "NAME", description = "As eu-west.")
    String region = "";

    @Option(names = "--zone", paramLabel = "NAME", description = "As eu-west-1a.")
    String zone = "";

    @Option(names = "--jurisdiction", paramLabel = "NAME", description = "Whose law holds: EU.")
    String jurisdiction = "";

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "May be repeated.")
    Map<String, String> labels = Map.of();

    @Option(
            names = "--valid-for",
            paramLabel = "DURATION",
            description = "How long the token can be used, an hour at most. Default: 1h.")
    Duration validFor = Duration.ofHours(1);

    @Option(
            names = "--manifest",
            description =
                    "Print the agent's install manifest instead, for kubectl apply. It holds the"
                            + " token.")
    boolean manifest;

    @Mixin AgentManifest.Wishes wishes = new AgentManifest.Wishes();

    @Mixin Format.Choice output;

    ClusterJoin(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        wishes.check(manifest);
        ResourceKey key = ResourceKey.cluster(name);
        Optional<JsonNode> live = root.central().find(Fleet.path(key), key.toString());
        if (live.isEmpty()) {
            declare(key);
        } else {
            agree(key, live.get());
        }
        ObjectNode body =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("validFor", io.portolan.model.wire.Durations.format(validFor));
        JsonNode made =
                root.central()
                        .send(
                                Central.Call.post(
                                        Fleet.path(key) + "/join-tokens", body, key.toString()))
                        .body();
        String token = made.path("token").asText();
        if (manifest) {
            manifest(live.orElse(null), token, made.path("expiresAt").asText("it expires"));
            return Exit.OK.code();
        }
        String command = command(token);
        switch (output.format) {
            case TABLE, WIDE, NAME -> {
                root.shell
                        .err()
                        .println(
                                "run this where the kubeconfig of "
                                        + name
                                        + " is, before "
                                        + made.path("expiresAt").asText("it expires")
                                        + ":");
                root.shell.out().println(command);
                root.shell.next("portolan wait cluster " + name + " --for healthy");
            }
            case JSON, YAML ->
                    new Printer(root.shell.out())
                            .value(
                                    output.format,
                                    ((ObjectNode) made.deepCopy())
                                            .put("cluster", name)
                                            .put("command", command));
        }
        return Exit.OK.code();
    }

    private void manifest(@Nullable JsonNode cluster, String token, String expires) {
        List<URI> central = wishes.central(root.central().server());
        root.shell
                .out()
                .print(AgentManifest.of(wishes.choice(central, () -> wanted(cluster), token)));
        root.shell
                .err()
                .println("apply this to " + name + " before " + expires + ": its token works once");
        central.stream()
                .filter(AgentManifest::loopback)
                .forEach(
                        address ->
                                root.shell
                                        .err()
                                        .println(
                                                "warning: pods cannot reach "
                                                        + address
                                                        + ": say --central with the address that"
                                                        + " they can"));
        root.shell.next("portolan wait cluster " + name + " --for healthy");
    }

    private String wanted(@Nullable JsonNode cluster) {
        String version = cluster == null ? "" : cluster.at("/spec/agent/version").asText();
        return version.isEmpty()
                ? root.central().get("/api/v1/whoami", "").path("version").asText()
                : version;
    }

    private void declare(ResourceKey key) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("apiVersion", Kind.API_VERSION);
        document.put("kind", Kind.CLUSTER.title());
        ObjectNode metadata = document.putObject("metadata").put("name", name);
        ObjectNode named = metadata.putObject("labels");
        labels.forEach(named::put);
        ObjectNode location = document.putObject("spec").putObject("location");
        location().forEach(location::put);
        root.central()
                .send(
                        Central.Call.put(Fleet.path(key), document, key.toString())
                                .header("If-None-Match", "*"));
        root.shell.err().println(key + " declared");
    }

    private Map<String, String> location() {
        return new java.util.TreeMap<>(
                Map.of(
                        "provider", provider,
                        "region", region,
                        "zone", zone,
                        "jurisdiction", jurisdiction));
    }

    /** A join must not move a cluster that applications were placed by. */
    private void agree(ResourceKey key, JsonNode live) {
        location()
                .forEach(
                        (field, wanted) -> {
                            String is = live.at("/spec/location/" + field).asText();
                            if (!wanted.isEmpty() && !wanted.equals(is)) {
                                throw differs(key, field, is);
                            }
                        });
        labels.forEach(
                (label, wanted) -> {
                    String is = live.at("/metadata/labels").path(label).asText();
                    if (!wanted.equals(is)) {
                        throw differs(key, "label " + label, is);
                    }
                });
    }

    private static Failure differs(ResourceKey key, String field, String is) {
        return new Failure(
                Exit.CONFLICT,
                key + " exists with another " + field + ": \"" + is + "\"",
                "change it by portolan apply, or join without the flag");
    }

    private String command(String token) {
        return "portolan agent --central "
                + root.central().server()
                + " --join-token "
                + token
                + " --state-dir \"$HOME/.local/state/portolan/"
                + name
                + "\" --kubeconfig \"${KUBECONFIG:-$HOME/.kube/config}\"";
    }
}
