package io.portolan.e2e.harness;

import java.nio.file.Path;
import java.time.Duration;

/** The program that runs a workload for as long as it holds a grant, from {@code images/guard}. */
public final class Guard {
    private static final Duration BUILDING = Duration.ofMinutes(5);

    private Guard() {}

    /**
     * The program for this machine; the first call for a state of its sources tests and builds it.
     */
    public static Path build() {
        return BuildScript.run("images/guard/build", BUILDING);
    }
}
