package io.portolan.e2e.harness.kubelet;

import com.google.gson.JsonObject;
import io.portolan.e2e.harness.Proc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One start of one container: a process, or nothing where the container's command is no program of
 * the test, which then counts as running until it is told to end.
 */
final class ContainerRun {
    private final String name;
    private final String image;
    private final int restarts;
    private final Optional<Proc> process;
    private final Path lastWords;
    private final Instant startedAt = now();
    private volatile Optional<Instant> endedAt = Optional.empty();
    private boolean told;

    private ContainerRun(
            String name, String image, int restarts, Optional<Proc> process, Path lastWords) {
        this.lastWords = lastWords;
        this.name = name;
        this.image = image;
        this.restarts = restarts;
        this.process = process;
    }

    /**
     * @param programs what stands for a path in an image
     * @param log what a {@code writer} writes to; beside it lies what stands for {@code
     *     /dev/termination-log}, which processes know as {@code TERMINATION_LOG}
     * @param ended is run when the process has ended
     */
    static ContainerRun start(
            JsonObject container,
            JsonObject pod,
            Map<String, Path> programs,
            Path log,
            int restarts,
            Runnable ended) {
        String name = container.get("name").getAsString();
        Path lastWords = log.resolveSibling(log.getFileName() + ".end");
        List<String> command = new ArrayList<>(strings(container, "command"));
        command.addAll(strings(container, "args"));
        Optional<Proc> process = Optional.empty();
        if (!command.isEmpty() && programs.containsKey(command.getFirst())) {
            Proc.Spec spec =
                    Proc.command(
                            name,
                            command.stream()
                                    .map(word -> program(word, programs))
                                    .toArray(String[]::new));
            environment(container, pod).forEach(spec::env);
            spec.env("TERMINATION_LOG", lastWords.toString());
            process = Optional.of(spec.env("WRITER_LOG", log.toString()).start());
        }
        ContainerRun run =
                new ContainerRun(
                        name, container.get("image").getAsString(), restarts, process, lastWords);
        process.ifPresent(
                p ->
                        p.onEnd(
                                () -> {
                                    run.endedAt = Optional.of(now());
                                    ended.run();
                                }));
        return run;
    }

    private static String program(String word, Map<String, Path> programs) {
        return programs.containsKey(word) ? programs.get(word).toString() : word;
    }

    private static Map<String, String> environment(JsonObject container, JsonObject pod) {
        Map<String, String> out = new LinkedHashMap<>();
        if (container.has("env")) {
            for (var entry : container.getAsJsonArray("env")) {
                JsonObject variable = entry.getAsJsonObject();
                value(variable, pod)
                        .ifPresent(value -> out.put(variable.get("name").getAsString(), value));
            }
        }
        return out;
    }

    private static Optional<String> value(JsonObject variable, JsonObject pod) {
        if (variable.has("value")) {
            return Optional.of(variable.get("value").getAsString());
        }
        if (!variable.has("valueFrom") || !variable.getAsJsonObject("valueFrom").has("fieldRef")) {
            return Optional.empty();
        }
        String field =
                variable.getAsJsonObject("valueFrom")
                        .getAsJsonObject("fieldRef")
                        .get("fieldPath")
                        .getAsString();
        JsonObject metadata = pod.getAsJsonObject("metadata");
        return switch (field) {
            case "metadata.name" -> Optional.of(metadata.get("name").getAsString());
            case "metadata.namespace" -> Optional.of(metadata.get("namespace").getAsString());
            case "metadata.uid" -> Optional.of(metadata.get("uid").getAsString());
            case "spec.nodeName" ->
                    Optional.of(pod.getAsJsonObject("spec").get("nodeName").getAsString());
            case "status.hostIP", "status.podIP" -> Optional.of(Kubelet.ADDRESS);
            default -> throw new IllegalArgumentException("no value of " + field);
        };
    }

    private static List<String> strings(JsonObject container, String key) {
        return container.has(key)
                ? container.getAsJsonArray(key).asList().stream()
                        .map(word -> word.getAsString())
                        .toList()
                : List.of();
    }

    /** SIGTERM, and SIGKILL after the grace; the machine that is frozen meanwhile waits. */
    void terminate(Duration grace, Gate gate) {
        if (told || ended()) {
            return;
        }
        told = true;
        if (process.isEmpty()) {
            endedAt = Optional.of(now());
            return;
        }
        Proc running = process.get();
        running.stop();
        Thread.ofVirtual()
                .name("grace of " + name)
                .start(
                        () -> {
                            try {
                                if (!running.endsWithin(grace)) {
                                    gate.pass();
                                    running.kill();
                                }
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    /** SIGKILL. */
    void kill() {
        process.ifPresent(Proc::kill);
    }

    /** SIGSTOP to the process and all that it started. */
    void pause() {
        process.filter(Proc::isAlive).ifPresent(Proc::pauseAll);
    }

    /** SIGCONT. */
    void resume() {
        process.filter(Proc::isAlive).ifPresent(Proc::resumeAll);
    }

    boolean ended() {
        return endedAt.isPresent();
    }

    Optional<Instant> endedAt() {
        return endedAt;
    }

    int restarts() {
        return restarts;
    }

    int exitCode() {
        return process.map(p -> p.exitCode(Duration.ZERO)).orElse(0);
    }

    /** As a kubelet reports it in {@code containerStatuses}. */
    JsonObject status() {
        JsonObject state = new JsonObject();
        if (ended()) {
            JsonObject end = Statuses.terminated(exitCode(), startedAt, endedAt.orElseThrow());
            lastWords().ifPresent(words -> end.addProperty("message", words));
            state.add("terminated", end);
        } else {
            JsonObject running = new JsonObject();
            running.addProperty("startedAt", startedAt.toString());
            state.add("running", running);
        }
        JsonObject status = new JsonObject();
        status.addProperty("name", name);
        status.addProperty("image", image);
        status.addProperty("imageID", image);
        status.addProperty("ready", !ended());
        status.addProperty("started", !ended());
        status.addProperty("restartCount", restarts);
        status.add("state", state);
        return status;
    }

    private Optional<String> lastWords() {
        try {
            return Files.exists(lastWords)
                    ? Optional.of(Files.readString(lastWords))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
