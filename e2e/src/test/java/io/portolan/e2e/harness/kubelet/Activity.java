package io.portolan.e2e.harness.kubelet;

import io.portolan.e2e.harness.HarnessException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When one process ran, by its own log: from its first line to its last, whatever it did between
 * them. The moments are of CLOCK_BOOTTIME, one clock for all processes here.
 *
 * @param pod the name of the pod that it was in
 * @param first nanoseconds
 * @param last nanoseconds; of a process that still runs, its last line until now
 * @param events how it began and ended, and what it was told: {@code start}, {@code term}, {@code
 *     end}; no end after a SIGKILL
 */
public record Activity(String cluster, String pod, long first, long last, List<String> events) {
    public Activity {
        events = List.copyOf(events);
    }

    /** Empty for a process that has written nothing yet. */
    static Optional<Activity> read(String cluster, String pod, Path log) {
        if (!Files.exists(log)) {
            return Optional.empty();
        }
        String text;
        try {
            text = Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new HarnessException("no log of " + pod, e);
        }
        // A last line without an end is being written.
        List<String[]> lines =
                text.substring(0, text.lastIndexOf('\n') + 1)
                        .lines()
                        .map(line -> line.split(" ", -1))
                        .toList();
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Activity(
                                cluster,
                                pod,
                                Long.parseLong(lines.getFirst()[0]),
                                Long.parseLong(lines.getLast()[0]),
                                lines.stream()
                                        .map(line -> line[2])
                                        .filter(event -> !event.equals("tick"))
                                        .toList()));
    }

    /** For how long two of them ran at once in different clusters, at most; zero if never. */
    public static Duration overlap(List<Activity> all) {
        long most = 0;
        for (Activity one : all) {
            for (Activity other : all) {
                if (!one.cluster.equals(other.cluster)) {
                    most =
                            Math.max(
                                    most,
                                    Math.min(one.last, other.last)
                                            - Math.max(one.first, other.first));
                }
            }
        }
        return Duration.ofNanos(most);
    }
}
