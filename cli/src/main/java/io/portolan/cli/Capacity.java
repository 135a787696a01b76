package io.portolan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** What a cluster has and what is asked of it, as {@code 3.5/16}. Empty where nothing is known. */
final class Capacity {
    private static final double GIB = 1L << 30;

    private Capacity() {}

    /** Cores. */
    static String cpu(JsonNode capacity) {
        return capacity.isObject()
                ? cores(capacity.path("requestedMillis").asLong())
                        + "/"
                        + cores(capacity.path("allocatableMillis").asLong())
                : "";
    }

    static String memory(JsonNode capacity) {
        return capacity.isObject()
                ? String.format(
                        Locale.ROOT,
                        "%.1f/%.1fGi",
                        capacity.path("requestedBytes").asLong() / GIB,
                        capacity.path("allocatableBytes").asLong() / GIB)
                : "";
    }

    private static String cores(long millis) {
        return millis % 1000 == 0
                ? String.valueOf(millis / 1000)
                : String.format(Locale.ROOT, "%.2f", millis / 1000.0).replaceAll("0$", "");
    }
}
