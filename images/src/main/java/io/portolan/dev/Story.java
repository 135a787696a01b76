package io.portolan.dev;

import com.fasterxml.jackson.databind.JsonNode;
import io.portolan.model.wire.Codec;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tells, runs commands and takes times. */
final class Story {
    /** The demo cannot go on. */
    static final class Failed extends DevException {
        private static final long serialVersionUID = 1L;

        Failed(String message) {
            super(message);
        }
    }

    private record Measure(String what, Duration took) {}

    private final PrintStream out;
    private final List<Measure> measures = new ArrayList<>();
    private @Nullable DevFleet fleet;
    private long began = System.nanoTime();
    private int chapters;

    /** Whether an empty line was written last. */
    private boolean gap;

    Story(PrintStream out) {
        this.out = out;
    }

    void knows(DevFleet fleet) {
        this.fleet = fleet;
    }

    void chapter(String title) {
        heading(++chapters + ". " + title);
    }

    private void heading(String text) {
        if (!gap) {
            out.println();
        }
        out.println("== " + text);
        gap();
    }

    private void gap() {
        out.println();
        gap = true;
    }

    void say(String text) {
        out.println(text);
        gap = false;
    }

    void mark() {
        began = System.nanoTime();
    }

    /** Takes the time since the last mark. */
    void measured(String what) {
        measures.add(new Measure(what, Duration.ofNanos(System.nanoTime() - began)));
    }

    void table() {
        heading("What it took");
        int width = measures.stream().mapToInt(m -> m.what().length()).max().orElse(0);
        for (Measure measure : measures) {
            out.printf(
                    Locale.ROOT,
                    "  %-" + width + "s  %7.2f s%n",
                    measure.what(),
                    measure.took().toMillis() / 1000.0);
        }
    }

    /** Runs a command that must succeed, and shows it with its output. */
    void run(String... args) {
        expect(0, args);
    }

    /** Runs a command that must end with this exit code, and shows it with its output. */
    void expect(int exitCode, String... args) {
        out.println("$ portolan " + typed(args));
        int code = io.portolan.cli.Main.run(fleet().shell(out, out), args);
        if (code != exitCode) {
            throw new Failed("exit code " + code + " of portolan " + String.join(" ", args));
        }
        gap();
    }

    /** As a user would type it. */
    private static String typed(String... args) {
        return Stream.of(args)
                .map(a -> a.contains(" ") ? "\"" + a + "\"" : a)
                .collect(Collectors.joining(" "));
    }

    /** Runs a failover command and returns the operation's name. */
    String failover(String... args) {
        run(args);
        JsonNode newest = json("get", "failovers", "-o", "json").path("items").path(0);
        for (JsonNode item : json("get", "failovers", "-o", "json").path("items")) {
            if (item.path("requestedAt").asText().compareTo(newest.path("requestedAt").asText())
                    > 0) {
                newest = item;
            }
        }
        return newest.path("name").asText();
    }

    String state(String failover) {
        return json("get", "failover", failover, "-o", "json").path("state").asText();
    }

    String waitingFor(String failover) {
        return json("get", "failover", failover, "-o", "json").path("waitingFor").asText();
    }

    String reach(String cluster) {
        return json("get", "cluster", cluster, "-o", "json").at("/status/reach").asText();
    }

    boolean standby(String application, String cluster) {
        for (JsonNode on :
                json("get", "application", application, "-o", "json").at("/status/clusters")) {
            if (on.path("cluster").asText().equals(cluster)) {
                return on.path("role").asText().equals("Standby");
            }
        }
        return false;
    }

    /** Looks until it holds. */
    void await(String what, Duration atMost, BooleanSupplier holds) {
        out.println("... waiting for " + what);
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new Failed("waited " + atMost.toSeconds() + " s in vain for " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        gap();
    }

    private JsonNode json(String... args) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code =
                io.portolan.cli.Main.run(
                        fleet().shell(
                                        new PrintStream(answer, true, StandardCharsets.UTF_8),
                                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                        args);
        if (code != 0) {
            throw new Failed(err.toString(StandardCharsets.UTF_8).strip());
        }
        return Codec.lenient().tree(answer.toByteArray());
    }

    private DevFleet fleet() {
        if (fleet == null) {
            throw new IllegalStateException("nobody to command yet");
        }
        return fleet;
    }
}
