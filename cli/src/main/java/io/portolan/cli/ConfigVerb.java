package io.portolan.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config}: the centrals that a person works with. */
@Command(
        name = "config",
        description = {
            "Remember centrals as contexts, in ~/.config/portolan/config.yaml or PORTOLAN_CONFIG.",
            "A flag beats the environment, the environment beats the context."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  portolan config set-context prod --server https://portolan.example --tenant shop"
                    + " --token-file ~/.portolan-token",
            "  portolan config use-context prod",
            "  portolan config get-contexts"
        })
final class ConfigVerb implements Runnable, Nested {
    private final Portolan root;

    @Spec CommandSpec spec;

    ConfigVerb(Portolan root) {
        this.root = root;
    }

    @Override
    public List<Object> verbs() {
        return List.of(
                new SetContext(root),
                new UseContext(root),
                new GetContexts(root),
                new CurrentContext(root),
                new DeleteContext(root));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "say what: set-context, use-context, get-contexts, current-context or"
                        + " delete-context");
    }

    private static Contexts contexts(Portolan root) {
        return Contexts.read(Contexts.file(root.shell));
    }

    private static void write(Portolan root, Contexts contexts) {
        contexts.write(Contexts.file(root.shell));
    }

    private static void known(Contexts contexts, String name) {
        if (contexts.find(name).isEmpty()) {
            throw new Failure(
                    Exit.NOT_FOUND,
                    "there is no context \"" + name + "\"",
                    "portolan config get-contexts");
        }
    }

    /** {@code config set-context NAME}: makes it, or changes what the flags name. */
    @Command(
            name = "set-context",
            description = {
                "Make a context, or change of one what --server, --tenant, --token-file and"
                        + " --token-stdin name. The first one becomes the current."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  portolan config set-context dev --server http://127.0.0.1:8440 --tenant shop",
                "  portolan config set-context dev --token-stdin < token"
            })
    static final class SetContext implements Callable<Integer> {
        private final Portolan root;

        @Parameters(paramLabel = "NAME", description = "The context's name.")
        String name = "";

        @Option(
                names = "--token-stdin",
                description = "Read the token from stdin and keep it in the file (mode 0600).")
        boolean tokenStdin;

        SetContext(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() throws java.io.IOException {
            if (tokenStdin && root.tokenFile != null) {
                throw Failure.usage("--token-stdin and --token-file exclude each other", "");
            }
            Contexts contexts = contexts(root);
            Contexts.Context old =
                    contexts.find(name)
                            .orElseGet(() -> new Contexts.Context(Access.LOCAL, "", "", ""));
            boolean tokenGiven = tokenStdin || root.tokenFile != null;
            String server = root.server == null ? old.server() : Access.uri(root.server).toString();
            // A token is for one server; for another one it must be given again.
            boolean keep = !tokenGiven && server.equals(old.server());
            String token =
                    tokenStdin
                            ? new String(
                                            root.shell.in().readAllBytes(),
                                            java.nio.charset.StandardCharsets.UTF_8)
                                    .strip()
                            : keep ? old.token() : "";
            String tokenFile =
                    root.tokenFile == null
                            ? keep ? old.tokenFile() : ""
                            : absolute(root.tokenFile).toString();
            Contexts next =
                    contexts.with(
                            name,
                            new Contexts.Context(
                                    server,
                                    token,
                                    tokenFile,
                                    Optional.ofNullable(root.tenant).orElse(old.tenant())));
            write(root, next.current().isEmpty() ? next.using(name) : next);
            root.shell.out().println("context " + name + " set: " + server);
            root.shell.next(
                    next.current().isEmpty() || next.current().equals(name)
                            ? "portolan whoami"
                            : "portolan config use-context " + name);
            return Exit.OK.code();
        }

        private static Path absolute(Path file) {
            return file.toAbsolutePath().normalize();
        }
    }

    /** {@code config use-context NAME}. */
    @Command(
            name = "use-context",
            description = "Choose the context that later commands use.",
            footerHeading = "%nExample:%n",
            footer = {"  portolan config use-context prod"})
    static final class UseContext implements Callable<Integer> {
        private final Portolan root;

        @Parameters(paramLabel = "NAME", description = "The context's name.")
        String name = "";

        UseContext(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            Contexts contexts = contexts(root);
            known(contexts, name);
            write(root, contexts.using(name));
            root.shell.out().println("using context " + name);
            root.shell.next("portolan whoami");
            return Exit.OK.code();
        }
    }

    /** {@code config get-contexts}. Tokens are never shown. */
    @Command(
            name = "get-contexts",
            description = "List the contexts.",
            footerHeading = "%nExample:%n",
            footer = {"  portolan config get-contexts"})
    static final class GetContexts implements Callable<Integer> {
        private final Portolan root;

        GetContexts(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            Contexts contexts = contexts(root);
            if (contexts.all().isEmpty()) {
                root.shell.err().println("no contexts");
                root.shell.next("portolan config set-context NAME --server URL");
                return Exit.OK.code();
            }
            Table table = new Table("CURRENT", "NAME", "SERVER", "TENANT", "TOKEN");
            contexts.all()
                    .forEach(
                            (name, c) ->
                                    table.row(
                                            name.equals(contexts.current()) ? "*" : "",
                                            name,
                                            c.server(),
                                            c.tenant(),
                                            c.tokenFile().isEmpty()
                                                    ? c.token().isEmpty() ? "" : "kept here"
                                                    : c.tokenFile()));
            table.print(root.shell.out(), "");
            return Exit.OK.code();
        }
    }

    /** {@code config current-context}. */
    @Command(
            name = "current-context",
            description = "Print the name of the current context.",
            footerHeading = "%nExample:%n",
            footer = {"  portolan config current-context"})
    static final class CurrentContext implements Callable<Integer> {
        private final Portolan root;

        CurrentContext(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            String current = contexts(root).current();
            if (current.isEmpty()) {
                throw new Failure(
                        Exit.NOT_FOUND,
                        "no context is current",
                        "portolan config use-context NAME");
            }
            root.shell.out().println(current);
            return Exit.OK.code();
        }
    }

    /** {@code config delete-context NAME}. */
    @Command(
            name = "delete-context",
            description = "Forget a context and its token.",
            footerHeading = "%nExample:%n",
            footer = {"  portolan config delete-context prod"})
    static final class DeleteContext implements Callable<Integer> {
        private final Portolan root;

        @Parameters(paramLabel = "NAME", description = "The context's name.")
        String name = "";

        DeleteContext(Portolan root) {
            this.root = root;
        }

        @Override
        public Integer call() {
            Contexts contexts = contexts(root);
            known(contexts, name);
            write(root, contexts.without(name));
            root.shell.out().println("context " + name + " deleted");
            return Exit.OK.code();
        }
    }
}
