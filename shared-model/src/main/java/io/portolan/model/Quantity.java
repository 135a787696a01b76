package io.portolan.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount as Kubernetes writes it: {@code 250m}, {@code 256Mi}, {@code 1.5}, {@code 2e3}. */
public record Quantity(String text) {
    private static final Pattern FORM =
            Pattern.compile(
                    "([+-]?[0-9]+(?:\\.[0-9]*)?|[+-]?\\.[0-9]+)(?:([eE][+-]?[0-9]{1,2})|([numkMGTPE]i?))?");
    private static final Map<String, BigDecimal> UNITS =
            Map.ofEntries(
                    Map.entry("n", new BigDecimal("1e-9")),
                    Map.entry("u", new BigDecimal("1e-6")),
                    Map.entry("m", new BigDecimal("1e-3")),
                    Map.entry("k", new BigDecimal("1e3")),
                    Map.entry("M", new BigDecimal("1e6")),
                    Map.entry("G", new BigDecimal("1e9")),
                    Map.entry("T", new BigDecimal("1e12")),
                    Map.entry("P", new BigDecimal("1e15")),
                    Map.entry("E", new BigDecimal("1e18")),
                    Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
                    Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
                    Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
                    Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
                    Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
                    Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

    public static boolean valid(String text) {
        Matcher m = FORM.matcher(text);
        return text.length() <= 40
                && m.matches()
                && (m.group(3) == null || UNITS.containsKey(m.group(3)));
    }

    /**
     * In the base unit: cores, bytes. @throws IllegalArgumentException where {@link #valid} is
     * false
     */
    public BigDecimal value() {
        Matcher m = FORM.matcher(text);
        if (!valid(text) || !m.matches()) {
            throw new IllegalArgumentException("not a quantity: " + text);
        }
        BigDecimal number = new BigDecimal(m.group(1));
        if (m.group(2) != null) {
            return number.multiply(new BigDecimal("1" + m.group(2)));
        }
        return m.group(3) == null ? number : number.multiply(UNITS.get(m.group(3)));
    }

    /** Thousandths of a core, rounded up; as much as a long holds at most. */
    public long millis() {
        return whole(value().movePointRight(3));
    }

    /** Bytes, rounded up; as many as a long holds at most. */
    public long bytes() {
        return whole(value());
    }

    private static long whole(BigDecimal number) {
        BigDecimal most = BigDecimal.valueOf(Long.MAX_VALUE);
        return number.setScale(0, RoundingMode.CEILING).min(most).max(most.negate()).longValue();
    }

    @Override
    public String toString() {
        return text;
    }
}
