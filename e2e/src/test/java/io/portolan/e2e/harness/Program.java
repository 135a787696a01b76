package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * The programs of this project as {@code package} leaves them: a jar and the folder of what it
 * needs.
 */
enum Program {
    CENTRAL("central", "io.portolan.central.Main"),
    AGENT("agent", "io.portolan.agent.Main"),
    CLI("cli", "io.portolan.cli.Main");

    private final String module;
    private final String mainClass;

    Program(String module, String mainClass) {
        this.module = module;
        this.mainClass = mainClass;
    }

    /** A process of this program, by its options for the JVM; its own arguments are to be added. */
    Proc.Spec process(String name, String... jvmOptions) {
        return process(name, jar(), jvmOptions);
    }

    Path jar() {
        Path jar = target().resolve("portolan-" + module + ".jar");
        if (!Files.exists(jar)) {
            throw new HarnessException("no " + jar + ": run ./mvnw package first");
        }
        return jar;
    }

    private Path target() {
        return Workspace.root().resolve(module + "/target");
    }

    /** The program's jar as a build of another version makes it: the same but for its manifest. */
    Path jarOf(String version) {
        Path copy = Workspace.scratch(module + "-" + version).resolve("portolan.jar");
        try (JarFile jar = new JarFile(jar().toFile())) {
            Manifest manifest = new Manifest(jar.getManifest());
            manifest.getMainAttributes().put(Attributes.Name.IMPLEMENTATION_VERSION, version);
            try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(copy), manifest)) {
                for (JarEntry entry : Collections.list(jar.entries())) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        jar.getInputStream(entry).transferTo(out);
                        out.closeEntry();
                    }
                }
            }
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process of this program from a jar of the caller's. */
    Proc.Spec process(String name, Path jar, String... jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", jar + ":" + target().resolve("lib") + "/*", mainClass));
        return Proc.command(name, command.toArray(String[]::new));
    }
}
