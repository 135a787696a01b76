package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A script of the tree that builds something where it is not built yet, and prints where it is. */
final class BuildScript {
    private BuildScript() {}

    /**
     * Runs it; what it says besides goes to standard error at once, since it may take minutes.
     *
     * @param script from the root of the tree
     * @return what it printed
     */
    static Path run(String script, Duration patience) {
        ProcessBuilder builder =
                new ProcessBuilder(Workspace.root().resolve(script).toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        Process build = Spawner.spawn(builder);
        try (var out = build.inputReader()) {
            String printed = out.readLine();
            if (!build.waitFor(patience.toSeconds(), TimeUnit.SECONDS)
                    || build.exitValue() != 0
                    || printed == null) {
                throw new HarnessException(script + " failed, its own words are on standard error");
            }
            return Path.of(printed);
        } catch (IOException e) {
            throw new HarnessException("could not read what " + script + " printed", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while " + script + " ran");
        } finally {
            build.destroyForcibly();
        }
    }
}
