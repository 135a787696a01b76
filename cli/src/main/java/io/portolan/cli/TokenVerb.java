package io.portolan.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code token create|revoke}. */
@Command(
        name = "token",
        description = "Make and revoke tokens. portolan get tokens shows them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan token create --user dev --expires 30d",
            "  portolan token revoke 0123456789abcdef"
        })
final class TokenVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    TokenVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(new TokenCreate(root), new TokenRevoke(root));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: create or revoke");
    }
}
