package io.portolan.e2e.harness;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Sends signals by the C library: a process of its own for each would take milliseconds, in which
 * the moment that a test wants to hit has gone by.
 */
final class Signals {
    // As Linux numbers them.
    static final int INT = 2;
    static final int QUIT = 3;
    static final int CONT = 18;
    static final int STOP = 19;

    private static final MethodHandle KILL =
            Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
                            FunctionDescriptor.of(
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT,
                                    ValueLayout.JAVA_INT));

    private Signals() {}

    /** Sends it; fails where there is no such process of ours. */
    static void send(long pid, int signal) {
        try {
            if ((int) KILL.invokeExact((int) pid, signal) != 0) {
                throw new HarnessException("signal " + signal + " did not reach " + pid);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new HarnessException("kill(2)", e);
        }
    }
}
