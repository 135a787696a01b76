package io.portolan.model;

import java.util.regex.Pattern;

/** A part of a hundred, as it is written: {@code 10%}. */
public record Percent(int value) {
    private static final Pattern FORM = Pattern.compile("[0-9]{1,3}%");

    public static final Percent ZERO = new Percent(0);

    /**
     * @throws IllegalArgumentException where it is not written so
     */
    public static Percent parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("must be a percentage such as 10%");
        }
        return new Percent(Integer.parseInt(text.substring(0, text.length() - 1)));
    }

    @Override
    public String toString() {
        return value + "%";
    }
}
