package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pause application NAME}: nothing of it is changed in any cluster. */
@Command(
        name = "pause",
        description = {
            "Change nothing of an application in any cluster until it is resumed.",
            "What runs goes on, drift is shown and left, edits and placement wait. A failover and a"
                    + " deletion do what they are asked for all the same."
        },
        footerHeading = "%nExample:%n",
        footer = {"  portolan pause application checkout --comment \"debugging by hand\""})
final class Pause implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    Pause(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = set(root, Target.parse(kind, name), true);
        root.shell.next("portolan resume application " + key.tenant() + "/" + key.name());
        return Exit.OK.code();
    }

    static ResourceKey set(Portolan root, Target target, boolean paused) {
        if (target.kind() != Kind.APPLICATION) {
            throw Failure.usage(
                    "only applications are paused", "portolan cordon CLUSTER keeps one empty");
        }
        ResourceKey key = root.fleet().locate(target);
        boolean already = root.fleet().read(key).at("/spec/paused").asBoolean() == paused;
        if (!already) {
            JsonNode patch =
                    JsonNodeFactory.instance
                            .objectNode()
                            .set(
                                    "spec",
                                    JsonNodeFactory.instance.objectNode().put("paused", paused));
            root.central().send(Central.Call.patch(Fleet.path(key), patch, key.toString()));
        }
        root.shell
                .out()
                .println(key + (already ? " was already " : " ") + (paused ? "paused" : "resumed"));
        return key;
    }
}
