package io.portolan.model.wire;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 90s}, {@code 1m30s}, {@code 500ms}, {@code 2h}, {@code
 * 30d}. A day is 24 hours.
 */
public final class Durations {
    private static final Pattern FORM =
            Pattern.compile(
                    "(?:(\\d{1,4})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?"
                            + "(?:(\\d{1,9})ms)?");

    private Durations() {}

    /**
     * @throws IllegalArgumentException when it is no duration
     */
    public static Duration parse(String text) {
        Matcher m = FORM.matcher(text);
        if (text.isEmpty() || !m.matches()) {
            throw new IllegalArgumentException(
                    "must be a duration such as 90s or 1h30m, was \"" + text + "\"");
        }
        return Duration.ofDays(part(m, 1))
                .plusHours(part(m, 2))
                .plusMinutes(part(m, 3))
                .plusSeconds(part(m, 4))
                .plusMillis(part(m, 5));
    }

    /**
     * In whole milliseconds, which {@link #parse} reads again: what is written must never be
     * unreadable, so less than a millisecond is nothing, and less than nothing is, too.
     */
    public static String format(Duration d) {
        if (d.toMillis() <= 0) {
            return "0s";
        }
        StringBuilder out = new StringBuilder();
        append(out, d.toHours(), "h");
        append(out, d.toMinutesPart(), "m");
        append(out, d.toSecondsPart(), "s");
        append(out, d.toMillisPart(), "ms");
        return out.toString();
    }

    private static void append(StringBuilder out, long amount, String unit) {
        if (amount != 0) {
            out.append(amount).append(unit);
        }
    }

    private static long part(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
