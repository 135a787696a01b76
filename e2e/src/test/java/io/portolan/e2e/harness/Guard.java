package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The program that runs a workload for as long as it holds a grant, from {@code images/guard}. */
public final class Guard {
    private static final long BUILD_MINUTES = 5;

    private Guard() {}

    /**
     * The program for this machine; the first call for a state of its sources tests and builds it.
     */
    public static Path build() {
        ProcessBuilder builder =
                new ProcessBuilder(Workspace.root().resolve("images/guard/build").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        Process build = Spawner.spawn(builder);
        try (var out = build.inputReader()) {
            String program = out.readLine();
            if (!build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES)
                    || build.exitValue() != 0
                    || program == null) {
                throw new HarnessException(
                        "images/guard/build failed, its own words are on standard error");
            }
            return Path.of(program);
        } catch (IOException e) {
            throw new HarnessException("could not read what images/guard/build printed", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while building the guard");
        } finally {
            build.destroyForcibly();
        }
    }
}
