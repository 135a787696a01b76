package io.portolan.model.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Check;
import io.portolan.model.Kind;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.Spec;
import io.portolan.model.Status;
import io.portolan.model.TenantSpec;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.ApplicationStatus;
import io.portolan.model.cluster.ClusterSpec;
import io.portolan.model.cluster.ClusterStatus;
import io.portolan.model.dr.DrPolicySpec;
import io.portolan.model.placement.PlacementPolicySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalTime;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Resources as documents: {@code apiVersion}, {@code kind}, {@code metadata}, {@code spec}, and on
 * the way out {@code status}. Reading never throws for what a user wrote: everything wrong lands in
 * the {@link Check} with its path.
 */
public final class Documents {
    private static final Set<String> FIELDS =
            Set.of("apiVersion", "kind", "metadata", "spec", "status");

    private Documents() {}

    public static Class<? extends Spec> specType(Kind kind) {
        return switch (kind) {
            case TENANT -> TenantSpec.class;
            case CLUSTER -> ClusterSpec.class;
            case APPLICATION -> ApplicationSpec.class;
            case PLACEMENT_POLICY -> PlacementPolicySpec.class;
            case DR_POLICY -> DrPolicySpec.class;
            case FAILOVER -> throw new IllegalArgumentException("operations have no spec");
        };
    }

    /** The status type of a kind; empty for kinds without one. */
    public static Optional<Class<? extends Status>> statusType(Kind kind) {
        return switch (kind) {
            case CLUSTER -> Optional.of(ClusterStatus.class);
            case APPLICATION -> Optional.of(ApplicationStatus.class);
            case TENANT, PLACEMENT_POLICY, DR_POLICY, FAILOVER -> Optional.empty();
        };
    }

    public static ObjectNode write(Resource<?> resource, Optional<? extends Status> status) {
        ObjectNode out = Codec.lenient().mapper().createObjectNode();
        out.put("apiVersion", Kind.API_VERSION);
        out.put("kind", resource.kind().title());
        out.set("metadata", metadata(resource));
        out.set("spec", Codec.lenient().mapper().valueToTree(resource.spec()));
        status.ifPresent(s -> out.set("status", Codec.lenient().mapper().valueToTree(s)));
        return out;
    }

    private static ObjectNode metadata(Resource<?> resource) {
        ObjectNode out = Codec.lenient().mapper().valueToTree(resource.metadata());
        if (!resource.kind().tenanted()) {
            out.remove("tenant");
        }
        return out;
    }

    /** A document of any declarative kind. Empty exactly when something wrong was found. */
    public static Optional<Resource<?>> read(JsonNode tree, Check at) {
        if (!(tree instanceof ObjectNode document)) {
            at.problem("must be an object");
            return Optional.empty();
        }
        at.at("apiVersion")
                .require(
                        document.path("apiVersion").asText().equals(Kind.API_VERSION),
                        "must be " + Kind.API_VERSION);
        document.fieldNames()
                .forEachRemaining(f -> at.at(f).require(FIELDS.contains(f), "unknown field"));
        Optional<Kind> kind =
                Kind.find(document.path("kind").asText())
                        .filter(Kind::declarative)
                        .filter(k -> k.title().equals(document.path("kind").asText()));
        if (kind.isEmpty()) {
            at.at("kind")
                    .problem(
                            "must be one of Tenant, Cluster, Application, PlacementPolicy,"
                                    + " DrPolicy");
            return Optional.empty();
        }
        Optional<Metadata> metadata =
                part(document.path("metadata"), Metadata.class, at.at("metadata"));
        JsonNode spec =
                document.has("spec")
                        ? document.path("spec")
                        : Codec.strict().mapper().createObjectNode();
        Optional<? extends Spec> read = part(spec, specType(kind.get()), at.at("spec"));
        metadata.ifPresent(m -> check(kind.get(), m, at.at("metadata")));
        read.ifPresent(s -> s.check(at.at("spec")));
        return at.problems().isEmpty() && metadata.isPresent() && read.isPresent()
                ? Optional.of(new Resource<>(metadata.get(), read.get()))
                : Optional.empty();
    }

    /** Reads one value that a user wrote, strictly. Empty when it is wrong. */
    public static <T> Optional<T> part(JsonNode tree, Class<T> type, Check at) {
        if (tree.isMissingNode() || tree.isNull()) {
            at.problem("must be given");
            return Optional.empty();
        }
        try {
            return Optional.of(Codec.strict().convert(tree, type));
        } catch (UncheckedIOException e) {
            found(e, at);
            return Optional.empty();
        }
    }

    /** Puts Jackson's complaint at the field that it speaks of. */
    public static void found(UncheckedIOException e, Check at) {
        Check here = at;
        if (e.getCause() instanceof JsonMappingException mapping) {
            for (JsonMappingException.Reference step : mapping.getPath()) {
                here =
                        step.getFieldName() == null
                                ? here.at(step.getIndex())
                                : here.at(step.getFieldName());
            }
        }
        here.problem(message(e));
    }

    private static String message(UncheckedIOException e) {
        IOException cause = e.getCause();
        if (cause == null) {
            return "cannot be read";
        }
        return switch (cause) {
            case UnrecognizedPropertyException unknown ->
                    unknown.getKnownPropertyIds() == null
                            ? "unknown field"
                            : "unknown field; known are " + unknown.getKnownPropertyIds();
            case InvalidFormatException wrong when wrong.getTargetType().isEnum() ->
                    "must be one of "
                            + Stream.of(wrong.getTargetType().getEnumConstants())
                                    .map(Object::toString)
                                    .collect(Collectors.joining(", "))
                            + was(wrong);
            case InvalidFormatException wrong when wrong.getTargetType() == LocalTime.class ->
                    "must be a time of day such as 22:00" + was(wrong);
            case MismatchedInputException mismatch -> firstLine(mismatch.getOriginalMessage());
            case JsonProcessingException json -> firstLine(json.getOriginalMessage());
            default -> "cannot be read";
        };
    }

    private static String was(InvalidFormatException wrong) {
        return ", was \"" + Check.shortened(String.valueOf(wrong.getValue())) + "\"";
    }

    /** Jackson's messages name Java types; users get the first sentence without them. */
    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("cannot be read");
        if (line.contains("NullPointerException")) {
            return "holds a null where a value must be";
        }
        return line.startsWith("must ")
                ? line
                : line.replaceAll(" \\(but (might|could) if .*\\)", "")
                        .replaceAll("`[^`]*\\.([A-Za-z$]+)(<[^`]*>)?`", "$1")
                        .replaceAll("\\(?\\b(java|io\\.portolan)\\.[\\w.$]*\\.(\\w+)\\)?", "$2");
    }

    private static void check(Kind kind, Metadata metadata, Check at) {
        at.at("name").dnsLabel(metadata.name());
        if (kind.tenanted()) {
            at.at("tenant").dnsLabel(metadata.tenant());
        } else {
            at.at("tenant").require(metadata.tenant().isEmpty(), kind + " lives outside tenants");
        }
        at.at("labels").labels(metadata.labels());
        metadata.annotations()
                .forEach(
                        (key, value) -> {
                            at.at("annotations")
                                    .at(key)
                                    .require(
                                            io.portolan.model.Names.labelKey(key),
                                            "is not an annotation key");
                            at.at("annotations")
                                    .at(key)
                                    .require(value.length() <= 65_536, "at most 65536 characters");
                        });
    }
}
