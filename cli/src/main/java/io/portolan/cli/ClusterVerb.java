package io.portolan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code cluster join|health|drain|forget}. */
@Command(
        name = "cluster",
        description = "Bring clusters in, look after them and let them go.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan cluster join c1 --region eu-west",
            "  portolan cluster health",
            "  portolan cluster drain c1",
            "  portolan cluster forget c1 --reason \"the hall burnt down\""
        })
final class ClusterVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    ClusterVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public java.util.List<Object> verbs() {
        return java.util.List.of(
                new ClusterJoin(root),
                new ClusterHealth(root),
                new ClusterDrain(root),
                new ClusterForget(root));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: join, health, drain or forget");
    }
}
