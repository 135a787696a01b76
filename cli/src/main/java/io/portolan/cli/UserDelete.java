package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code user delete NAME}. */
@Command(
        name = "delete",
        description = "Delete a user. All its tokens end.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan user delete dev --comment \"left the team\""})
final class UserDelete implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "NAME", description = "The user's name.")
    String name = "";

    UserDelete(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        var _ = root.central().send(Central.Call.delete(Identities.user(name), "User " + name));
        root.shell.out().println("user/" + name + " deleted");
        root.shell.next("portolan get users");
        return Exit.OK.code();
    }
}
