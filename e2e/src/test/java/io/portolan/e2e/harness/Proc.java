package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One process that a test started and owns. It ends with {@link #close()}, and with the test JVM,
 * even when that is killed. Standard output and standard error go to one file, which is what {@link
 * #output()} and {@link #awaitLine} read.
 */
public final class Proc implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String name;
    private final Process process;
    private final Path log;

    private Proc(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Describes a process; the name is what its log file and failures are called by. */
    public static Spec command(String name, String... command) {
        return new Spec(name, new ArrayList<>(List.of(command)), new LinkedHashMap<>());
    }

    /**
     * How a process is to be started. Mutable, used by one thread, may start several processes one
     * after another.
     */
    public static final class Spec {
        private final String name;
        private final List<String> command;
        private final Map<String, String> environment;
        private Path folder = Workspace.root();

        private Spec(String name, List<String> command, Map<String, String> environment) {
            this.name = name;
            this.command = command;
            this.environment = environment;
        }

        /** Appends arguments. */
        public Spec with(String... arguments) {
            command.addAll(Arrays.asList(arguments));
            return this;
        }

        /** Starts it by a program that becomes it, so that it keeps the process id. */
        public Spec within(List<String> program) {
            command.addAll(0, program);
            return this;
        }

        /** Sets a variable of the environment. */
        public Spec env(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Sets the working directory; the root of the checkout otherwise. */
        public Spec in(Path workingDirectory) {
            folder = workingDirectory;
            return this;
        }

        /** Starts the process with its output in a new log file. */
        public Proc start() {
            Path log = Workspace.log(name);
            return new Proc(
                    name,
                    Spawner.spawn(builder().redirectErrorStream(true).redirectOutput(log.toFile())),
                    log);
        }

        /** Runs the process to its end, with standard output and standard error kept apart. */
        public Finished run(Duration atMost) {
            Path out = Workspace.log(name + ".out");
            Path err = Workspace.log(name + ".err");
            long started = System.nanoTime();
            Process process =
                    Spawner.spawn(
                            builder().redirectOutput(out.toFile()).redirectError(err.toFile()));
            int code = exitCode(name, process, atMost, out);
            Duration took = Duration.ofNanos(System.nanoTime() - started);
            return new Finished(command, code, read(out), read(err), took);
        }

        private ProcessBuilder builder() {
            ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
            builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.environment().putAll(environment);
            return builder;
        }
    }

    /** A process that ran to its end. */
    public record Finished(
            List<String> command, int exitCode, String out, String err, Duration took) {
        public Finished {
            command = List.copyOf(command);
        }

        /**
         * This, if the exit code is the expected one; otherwise a failure that shows all that the
         * process said.
         */
        public Finished expect(int expected) {
            if (exitCode != expected) {
                throw new AssertionError(
                        "exit code "
                                + exitCode
                                + " instead of "
                                + expected
                                + " of "
                                + String.join(" ", command)
                                + "\n--- out\n"
                                + out
                                + "\n--- err\n"
                                + err);
            }
            return this;
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /** The file that receives what the process writes. */
    public Path log() {
        return log;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All that the process wrote until now. */
    public String output() {
        return read(log);
    }

    /**
     * Waits for a line of output in which the pattern is found, and returns that line; fails at
     * once when the process ends.
     */
    public String awaitLine(String pattern, Duration atMost) {
        Pattern compiled = Pattern.compile(pattern);
        return Await.value(
                name + " to print " + pattern,
                atMost,
                () -> {
                    boolean ended = !isAlive();
                    Optional<String> line =
                            output().lines().filter(l -> compiled.matcher(l).find()).findFirst();
                    if (line.isEmpty() && ended) {
                        throw new HarnessException(describeEnd());
                    }
                    return line;
                },
                this::tail);
    }

    /**
     * Waits for a condition outside of the process that it should bring about; fails at once when
     * the process ends.
     */
    public void await(String what, Duration atMost, java.util.concurrent.Callable<Boolean> probe) {
        Await.until(
                what,
                atMost,
                () -> {
                    if (!isAlive()) {
                        throw new HarnessException(describeEnd());
                    }
                    return probe.call();
                },
                this::tail);
    }

    /** Waits for the end and returns the exit code. */
    public int exitCode(Duration atMost) {
        return exitCode(name, process, atMost, log);
    }

    /** SIGKILL, and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly();
        exitCode(GRACE);
    }

    /** SIGTERM, and does not wait. */
    public void stop() {
        process.destroy();
    }

    /** SIGTERM, and waits until the process is gone; returns the exit code. */
    public int terminate(Duration atMost) {
        process.destroy();
        return exitCode(atMost);
    }

    /**
     * SIGSTOP: the process keeps its memory, sockets and leases but does nothing, as on a machine
     * that froze.
     */
    public void pause() {
        Signals.send(pid(), Signals.STOP);
        Await.until(name + " to stop", GRACE, () -> ProcFile.state(pid()) == 'T');
    }

    /** SIGCONT. */
    public void resume() {
        Signals.send(pid(), Signals.CONT);
    }

    /** SIGSTOP to the process and to all that it started. */
    public void pauseAll() {
        pause();
        process.descendants().forEach(child -> Signals.send(child.pid(), Signals.STOP));
    }

    /** SIGCONT to the process and to all that it started. */
    public void resumeAll() {
        process.descendants().forEach(child -> Signals.send(child.pid(), Signals.CONT));
        resume();
    }

    /** Runs an action when the process has ended; at once when it has already. */
    public void onEnd(Runnable action) {
        process.onExit().thenRun(action);
    }

    /** Waits for the end, and tells whether it came in time. */
    public boolean endsWithin(Duration atMost) throws InterruptedException {
        return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Resident set of the process, in bytes, without its children. */
    public long residentBytes() {
        return ProcFile.residentBytes(pid());
    }

    /** The largest resident set that the process ever had, in bytes, without its children. */
    public long peakResidentBytes() {
        return ProcFile.peakResidentBytes(pid());
    }

    /**
     * The part of the resident set that is mapped from files, in bytes: code, the JDK's own
     * archives.
     */
    public long residentFileBytes() {
        return ProcFile.residentFileBytes(pid());
    }

    /** Processor time that the process has used, in user and kernel mode, without its children. */
    public Duration cpuTime() {
        return ProcFile.cpuTime(pid());
    }

    /** The last lines of the output, for a failure's message. */
    public String tail() {
        List<String> lines = output().lines().toList();
        return "\n--- last lines of "
                + log
                + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    }

    /**
     * Ends the process: SIGTERM, then SIGKILL when it does not listen. A process that has ended
     * already is left as it is.
     */
    @Override
    public void close() {
        if (!isAlive()) {
            return;
        }
        resume();
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private String describeEnd() {
        return name + " ended with exit code " + process.exitValue() + tail();
    }

    private static int exitCode(String name, Process process, Duration atMost, Path log) {
        try {
            if (process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new HarnessException(name + " still ran after " + atMost + ", see " + log);
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new HarnessException("interrupted while waiting for the end of " + name);
        }
    }

    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
