package io.portolan.e2e.harness;

import java.nio.file.Path;
import java.time.Duration;

/** Small programs in Go that run as processes of a test, compiled from the tree when asked for. */
public final class GoProgram {
    private static final Duration COMPILING = Duration.ofMinutes(5);

    private GoProgram() {}

    /**
     * Compiles the module in a folder, which takes a second or so.
     *
     * @return the program, static, in this JVM's scratch space
     */
    public static Path build(Path module) {
        Path program = Workspace.scratch("go").resolve(module.getFileName());
        Proc.command("go-build", "go", "build", "-trimpath", "-buildvcs=false")
                .with("-o", program.toString(), ".")
                .env("CGO_ENABLED", "0")
                .env("GOWORK", "off")
                .in(module)
                .run(COMPILING)
                .expect(0);
        return program;
    }
}
