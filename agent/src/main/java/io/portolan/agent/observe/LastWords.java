package io.portolan.agent.observe;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a container that ended says: its exit code in words, and the line that tells most. */
final class LastWords {
    /** Last words are for people: enough to recognize, not the whole log. */
    private static final int LONGEST = 300;

    /** A line that says where in the code, never what. */
    private static final Pattern FRAME =
            Pattern.compile("\\s+at .*|\\s*\\.\\.\\. \\d+ more|\\s+File \".*");

    private static final Map<Integer, String> CODES =
            Map.of(
                    126, "the command cannot be executed",
                    127, "the command was not found",
                    134, "SIGABRT",
                    137, "SIGKILL",
                    139, "SIGSEGV",
                    143, "SIGTERM");

    private LastWords() {}

    /** {@code 137 (SIGKILL)}. */
    static String exitCode(int code) {
        String meaning = CODES.get(code);
        return meaning == null ? Integer.toString(code) : code + " (" + meaning + ")";
    }

    /**
     * The last line of a termination message or of the tail of a log that says something, after a
     * colon; empty where there is none.
     */
    static String of(String message) {
        List<String> lines = message.lines().filter(l -> !l.isBlank()).toList();
        if (lines.isEmpty()) {
            return "";
        }
        String line =
                lines.reversed().stream()
                        .filter(l -> !FRAME.matcher(l).matches())
                        .findFirst()
                        .orElse(lines.getLast())
                        .strip();
        return whole(line);
    }

    /** All of what a component of Kubernetes said, after a colon; empty where it said nothing. */
    static String whole(String message) {
        String words = message.strip();
        if (words.length() > LONGEST) {
            words = "..." + words.substring(words.length() - LONGEST);
        }
        return words.isEmpty() ? "" : ": " + words;
    }
}
