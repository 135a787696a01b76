package io.portolan.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which central to speak to, as whom, in which tenant. A flag beats the environment, that beats the
 * context.
 *
 * @param token empty when none is known
 * @param tenant the tenant to work in, absent when none was chosen
 */
record Access(URI server, String token, Optional<String> tenant) {
    static final String LOCAL = "http://127.0.0.1:8440";

    /** The connection's flags as given. */
    record Flags(
            @Nullable String context,
            @Nullable String server,
            @Nullable Path tokenFile,
            @Nullable String tenant) {}

    static Access of(Flags flags, Shell shell) {
        Contexts contexts = Contexts.read(Contexts.file(shell));
        Optional<Contexts.Context> context = context(flags, contexts);
        Optional<String> named = Optional.ofNullable(flags.server);
        if (named.isEmpty() && flags.context == null) {
            named = shell.variable("PORTOLAN_SERVER");
        }
        String remembered = context.map(Contexts.Context::server).orElse("");
        String server = named.orElse(remembered.isEmpty() ? LOCAL : remembered);
        // A context's token belongs to its server and is never sent to another one.
        Optional<Contexts.Context> trusted = context.filter(c -> c.server().equals(server));
        return new Access(
                uri(server),
                token(flags, shell, trusted),
                Optional.ofNullable(flags.tenant)
                        .or(() -> shell.variable("PORTOLAN_TENANT"))
                        .or(() -> context.map(Contexts.Context::tenant))
                        .filter(t -> !t.isEmpty()));
    }

    private static Optional<Contexts.Context> context(Flags flags, Contexts contexts) {
        String name = flags.context == null ? contexts.current() : flags.context;
        Optional<Contexts.Context> found = contexts.find(name);
        if (found.isEmpty() && !name.isEmpty()) {
            throw Failure.usage(
                    "there is no context \"" + name + "\"", "portolan config get-contexts");
        }
        return found;
    }

    private static String token(Flags flags, Shell shell, Optional<Contexts.Context> trusted) {
        if (flags.tokenFile != null) {
            return content(flags.tokenFile);
        }
        Optional<String> given =
                flags.context == null ? shell.variable("PORTOLAN_TOKEN") : Optional.empty();
        return given.orElseGet(
                () ->
                        trusted.map(
                                        c ->
                                                c.tokenFile().isEmpty()
                                                        ? c.token()
                                                        : content(Path.of(c.tokenFile())))
                                .orElse(""));
    }

    private static String content(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new Failure(
                    Exit.AUTH,
                    "cannot read the token file " + file,
                    "name another by --token-file");
        }
    }

    /** The address without a slash at its end. */
    static URI uri(String server) {
        try {
            URI uri = URI.create(server.replaceAll("/+$", ""));
            if (uri.getHost() != null
                    && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // Told below, as for an address without a host.
        }
        throw Failure.usage("\"" + server + "\" is no server address", "write it as " + LOCAL);
    }
}
