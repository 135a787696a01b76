package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.Kind;
import io.portolan.model.ResourceKey;
import io.portolan.model.operation.Failover;
import io.portolan.model.wire.Codec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where things are found at central: names to addresses, and the tenant that was not said. */
final class Fleet {
    private static final String ROOT = "/api/v1/";

    private final Central central;

    Fleet(Central central) {
        this.central = central;
    }

    /**
     * @param tenant absent: across all tenants, for reading only
     */
    static String listPath(Kind kind, Optional<String> tenant) {
        return ROOT
                + (kind.tenanted()
                        ? tenant.map(t -> "tenants/" + Central.encode(t) + "/").orElse("")
                        : "")
                + kind.plural();
    }

    static String path(ResourceKey key) {
        return listPath(key.kind(), Optional.of(key.tenant())) + "/" + Central.encode(key.name());
    }

    /**
     * Completes what a person named. Without a tenant it is looked for in all of them, and must be
     * in one only.
     */
    ResourceKey locate(Target target) {
        String name = target.requiredName();
        Kind kind = target.kind();
        if (!kind.tenanted()) {
            return new ResourceKey(kind, "", name);
        }
        Optional<String> tenant = target.tenant().or(central::tenant);
        if (tenant.isPresent()) {
            return new ResourceKey(kind, tenant.get(), name);
        }
        List<String> found =
                central
                        .list(
                                listPath(kind, Optional.empty()),
                                Map.of("fieldSelector", "metadata.name=" + name))
                        .items()
                        .stream()
                        .filter(i -> name(i).equals(name))
                        .map(Fleet::tenant)
                        .toList();
        return switch (found.size()) {
            case 0 ->
                    throw new Failure(
                            Exit.NOT_FOUND,
                            "there is no " + kind + " " + name + " in any tenant",
                            "portolan get " + kind.plural() + " -A");
            case 1 -> new ResourceKey(kind, found.getFirst(), name);
            default ->
                    throw Failure.usage(
                            kind
                                    + " "
                                    + name
                                    + " is in several tenants: "
                                    + String.join(", ", found),
                            "name one by --tenant");
        };
    }

    JsonNode read(ResourceKey key) {
        return central.get(path(key), key.toString());
    }

    JsonNode read(Target target) {
        return read(locate(target));
    }

    /** Of NAME or TENANT/NAME. */
    Failover operation(String name) {
        return Codec.lenient().convert(read(Target.named(Kind.FAILOVER, name)), Failover.class);
    }

    /** {@code shop/checkout}. */
    static String title(JsonNode document) {
        return tenant(document) + "/" + name(document);
    }

    /** Operations carry their name at the top, resources in their metadata. */
    static String name(JsonNode document) {
        return document.path("metadata").path("name").asText(document.path("name").asText());
    }

    static String tenant(JsonNode document) {
        return document.path("metadata").path("tenant").asText(document.path("tenant").asText());
    }
}
