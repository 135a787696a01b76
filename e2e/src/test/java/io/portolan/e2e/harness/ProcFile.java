package io.portolan.e2e.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What {@code /proc/<pid>} says of a process (proc(5)). */
final class ProcFile {
    /** USER_HZ, which Linux fixes at 100 for every architecture that Java runs on. */
    private static final long TICKS_PER_SECOND = 100;

    private ProcFile() {}

    /** The scheduler's letter: R, S, D, T (stopped), Z (zombie). */
    static char state(long pid) {
        return fields(pid).getFirst().charAt(0);
    }

    static Duration cpuTime(long pid) {
        List<String> fields = fields(pid);
        long ticks = Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12));
        return Duration.ofMillis(ticks * 1_000 / TICKS_PER_SECOND);
    }

    static long residentBytes(long pid) {
        return status(pid, "VmRSS:");
    }

    static long peakResidentBytes(long pid) {
        return status(pid, "VmHWM:");
    }

    static long residentFileBytes(long pid) {
        return status(pid, "RssFile:");
    }

    private static long status(long pid, String key) {
        return read(pid, "status")
                .lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow(() -> new HarnessException("process " + pid + " has ended"));
    }

    /**
     * The fields of {@code stat} from the third on; the second is the program's name, which may
     * hold spaces and brackets.
     */
    private static List<String> fields(long pid) {
        String stat = read(pid, "stat");
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
