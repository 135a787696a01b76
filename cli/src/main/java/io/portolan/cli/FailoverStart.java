package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code failover start APP}: the long form, for applications named as one of the verbs here. */
@Command(
        name = "start",
        description = "The same as portolan failover APP, whatever the application is called.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan failover start report --to eu-west"})
final class FailoverStart implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "APP", description = "NAME or TENANT/NAME.")
    String application = "";

    @Mixin FailoverRequest request;

    FailoverStart(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        return request.start(root, application);
    }
}
