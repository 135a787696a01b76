package io.portolan.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code operation}: what runs or ran, and how it goes on. */
@Command(
        name = "operation",
        description = {
            "Failovers, relocations and failbacks: list, follow and steer them.",
            "A word that means nothing now is a conflict (exit code 5) that says what is possible."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan operation list checkout",
            "  portolan operation watch checkout-1",
            "  portolan operation pause checkout-1 --reason \"c1 is being looked at\"",
            "  portolan operation report checkout-1 -o json"
        })
final class OperationVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    OperationVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        List<Object> out =
                new ArrayList<>(
                        List.of(
                                new OperationList(root),
                                new OperationWatch(root),
                                new FailoverShow(root)));
        out.addAll(OperationWord.verbs(root));
        return out;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what: list, watch, report, pause, resume, retry, skip, escalate or abort");
    }
}
