package io.portolan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster join|health}. */
@Command(
        name = "cluster",
        description = "Bring clusters in and look after them.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan cluster join c1 --region eu-west", "  portolan cluster health"})
final class ClusterVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    ClusterVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public java.util.List<Object> verbs() {
        return java.util.List.of(new ClusterJoin(root), new ClusterHealth(root));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: join or health");
    }
}
