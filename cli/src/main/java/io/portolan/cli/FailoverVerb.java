package io.portolan.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code failover APP [--to CLUSTER|REGION]}, short for {@code failover start APP}, and the verbs
 * over operations that exist.
 */
@Command(
        name = "failover",
        description = {
            "Move an application's active role to another cluster, and follow it to its end.",
            "It waits for proof that the old cluster stopped, unless the application is stateless;"
                    + " while it waits it says for what, until when, and what would free it.",
            "Exit codes: 0 completed, 8 refused or aborted, 3 waits for an operator at --timeout,"
                    + " 4 still at work at --timeout. Leaving the command does not stop the"
                    + " failover."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan failover checkout                to its standby",
            "  portolan failover checkout --to eu-west",
            "  portolan failover checkout --to c2 --reason \"c1 loses power\" --dry-run",
            "  portolan failover start attest --to c2    of an application called attest",
            "  portolan failover attest checkout-1 --reason \"c1 is switched off, I saw it\""
        })
final class FailoverVerb implements Callable<Integer>, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "APP", description = "NAME or TENANT/NAME.")
    @Nullable String application;

    @Mixin FailoverRequest request;

    FailoverVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(
                new FailoverStart(root),
                new FailoverAttest(root),
                new FailoverAbort(root),
                new FailoverShow(root));
    }

    @Override
    public Integer call() {
        if (application == null) {
            throw new ParameterException(
                    spec.commandLine(), "name the application, as portolan failover APP");
        }
        return request.start(root, application);
    }
}
