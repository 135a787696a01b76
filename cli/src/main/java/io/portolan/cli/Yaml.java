package io.portolan.cli;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML in and out. Loaded only by commands that need it: it costs start-up time. */
final class Yaml {
    private static final int SIZE_LIMIT = 64 << 20;
    private static final ObjectMapper MAPPER = mapper();

    private Yaml() {}

    /** One document of a stream; lines count from 1. */
    record Document(int line, JsonNode tree) {}

    private static ObjectMapper mapper() {
        LoaderOptions limits = new LoaderOptions();
        limits.setCodePointLimit(SIZE_LIMIT);
        limits.setAllowDuplicateKeys(false);
        return new ObjectMapper(
                YAMLFactory.builder()
                        .loaderOptions(limits)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .build());
    }

    static String write(JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (IOException e) {
            throw new IllegalStateException("every tree can be written", e);
        }
    }

    /**
     * Every document of a stream, YAML or JSON; empty ones are skipped.
     *
     * @throws UncheckedIOException with what is wrong and where
     */
    static List<Document> read(String text) {
        List<Integer> lines = lines(text);
        List<Document> out = new ArrayList<>();
        try (JsonParser parser = MAPPER.createParser(text)) {
            while (parser.nextToken() != null) {
                JsonNode tree = MAPPER.readTree(parser);
                if (tree != null && !tree.isNull() && !tree.isMissingNode()) {
                    out.add(new Document(lines.get(out.size()), tree));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out;
    }

    /**
     * Where each document starts. Refuses aliases on the way: the tree reader would take {@code *x}
     * for the text "x" and silently apply something that nobody wrote.
     */
    private static List<Integer> lines(String text) {
        List<Integer> out = new ArrayList<>();
        try (YAMLParser parser = (YAMLParser) MAPPER.createParser(text)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (parser.isCurrentAlias()) {
                    throw new IOException(
                            "line "
                                    + parser.currentTokenLocation().getLineNr()
                                    + ": aliases (*name) are not supported, write the value out");
                }
                if (depth == 0 && token != JsonToken.VALUE_NULL) {
                    out.add(parser.currentTokenLocation().getLineNr());
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out;
    }
}
