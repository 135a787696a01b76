package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cluster drain NAME}: everything that may move leaves it. */
@Command(
        name = "drain",
        description = {
            "Keep new applications off a cluster, and let those that are there leave.",
            "They start elsewhere before they stop here. The active role of a single writer stays"
                    + " until a failover moves it: the command is told. --undo lets applications in"
                    + " again."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  portolan cluster drain c1", "  portolan cluster drain c1 --undo"})
final class ClusterDrain implements Callable<Integer> {
    private static final String TAINT = "portolan.io/drain";

    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The cluster's name.")
    String name = "";

    @Option(names = "--undo", description = "Let applications in again.")
    boolean undo;

    ClusterDrain(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = ResourceKey.cluster(name);
        JsonNode live = root.fleet().read(key);
        ObjectNode patch = JsonNodeFactory.instance.objectNode();
        ObjectNode spec = patch.putObject("spec").put("cordoned", !undo);
        ArrayNode taints = spec.putArray("taints");
        for (JsonNode taint : live.at("/spec/taints")) {
            if (!taint.path("key").asText().equals(TAINT)) {
                taints.add(taint);
            }
        }
        if (!undo) {
            taints.addObject().put("key", TAINT).put("value", "").put("effect", "NoExecute");
        }
        root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        if (undo) {
            root.shell.out().println(key + " takes applications again");
            return Exit.OK.code();
        }
        List<JsonNode> held = held();
        root.shell
                .out()
                .println(
                        key
                                + " is being drained: "
                                + held.size()
                                + (held.size() == 1
                                        ? " application is on it"
                                        : " applications are on it"));
        for (JsonNode application : held) {
            if (single(application)) {
                root.shell
                        .out()
                        .println(
                                "  a single writer is moved by: portolan failover "
                                        + application.at("/metadata/tenant").asText()
                                        + "/"
                                        + Fleet.name(application)
                                        + " --to CLUSTER");
            }
        }
        root.shell.next("portolan delete cluster " + name);
        return Exit.OK.code();
    }

    private List<JsonNode> held() {
        List<JsonNode> out = new ArrayList<>();
        for (JsonNode application :
                root.central()
                        .list(Fleet.listPath(Kind.APPLICATION, Optional.empty()), Map.of())
                        .items()) {
            if (here(application).isPresent()) {
                out.add(application);
            }
        }
        return out;
    }

    private Optional<JsonNode> here(JsonNode application) {
        for (JsonNode on : application.at("/status/clusters")) {
            if (on.path("cluster").asText().equals(name)) {
                return Optional.of(on);
            }
        }
        return Optional.empty();
    }

    /** Whether it is active here and standing by elsewhere waits for an operator. */
    private boolean single(JsonNode application) {
        boolean active =
                here(application).filter(c -> c.path("role").asText().equals("Active")).isPresent();
        boolean writers =
                application.at("/spec/disasterRecovery/writers").asText().equals("single")
                        || policy(application);
        return active && writers;
    }

    private boolean policy(JsonNode application) {
        JsonNode named = application.at("/spec/disasterRecovery");
        if (!named.isTextual()) {
            return false;
        }
        ResourceKey key =
                new ResourceKey(
                        Kind.DR_POLICY,
                        application.at("/metadata/tenant").asText(),
                        named.asText());
        return root.central()
                .find(Fleet.path(key), key.toString())
                .filter(p -> p.at("/spec/writers").asText().equals("single"))
                .isPresent();
    }
}
