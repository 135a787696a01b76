package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code token revoke ID}. */
@Command(
        name = "revoke",
        description = "End a token. Other nodes of central know it within 10 seconds.",
        footerHeading = "%nExample:%n",
        footer = {"  portolan token revoke 0123456789abcdef --comment \"laptop lost\""})
final class TokenRevoke implements Callable<Integer> {
    private final Portolan root;

    @Parameters(paramLabel = "ID", description = "As portolan get tokens shows it.")
    String id = "";

    TokenRevoke(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        String plain = id.startsWith("token/") ? id.substring("token/".length()) : id;
        var _ = root.central().send(Central.Call.delete(Identities.token(plain), "Token " + plain));
        root.shell.out().println("token/" + plain + " revoked");
        root.shell.next("portolan get tokens");
        return Exit.OK.code();
    }
}
