package io.portolan.agent.kube;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trees from a stream, token by token: a value is complete at its closing bracket, before the next
 * byte arrives, which is what makes watches prompt.
 */
final class KubeJson {
    /** Kubernetes' own limit for one request is 3 MiB; secrets and CRDs stay below it. */
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxStringLength(8 << 20)
                                    .maxNestingDepth(512)
                                    .build())
                    .build();

    private static final ObjectMapper MAPPER = new ObjectMapper(FACTORY);

    private KubeJson() {}

    static JsonParser parser(InputStream in) throws IOException {
        return FACTORY.createParser(in);
    }

    /** Exactly this tree, key order kept. */
    static byte[] write(Map<String, Object> json) {
        try {
            return MAPPER.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("a tree of maps, lists and scalars is wanted", e);
        }
    }

    static Map<String, Object> read(byte[] json) throws IOException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
            return object(parser, new LinkedHashMap<>());
        }
    }

    /** Reads the rest of the object whose opening brace was the last token. */
    static Map<String, Object> object(JsonParser parser, Map<String, Object> into)
            throws IOException {
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            parser.nextToken();
            put(into, key, value(parser));
        }
        expect(parser, parser.currentToken(), JsonToken.END_OBJECT);
        return into;
    }

    static void expect(JsonParser parser, @Nullable JsonToken is, JsonToken wanted)
            throws IOException {
        if (is != wanted) {
            throw new JsonParseException(parser, "expected " + wanted + ", got " + is);
        }
    }

    @SuppressWarnings("NullAway") // KubeObject's trees hold JSON's null as null
    private static void put(Map<String, Object> map, String key, @Nullable Object value) {
        map.put(key, value);
    }

    private static @Nullable Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new JsonParseException(parser, "the stream ended inside a value");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, new LinkedHashMap<>());
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_ARRAY, END_OBJECT, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                    throw new JsonParseException(parser, "unexpected " + token);
        };
    }

    private static List<@Nullable Object> array(JsonParser parser) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }
}
