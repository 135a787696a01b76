package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;

/**
 * The wall clock of one process, which a test steps before the process starts; what counts elapsed
 * time stays true. Debian's {@code libfaketime} does it, where it is installed. It could step the
 * clock of a running process, too, but then some timed waits that are under way last as much
 * longer.
 */
public final class FakeClock {
    private final Path library;
    private final Path offset;

    private FakeClock(Path library, Path offset) {
        this.library = library;
        this.offset = offset;
    }

    /** Why no clock can be stepped here; empty where one can. */
    public static Optional<String> unavailable() {
        return library().isPresent()
                ? Optional.empty()
                : Optional.of("libfaketime is not installed (Debian: apt install faketime)");
    }

    /** A clock that is right at first. */
    public static FakeClock create() {
        Path library =
                library().orElseThrow(() -> new HarnessException(unavailable().orElseThrow()));
        FakeClock clock = new FakeClock(library, Workspace.scratch("clock").resolve("offset"));
        clock.step(Duration.ZERO);
        return clock;
    }

    private static Optional<Path> library() {
        for (String machine : new String[] {"x86_64-linux-gnu", "aarch64-linux-gnu"}) {
            Path path = Path.of("/usr/lib/" + machine + "/faketime/libfaketimeMT.so.1");
            if (Files.exists(path)) {
                return Optional.of(path);
            }
        }
        return Optional.empty();
    }

    /** The node that goes by this clock. */
    public NodeSetup of(NodeSetup setup) {
        return setup.env("LD_PRELOAD", library.toString())
                .env("FAKETIME_TIMESTAMP_FILE", offset.toString())
                .env("FAKETIME_CACHE_DURATION", "1")
                .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                // What it would repair is not broken in glibc of today: with it, timed waits of
                // the JVM return at once.
                .env("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    }

    /** Sets how far the clock is ahead of the true one, for processes that start from now on. */
    public void step(Duration ahead) {
        long seconds = ahead.toSeconds();
        try {
            Path next = offset.resolveSibling("next");
            Files.writeString(next, (seconds < 0 ? "" : "+") + seconds);
            Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
