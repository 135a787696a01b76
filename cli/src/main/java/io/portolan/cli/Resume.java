package io.portolan.cli;

import io.portolan.model.ResourceKey;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code resume application NAME}: what was held back is done. */
@Command(
        name = "resume",
        description =
                "Go on with an application that was paused: drift is repaired, edits roll out.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan resume application checkout"})
final class Resume implements Callable<Integer> {
    private final Portolan root;

    @Parameters(index = "0", paramLabel = "KIND", description = "app.")
    String kind = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "NAME or TENANT/NAME.")
    @Nullable String name;

    Resume(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        ResourceKey key = Pause.set(root, Target.parse(kind, name), false);
        root.shell.next(
                "portolan wait "
                        + Printer.name(key.kind(), key.tenant(), key.name())
                        + " --for healthy");
        return Exit.OK.code();
    }
}
