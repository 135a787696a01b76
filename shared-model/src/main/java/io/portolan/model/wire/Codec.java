package io.portolan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The one JSON codec. Two readers: {@link #strict} for what users write (unknown fields, duplicate
 * keys and wrong types are errors with their path) and {@link #lenient} for the agent link and the
 * store (unknown fields are ignored, so that versions mix).
 */
public final class Codec {
    private static final int DEPTH_LIMIT = 64;
    private static final Codec STRICT = new Codec(true);
    private static final Codec LENIENT = new Codec(false);

    private final ObjectMapper mapper;

    private Codec(boolean strict) {
        // Virtual threads are too short-lived to keep buffers, which is Jackson's usual way.
        this.mapper =
                JsonMapper.builder(
                                JsonFactory.builder()
                                        .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
                                        .build())
                        .addModule(new Jdk8Module())
                        .addModule(new JavaTimeModule())
                        .addModule(new ModelModule())
                        .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                        .enable(SerializationFeature.WRITE_ENUMS_USING_TO_STRING)
                        .enable(DeserializationFeature.READ_ENUMS_USING_TO_STRING)
                        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                        .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, strict)
                        .configure(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, true)
                        .configure(StreamReadFeature.STRICT_DUPLICATE_DETECTION, strict)
                        .serializationInclusion(JsonInclude.Include.NON_ABSENT)
                        .build();
        if (strict) {
            // Nothing is turned into what it was not: 1.5 replicas are not one, 1.10 is not "1.1".
            mapper.disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT);
            for (CoercionInputShape shape :
                    List.of(
                            CoercionInputShape.Integer,
                            CoercionInputShape.Float,
                            CoercionInputShape.Boolean)) {
                mapper.coercionConfigFor(LogicalType.Textual)
                        .setCoercion(shape, CoercionAction.Fail);
            }
        }
        for (Class<?> type : List.of(List.class, Map.class, Set.class, String.class)) {
            mapper.configOverride(type)
                    .setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
        }
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder()
                                .maxNestingDepth(DEPTH_LIMIT)
                                .maxStringLength(8 << 20)
                                .build());
    }

    public static Codec strict() {
        return STRICT;
    }

    public static Codec lenient() {
        return LENIENT;
    }

    /** For libraries that want the mapper itself, such as the server's media support. */
    public ObjectMapper mapper() {
        return mapper;
    }

    public byte[] write(Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every model value can be written", e);
        }
    }

    /**
     * Writes to its end and leaves the stream open.
     *
     * @throws UncheckedIOException when the stream does not take it
     */
    public void write(Object value, OutputStream to) {
        try {
            mapper.writerFor(value.getClass())
                    .without(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    .writeValue(to, value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every model value can be written", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String text(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("every model value can be written", e);
        }
    }

    /**
     * @throws UncheckedIOException with Jackson's own exception, which carries the path
     */
    public <T> T read(byte[] json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads all of it.
     *
     * @throws UncheckedIOException with Jackson's own exception, which carries the path, or with
     *     what the stream threw
     */
    public <T> T read(InputStream json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @throws UncheckedIOException with Jackson's own exception, which carries the path
     */
    public <T> T read(String json, Class<T> type) {
        try {
            return mapper.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @throws UncheckedIOException with Jackson's own exception, which carries the path
     */
    public <T> T convert(JsonNode tree, Class<T> type) {
        try (JsonParser parser = mapper.treeAsTokens(tree)) {
            return mapper.readValue(parser, type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @throws UncheckedIOException when it is no JSON, too deep, or says a key twice
     */
    public JsonNode tree(byte[] json) {
        try {
            JsonNode tree = mapper.readTree(json);
            return tree == null ? mapper.missingNode() : tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
