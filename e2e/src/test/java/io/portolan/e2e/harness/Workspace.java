package io.portolan.e2e.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The folders that a test run uses: the module, its logs, and scratch space that belongs to this
 * JVM alone.
 */
public final class Workspace {
    private static final Path MODULE = findModule();
    private static final AtomicInteger SEQUENCE = new AtomicInteger();

    static {
        removeRunsOfTheDead();
    }

    private Workspace() {}

    /** The {@code e2e} folder of the checkout. */
    public static Path module() {
        return MODULE;
    }

    /** The root of the checkout. */
    public static Path root() {
        return MODULE.resolveSibling("");
    }

    /** A log file below {@code e2e/target/e2e-logs} that no other process of this run writes to. */
    public static Path log(String name) {
        Path folder = created(MODULE.resolve("target/e2e-logs/" + ProcessHandle.current().pid()));
        return folder.resolve("%03d-%s.log".formatted(SEQUENCE.incrementAndGet(), name));
    }

    /** A new, empty folder of this run. */
    public static Path scratch(String name) {
        Path parent = created(MODULE.resolve("target/e2e-run/" + ProcessHandle.current().pid()));
        try {
            return Files.createTempDirectory(parent, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path created(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A killed test JVM leaves its scratch folder behind, and an etcd in it is large. */
    private static void removeRunsOfTheDead() {
        try (Stream<Path> runs = Files.list(created(MODULE.resolve("target/e2e-run")))) {
            runs.filter(
                            run ->
                                    ProcessHandle.of(Long.parseLong(run.getFileName().toString()))
                                            .isEmpty())
                    .forEach(Workspace::remove);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> content = Files.walk(folder)) {
            content.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path findModule() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            for (Path candidate : new Path[] {at, at.resolve("e2e")}) {
                if (Files.isExecutable(candidate.resolve("kubernetes/build"))) {
                    return candidate;
                }
            }
        }
        throw new IllegalStateException(
                "no e2e/kubernetes/build above " + Path.of("").toAbsolutePath());
    }
}
