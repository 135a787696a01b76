package io.portolan.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code user create|delete}. */
@Command(
        name = "user",
        description = "Make and delete users. portolan get users shows them.",
        footerHeading = "%nExamples:%n",
        footer = {"  portolan user create dev --tenant shop", "  portolan user delete dev"})
final class UserVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    UserVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(new UserCreate(root), new UserDelete(root));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what: create or delete");
    }
}
