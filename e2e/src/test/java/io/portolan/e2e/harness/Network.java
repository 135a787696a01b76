package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network of this test's own: a namespace for each node, all on one bridge that this process
 * reaches too. Links between nodes can be cut in one direction: the kernel then drops what goes out
 * that way, and nobody is told. Needs root, and goes with {@link #close()}; what a killed test left
 * behind is removed by the next one.
 */
public final class Network implements AutoCloseable {
    private static final Pattern OWN = Pattern.compile("ptl([0-9]+)(n[0-9]+|b)");

    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final String prefix;
    private final String subnet;
    private final int size;

    private Network(String prefix, String subnet, int size) {
        this.prefix = prefix;
        this.subnet = subnet;
        this.size = size;
    }

    /** Why no network can be made here; empty where one can. */
    public static Optional<String> unavailable() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        String probe = "ptl" + ProcessHandle.current().pid() + "n99";
        try {
            ip("netns", "add", probe);
            ip("netns", "delete", probe);
            return Optional.empty();
        } catch (HarnessException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** A network with so many nodes, at most 80. */
    public static Network create(int size) {
        removeThoseOfTheDead();
        long pid = ProcessHandle.current().pid();
        Network network =
                new Network("ptl" + pid, "10." + (200 + pid / 250 % 50) + "." + pid % 250, size);
        // Where a test fails before it can close it.
        Runtime.getRuntime().addShutdownHook(new Thread(network::close));
        try {
            String bridge = network.prefix + "b";
            ip("link", "add", bridge, "type", "bridge");
            ip("address", "add", network.hub() + "/24", "dev", bridge);
            ip("link", "set", bridge, "up");
            for (int i = 0; i < size; i++) {
                network.attach(i, bridge);
            }
            return network;
        } catch (HarnessException e) {
            network.close();
            throw e;
        }
    }

    private void attach(int node, String bridge) {
        String name = name(node);
        ip("netns", "add", name);
        ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name);
        ip("link", "set", name, "master", bridge, "up");
        ip("-netns", name, "address", "add", address(node) + "/24", "dev", "eth0");
        ip("-netns", name, "link", "set", "eth0", "up");
        ip("-netns", name, "link", "set", "lo", "up");
    }

    private String name(int node) {
        return prefix + "n" + node;
    }

    /** The address by which nodes reach this process. */
    public String hub() {
        return subnet + ".1";
    }

    /** The address of a node. */
    public String address(int node) {
        return subnet + "." + (10 + node);
    }

    /** What a command begins with, to run inside of a node's namespace. */
    public List<String> enter(int node) {
        return List.of("ip", "netns", "exec", name(node));
    }

    /** Drops what one node sends to another. */
    public void cut(int from, int to) {
        ip("-netns", name(from), "route", "replace", "blackhole", address(to) + "/32");
    }

    /** Undoes {@link #cut}. */
    public void mend(int from, int to) {
        ip("-netns", name(from), "route", "delete", "blackhole", address(to) + "/32");
    }

    /** All links whole again. */
    public void mendAll() {
        for (int i = 0; i < size; i++) {
            ip("-netns", name(i), "route", "flush", "type", "blackhole");
        }
    }

    @Override
    public void close() {
        remove(prefix);
    }

    private static void removeThoseOfTheDead() {
        List<String> all = new ArrayList<>(entries(NAMESPACES));
        all.addAll(entries(INTERFACES));
        all.stream()
                .map(OWN::matcher)
                .filter(Matcher::matches)
                .map(m -> m.group(1))
                .distinct()
                .filter(pid -> ProcessHandle.of(Long.parseLong(pid)).isEmpty())
                .forEach(pid -> remove("ptl" + pid));
    }

    /** The interfaces of a namespace go with it. */
    private static void remove(String prefix) {
        entries(NAMESPACES).stream()
                .filter(name -> name.startsWith(prefix + "n"))
                .forEach(name -> ip("netns", "delete", name));
        entries(INTERFACES).stream()
                .filter(name -> name.equals(prefix + "b"))
                .forEach(name -> ip("link", "delete", name));
    }

    private static List<String> entries(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var entries = Files.list(folder)) {
            return entries.map(e -> e.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new HarnessException("cannot list " + folder, e);
        }
    }

    private static void ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new HarnessException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (IOException e) {
            throw new HarnessException("cannot run " + String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted in " + String.join(" ", command));
        }
    }
}
