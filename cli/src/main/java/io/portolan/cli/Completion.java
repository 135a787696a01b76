package io.portolan.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion bash|zsh}: the script that completes command lines. */
@Command(
        name = "completion",
        description = "Print the completion script of a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(portolan completion bash)     in ~/.bashrc",
            "  source <(portolan completion zsh)      in ~/.zshrc, after compinit"
        })
final class Completion implements Callable<Integer> {
    /** The shells that are known. */
    enum Known {
        BASH,
        ZSH;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private final Portolan root;

    @Spec CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
    Known known = Known.BASH;

    Completion(Portolan root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        if (known == Known.ZSH) {
            root.shell.out().println("autoload -U +X bashcompinit && bashcompinit");
        }
        root.shell.out().print(AutoComplete.bash("portolan", spec.root().commandLine()));
        return Exit.OK.code();
    }
}
