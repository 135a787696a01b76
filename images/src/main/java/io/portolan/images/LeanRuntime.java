package io.portolan.images;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/** A Java runtime with the modules that a program's jars ask for, and no other. */
final class LeanRuntime {
    /** Reached by name only, so that no class refers to it: DNS lookups. */
    private static final String BY_NAME = "jdk.naming.dns";

    /** Jackson and SnakeYAML ask for its java.beans, and do without where it is not there. */
    private static final String DISPENSABLE = "java.desktop";

    private LeanRuntime() {}

    /**
     * The modules whose packages the classes of these jars refer to. As jdeps finds them, in a
     * tenth of its time: it takes jars with a module descriptor for modules, whose own requirements
     * are not met on a class path, unless they are unpacked.
     */
    static SortedSet<String> modules(List<Path> jars) throws IOException {
        Map<String, String> owners = new HashMap<>();
        ModuleFinder.ofSystem()
                .findAll()
                .forEach(
                        module ->
                                module.descriptor()
                                        .packages()
                                        .forEach(p -> owners.put(p, module.descriptor().name())));
        SortedSet<String> modules = new TreeSet<>(List.of("java.base", BY_NAME));
        for (Path jar : jars) {
            try (JarFile file =
                    new JarFile(jar.toFile(), false, ZipFile.OPEN_READ, Runtime.version())) {
                for (JarEntry entry : file.versionedStream().toList()) {
                    if (entry.getName().endsWith(".class")
                            && !entry.getName().endsWith("module-info.class")) {
                        referred(file.getInputStream(entry).readAllBytes(), owners, modules);
                    }
                }
            }
        }
        modules.remove(DISPENSABLE);
        return modules;
    }

    private static void referred(
            byte[] bytes, Map<String, String> owners, SortedSet<String> modules) {
        for (PoolEntry entry : ClassFile.of().parse(bytes).constantPool()) {
            if (entry instanceof ClassEntry type) {
                String name = type.asInternalName();
                int from = name.lastIndexOf('[') + 1;
                int start = from > 0 && name.startsWith("L", from) ? from + 1 : from;
                int end = name.lastIndexOf('/');
                String owner =
                        end < start
                                ? null
                                : owners.get(name.substring(start, end).replace('/', '.'));
                if (owner != null) {
                    modules.add(owner);
                }
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
