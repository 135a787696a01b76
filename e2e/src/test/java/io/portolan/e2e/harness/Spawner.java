package io.portolan.e2e.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Forks every process of the harness, so that none outlives the test JVM.
 *
 * <p>{@code setpriv --pdeathsig} asks the kernel to kill the child when its parent <em>thread</em>
 * ends, therefore one thread that lives as long as the JVM does all the forking. Where there is no
 * {@code setpriv}, a shutdown hook has to do.
 */
final class Spawner {
    private static final boolean DIES_WITH_PARENT = Files.isExecutable(Path.of("/usr/bin/setpriv"));
    private static final ExecutorService FORKING_THREAD =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("spawner").daemon().factory());

    private Spawner() {}

    static Process spawn(ProcessBuilder builder) {
        if (DIES_WITH_PARENT) {
            List<String> wrapped =
                    new ArrayList<>(List.of("/usr/bin/setpriv", "--pdeathsig", "KILL", "--"));
            wrapped.addAll(builder.command());
            builder.command(wrapped);
        }
        try {
            return FORKING_THREAD.submit(() -> forked(builder)).get();
        } catch (ExecutionException e) {
            throw new HarnessException("could not start " + builder.command(), e.getCause());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while starting " + builder.command());
        }
    }

    private static Process forked(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        if (!DIES_WITH_PARENT) {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        }
        return process;
    }
}
