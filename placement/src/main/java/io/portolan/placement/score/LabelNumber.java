package io.portolan.placement.score;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** What of labels is a number: {@code 12}, {@code 0.043}. No sign, no exponent. */
public final class LabelNumber {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}(\\.[0-9]{1,6})?");

    private LabelNumber() {}

    public static OptionalDouble of(String label) {
        return NUMBER.matcher(label).matches()
                ? OptionalDouble.of(Double.parseDouble(label))
                : OptionalDouble.empty();
    }
}
