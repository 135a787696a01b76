package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.ResourceKey;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code cordon CLUSTER}: nothing new goes there. */
@Command(
        name = "cordon",
        description = "Keep new applications off a cluster. What runs there stays.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan cordon c1"})
final class Cordon implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
    String cluster = "";

    Cordon(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        set(root, cluster, true);
        root.shell.next("portolan uncordon " + cluster);
        return Exit.OK.code();
    }

    static void set(Portolan root, String cluster, boolean cordoned) {
        ResourceKey key = ResourceKey.cluster(cluster);
        boolean already = root.fleet().read(key).at("/spec/cordoned").asBoolean() == cordoned;
        if (!already) {
            JsonNode patch =
                    JsonNodeFactory.instance
                            .objectNode()
                            .set(
                                    "spec",
                                    JsonNodeFactory.instance
                                            .objectNode()
                                            .put("cordoned", cordoned));
            root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        }
        root.shell
                .out()
                .println(
                        key
                                + (already ? " was already " : " ")
                                + (cordoned ? "cordoned" : "uncordoned"));
    }
}
