package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The file that remembers which centrals a person works with. It may hold tokens, so it is written
 * with mode 0600, whole or not at all.
 *
 * @param current the chosen context's name, empty when none is chosen
 */
record Contexts(String current, Map<String, Context> all) {
    static final Contexts NONE = new Contexts("", Map.of());

    /** One central. Empty strings where not said. */
    record Context(String server, String token, String tokenFile, String tenant) {}

    Contexts {
        all = java.util.Collections.unmodifiableMap(new TreeMap<>(all));
    }

    /** {@code PORTOLAN_CONFIG}, else {@code ~/.config/portolan/config.yaml}. */
    static Path file(Shell shell) {
        return shell.variable("PORTOLAN_CONFIG")
                .map(Path::of)
                .orElseGet(() -> shell.home().resolve(".config/portolan/config.yaml"));
    }

    /** The file's content; {@link #NONE} while there is no file. */
    static Contexts read(Path file) {
        if (!Files.exists(file)) {
            return NONE;
        }
        try {
            List<Yaml.Document> documents = Yaml.read(Files.readString(file));
            return documents.isEmpty() ? NONE : of(documents.getFirst().tree());
        } catch (IOException | UncheckedIOException e) {
            throw new Failure(
                    Exit.FAILED,
                    "cannot read " + file + ": " + e.getMessage(),
                    "repair the file, or remove it and run portolan config set-context");
        }
    }

    private static Contexts of(JsonNode tree) {
        Map<String, Context> all = new TreeMap<>();
        tree.path("contexts")
                .properties()
                .forEach(
                        e ->
                                all.put(
                                        e.getKey(),
                                        new Context(
                                                e.getValue().path("server").asText(),
                                                e.getValue().path("token").asText(),
                                                e.getValue().path("tokenFile").asText(),
                                                e.getValue().path("tenant").asText())));
        return new Contexts(tree.path("currentContext").asText(), all);
    }

    Optional<Context> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    Contexts with(String name, Context context) {
        Map<String, Context> next = new TreeMap<>(all);
        next.put(name, context);
        return new Contexts(current, next);
    }

    Contexts without(String name) {
        Map<String, Context> next = new TreeMap<>(all);
        next.remove(name);
        return new Contexts(current.equals(name) ? "" : current, next);
    }

    Contexts using(String name) {
        return new Contexts(name, all);
    }

    void write(Path file) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        tree.put("currentContext", current);
        ObjectNode contexts = tree.putObject("contexts");
        all.forEach(
                (name, context) -> {
                    ObjectNode one = contexts.putObject(name);
                    one.put("server", context.server);
                    put(one, "token", context.token);
                    put(one, "tokenFile", context.tokenFile);
                    put(one, "tenant", context.tenant);
                });
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder == null) {
                throw new IOException("it has no folder");
            }
            Files.createDirectories(folder);
            Path fresh =
                    Files.createTempFile(
                            folder,
                            ".config",
                            ".yaml",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, Yaml.write(tree));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new Failure(Exit.FAILED, "cannot write " + file + ": " + e, "");
        }
    }

    private static void put(ObjectNode to, String field, String value) {
        if (!value.isEmpty()) {
            to.put(field, value);
        }
    }
}
