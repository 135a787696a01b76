package io.portolan.e2e.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a node is started, where it differs from the usual single one.
 *
 * @param name in logs and failures
 * @param host the address that it listens on
 * @param jdbcUrl as this node reaches the database
 * @param tokenFile with the operator's token, which the first node makes
 * @param launcher what its command begins with: a program that becomes the node
 * @param heap its JVM's option for the largest heap
 * @param flags more of central's own
 * @param environment more variables
 */
public record NodeSetup(
        String name,
        String host,
        String jdbcUrl,
        Path tokenFile,
        List<String> launcher,
        String heap,
        List<String> flags,
        Map<String, String> environment) {
    static final String LOOPBACK = "127.0.0.1";
    private static final String HEAP = "-Xmx256m";

    public NodeSetup {
        launcher = List.copyOf(launcher);
        flags = List.copyOf(flags);
        environment = Map.copyOf(environment);
    }

    /** A node on loopback without anything special. */
    public static NodeSetup of(String name, String jdbcUrl, Path tokenFile) {
        return new NodeSetup(
                name, LOOPBACK, jdbcUrl, tokenFile, List.of(), HEAP, List.of(), Map.of());
    }

    /** With these flags after the present ones. */
    public NodeSetup with(List<String> more) {
        List<String> all = new ArrayList<>(flags);
        all.addAll(more);
        return new NodeSetup(name, host, jdbcUrl, tokenFile, launcher, heap, all, environment);
    }

    /** With one more variable of the environment. */
    public NodeSetup env(String variable, String value) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(variable, value);
        return new NodeSetup(name, host, jdbcUrl, tokenFile, launcher, heap, flags, all);
    }

    /** With another bound of the heap, as {@code -Xmx1g}. */
    public NodeSetup heap(String option) {
        return new NodeSetup(name, host, jdbcUrl, tokenFile, launcher, option, flags, environment);
    }

    /** Started by a program, at another address of this machine. */
    public NodeSetup within(List<String> program, String address) {
        return new NodeSetup(name, address, jdbcUrl, tokenFile, program, heap, flags, environment);
    }
}
