package io.portolan.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How much a person's terminal shows at once. */
record Terminal(int rows, int columns) {
    /** Where nothing tells. */
    static final Terminal USUAL = new Terminal(24, 80);

    private static final long PATIENCE_SECONDS = 2;

    Terminal {
        if (rows < 1 || columns < 1) {
            throw new IllegalArgumentException("a terminal of " + rows + " by " + columns);
        }
    }

    /** As it is now, for people change it while they look. */
    static Terminal now() {
        try {
            Process stty =
                    new ProcessBuilder("stty", "size")
                            .redirectInput(new File("/dev/tty"))
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            if (!stty.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return USUAL;
            }
            return read(
                    new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException _) {
            return USUAL;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return USUAL;
        }
    }

    /** {@code 24 80}. */
    static Terminal read(String size) {
        String[] words = size.strip().split(" ", -1);
        try {
            return new Terminal(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException _) {
            return USUAL;
        }
    }

    /** How many rows it takes. */
    int rows(List<String> lines) {
        return lines.stream().mapToInt(this::rows).sum();
    }

    private int rows(String line) {
        return Math.max(1, (line.length() + columns - 1) / columns);
    }

    /** What of it fits, with a row for the cursor: the oldest goes first, behind the title. */
    List<String> fitting(List<String> lines) {
        List<String> out = new ArrayList<>(lines);
        while (out.size() > 2 && rows(out) >= rows) {
            out.remove(1);
        }
        return out;
    }
}
