package io.portolan.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The documents that a person hands in, in the order in which they must be applied. */
record Bundle(List<Entry> entries) {
    /**
     * One document.
     *
     * @param source where it stands, for messages: {@code shop.yaml:12}
     */
    record Entry(String source, ResourceKey key, ObjectNode document) {}

    /** The {@code -f} of a command. */
    static final class Source {
        @Option(
                names = {"-f", "--filename"},
                required = true,
                paramLabel = "FILE|DIR|-",
                description = {
                    "YAML or JSON, of one or many documents; of a folder every .yaml, .yml and"
                            + " .json; - is stdin. May be repeated."
                })
        List<String> files = List.of();
    }

    /**
     * Reads everything before anything is sent.
     *
     * @param tenant for documents that name none
     * @param demanded whether the tenant was demanded by a flag: then others are errors
     * @throws Failure with every wrong document
     */
    static Bundle read(List<String> files, Shell shell, Optional<String> tenant, boolean demanded) {
        List<String> wrong = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        for (String file : files) {
            for (Map.Entry<String, String> text : texts(file, shell)) {
                try {
                    for (Yaml.Document document : Yaml.read(text.getValue())) {
                        String source = text.getKey() + ":" + document.line();
                        entry(source, document, tenant, demanded, wrong).ifPresent(entries::add);
                    }
                } catch (UncheckedIOException e) {
                    wrong.add(text.getKey() + ": " + parsing(e));
                }
            }
        }
        duplicates(entries, wrong);
        if (!wrong.isEmpty()) {
            throw new Failure(
                    Exit.USAGE, "nothing was applied: the documents are wrong", wrong, "");
        }
        if (entries.isEmpty()) {
            throw Failure.usage("there is no document in " + String.join(", ", files), "");
        }
        entries.sort(Comparator.comparingInt(e -> order(e.key.kind())));
        return new Bundle(List.copyOf(entries));
    }

    /** What others refer to comes first. */
    private static int order(Kind kind) {
        return switch (kind) {
            case TENANT -> 0;
            case CLUSTER -> 1;
            case PLACEMENT_POLICY, DR_POLICY -> 2;
            case APPLICATION, FAILOVER -> 3;
        };
    }

    private static Optional<Entry> entry(
            String source,
            Yaml.Document read,
            Optional<String> tenant,
            boolean demanded,
            List<String> wrong) {
        if (!(read.tree() instanceof ObjectNode document)) {
            wrong.add(source + ": must be an object with apiVersion, kind, metadata and spec");
            return Optional.empty();
        }
        Optional<Kind> kind = Kind.find(document.path("kind").asText()).filter(Kind::declarative);
        if (kind.isEmpty()) {
            wrong.add(
                    source
                            + ": kind: must be one of Tenant, Cluster, Application,"
                            + " PlacementPolicy, DrPolicy");
            return Optional.empty();
        }
        if (!(document.path("metadata") instanceof ObjectNode metadata)
                || metadata.path("name").asText().isEmpty()) {
            wrong.add(source + ": metadata.name: must be given");
            return Optional.empty();
        }
        String name = metadata.path("name").asText();
        if (!kind.get().tenanted()) {
            return Optional.of(new Entry(source, new ResourceKey(kind.get(), "", name), document));
        }
        String own = metadata.path("tenant").asText();
        if (demanded && !own.isEmpty() && !tenant.orElse(own).equals(own)) {
            wrong.add(source + ": metadata.tenant: is " + own + ", but --tenant says otherwise");
            return Optional.empty();
        }
        if (own.isEmpty() && tenant.isEmpty()) {
            wrong.add(source + ": metadata.tenant: must be given, there or by --tenant");
            return Optional.empty();
        }
        String chosen = own.isEmpty() ? tenant.get() : own;
        metadata.put("tenant", chosen);
        return Optional.of(new Entry(source, new ResourceKey(kind.get(), chosen, name), document));
    }

    private static void duplicates(List<Entry> entries, List<String> wrong) {
        Map<ResourceKey, String> seen = new HashMap<>();
        for (Entry entry : entries) {
            String former = seen.putIfAbsent(entry.key, entry.source);
            if (former != null) {
                wrong.add(entry.source + ": " + entry.key + " stands at " + former + " already");
            }
        }
    }

    private static List<Map.Entry<String, String>> texts(String file, Shell shell) {
        try {
            if (file.equals("-")) {
                return List.of(
                        Map.entry(
                                "stdin",
                                new String(shell.in().readAllBytes(), StandardCharsets.UTF_8)));
            }
            Path path = Path.of(file);
            if (!Files.isDirectory(path)) {
                return List.of(Map.entry(file, Files.readString(path)));
            }
            List<Map.Entry<String, String>> out = new ArrayList<>();
            try (Stream<Path> inside = Files.list(path)) {
                for (Path p : inside.filter(Bundle::document).sorted().toList()) {
                    out.add(Map.entry(p.toString(), Files.readString(p)));
                }
            }
            return out;
        } catch (IOException e) {
            throw Failure.usage("cannot read " + file + ": " + reason(e), "");
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "no such file";
            case java.nio.charset.CharacterCodingException _ -> "it is no UTF-8 text";
            default -> e.toString();
        };
    }

    private static boolean document(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
    }

    private static String parsing(UncheckedIOException e) {
        IOException cause = e.getCause();
        if (cause instanceof com.fasterxml.jackson.core.JsonProcessingException json) {
            com.fasterxml.jackson.core.@Nullable JsonLocation at = json.getLocation();
            String line = at == null ? "" : "line " + at.getLineNr() + ": ";
            return line + json.getOriginalMessage().replaceAll("\\s+", " ");
        }
        return cause == null ? "cannot be read" : String.valueOf(cause.getMessage());
    }
}
