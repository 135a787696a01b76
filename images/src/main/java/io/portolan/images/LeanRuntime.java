package io.portolan.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/** A Java runtime with the modules that a program's jars ask for, and no other. */
final class LeanRuntime {
    /** Reached by name only, so that jdeps cannot see it: DNS lookups. */
    private static final String BY_NAME = "jdk.naming.dns";

    /** Jackson and SnakeYAML ask for its java.beans, and do without where it is not there. */
    private static final String DISPENSABLE = "java.desktop";

    private LeanRuntime() {}

    /**
     * The modules that the classes of these jars refer to.
     *
     * @param scratch receives the classes: jdeps would take jars with a module descriptor for
     *     modules, whose own requirements are not met on a class path
     */
    static SortedSet<String> modules(List<Path> jars, Path scratch) throws IOException {
        for (Path jar : jars) {
            unpack(jar, scratch);
        }
        String said =
                Programs.tool(
                        "jdeps",
                        List.of(
                                "--print-module-deps",
                                "--ignore-missing-deps",
                                scratch.toString()));
        SortedSet<String> modules = new TreeSet<>(List.of(BY_NAME));
        modules.addAll(List.of(said.strip().lines().toList().getLast().split(",")));
        modules.remove(DISPENSABLE);
        return modules;
    }

    /** The classes as this JDK would load them: those of the newest version that fits. */
    private static void unpack(Path jar, Path into) throws IOException {
        try (JarFile file =
                new JarFile(jar.toFile(), false, JarFile.OPEN_READ, Runtime.version())) {
            List<ZipEntry> classes =
                    file.versionedStream()
                            .map(e -> (ZipEntry) e)
                            .filter(e -> e.getName().endsWith(".class"))
                            .filter(e -> !e.getName().endsWith("module-info.class"))
                            .sorted(Comparator.comparing(ZipEntry::getName))
                            .toList();
            for (ZipEntry each : classes) {
                Path place = into.resolve(each.getName()).normalize();
                if (!place.startsWith(into)) {
                    throw new IOException(jar + " holds " + each.getName());
                }
                Files.createDirectories(place.getParent());
                Files.copy(file.getInputStream(each), place, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /**
     * Links them into a folder that does not exist yet. In a process of its own: a second run
     * inside of one JVM gives other bytes than the first.
     */
    static void link(SortedSet<String> modules, Path into) throws IOException {
        Programs.run(
                Path.of(System.getProperty("java.home"), "bin", "jlink").toString(),
                "--add-modules",
                String.join(",", modules),
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--output",
                into.toString());
    }
}
