package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.ResourceKey;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Where the room of clusters is, and for whose failover some is kept. */
final class Rooms {
    private static final int LINES = 5;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final Map<String, JsonNode> byCluster;

    private Rooms(Map<String, JsonNode> byCluster) {
        this.byCluster = byCluster;
    }

    /** Empty where this user may not know, or central is too old to tell. */
    static Optional<Rooms> all(Portolan root) {
        return asked(root, "/api/v1/rooms")
                .map(
                        list -> {
                            Map<String, JsonNode> out = new LinkedHashMap<>();
                            list.path("items").forEach(r -> out.put(r.path("cluster").asText(), r));
                            return new Rooms(out);
                        });
    }

    /** Of one cluster; empty as {@link #all} is. */
    static Optional<JsonNode> of(Portolan root, String cluster) {
        return asked(root, Fleet.path(ResourceKey.cluster(cluster)) + "/room");
    }

    private static Optional<JsonNode> asked(Portolan root, String path) {
        try {
            return Optional.of(root.central().get(path, "Room"));
        } catch (Refused _) {
            return Optional.empty();
        }
    }

    Optional<JsonNode> of(String cluster) {
        return Optional.ofNullable(byCluster.get(cluster));
    }

    /** {@code 1.5 CPU, 6 GiB}; empty while not known. */
    String free(String cluster) {
        return of(cluster).map(r -> amount(r.path("free"))).orElse("");
    }

    /** The same; empty where nothing is reserved. */
    String reserved(String cluster) {
        return of(cluster)
                .filter(r -> r.path("reservations").asInt() > 0)
                .map(r -> amount(r.path("reserved")))
                .orElse("");
    }

    /** Of clusters that keep room for failovers, the first few. */
    List<String> kept() {
        List<JsonNode> keeping =
                byCluster.values().stream()
                        .filter(r -> r.path("reservations").asInt() > 0)
                        .toList();
        List<String> out = new ArrayList<>();
        keeping.stream()
                .limit(LINES)
                .forEach(
                        r ->
                                out.add(
                                        "room of "
                                                + r.path("cluster").asText()
                                                + ": memory "
                                                + memory(r)));
        if (keeping.size() > LINES) {
            out.add("room is kept on " + (keeping.size() - LINES) + " more");
        }
        return out;
    }

    /**
     * {@code 12 GiB allocatable, 3 GiB others, 4 GiB assigned, 4 GiB reserved for failover of
     * shop/checkout, 1 GiB free}.
     */
    static String memory(JsonNode room) {
        return words(room, "bytes", Rooms::size);
    }

    /** The same in cores. */
    static String cpu(JsonNode room) {
        return words(room, "millis", Rooms::cores);
    }

    private interface Unit {
        String of(long amount);
    }

    private static String words(JsonNode room, String dimension, Unit unit) {
        StringJoiner out = new StringJoiner(", ");
        boolean known = room.path("known").asBoolean();
        out.add(known ? unit.of(part(room, "allocatable", dimension)) + " allocatable" : "unknown");
        if (part(room, "others", dimension) != 0) {
            out.add(unit.of(part(room, "others", dimension)) + " others");
        }
        out.add(unit.of(part(room, "assigned", dimension)) + " assigned");
        if (part(room, "beyond", dimension) != 0) {
            out.add(unit.of(part(room, "beyond", dimension)) + " scaled out or still ending");
        }
        if (part(room, "reserved", dimension) != 0) {
            out.add(unit.of(part(room, "reserved", dimension)) + " reserved" + forWhom(room));
        }
        if (known) {
            out.add(unit.of(part(room, "free", dimension)) + " free");
        }
        return out.toString();
    }

    private static long part(JsonNode room, String part, String dimension) {
        return room.path(part).path(dimension).asLong();
    }

    private static String forWhom(JsonNode room) {
        StringJoiner names = new StringJoiner(", ");
        room.path("reservedFor").forEach(name -> names.add(name.asText()));
        int more = room.path("reservations").asInt() - room.path("reservedFor").size();
        return " for failover of " + names + (more > 0 ? " and " + more + " more" : "");
    }

    private static String amount(JsonNode amount) {
        return amount.isObject()
                ? cores(amount.path("millis").asLong())
                        + " CPU, "
                        + size(amount.path("bytes").asLong())
                : "";
    }

    private static String cores(long millis) {
        return plain(BigDecimal.valueOf(millis, 3));
    }

    private static String size(long bytes) {
        int unit = 0;
        while (unit < UNITS.length - 1 && Math.abs(bytes) >> (10 * (unit + 1)) > 0) {
            unit++;
        }
        BigDecimal size = BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1L << (10 * unit)));
        return plain(size.setScale(1, RoundingMode.HALF_UP)) + " " + UNITS[unit];
    }

    private static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
    }
}
