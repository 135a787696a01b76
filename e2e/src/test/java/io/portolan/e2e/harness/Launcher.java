package io.portolan.e2e.harness;

import java.nio.file.Path;

/**
 * {@code ./portolan} as a user types it, with a configuration of its own. It makes no AOT cache, so
 * that no process of it outlives the test.
 */
public final class Launcher {
    private final Path home = Workspace.scratch("home");

    /** A command of that launcher, to be started or run. */
    public Proc.Spec portolan(String... arguments) {
        return Proc.command(
                        "portolan-" + arguments[0], Workspace.root().resolve("portolan").toString())
                .with(arguments)
                .env("PORTOLAN_CONFIG", home.resolve("config.yaml").toString())
                .env("XDG_CACHE_HOME", "/dev/null");
    }

    /** A folder that belongs to this user alone. */
    public Path home() {
        return home;
    }
}
