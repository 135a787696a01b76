package io.portolan.e2e.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
        Path target = Workspace.root().resolve(module + "/target");
        Path jar = target.resolve("portolan-" + module + ".jar");
        if (!Files.exists(jar)) {
            throw new HarnessException("no " + jar + ": run ./mvnw package first");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", jar + ":" + target.resolve("lib") + "/*", mainClass));
        return Proc.command(name, command.toArray(String[]::new));
    }
}
