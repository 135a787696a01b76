package io.portolan.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version as software writes it: {@code v1.36.2-gke.100}. Ordered by its numbers, left to right;
 * a number that is not given counts as zero, and what follows the numbers does not count, since
 * providers append to Kubernetes' version what they like.
 */
public record Version(List<Integer> numbers) implements Comparable<Version> {
    private static final Pattern FORM =
            Pattern.compile("v?([0-9]{1,9}(?:\\.[0-9]{1,9}){0,7})(?:[-+_.][-+_.0-9A-Za-z]*)?");

    public Version {
        numbers = List.copyOf(numbers);
    }

    /** Empty for what is no version. */
    public static Optional<Version> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        List<Integer> numbers = new ArrayList<>();
        for (String number : form.group(1).split("\\.", -1)) {
            numbers.add(Integer.parseInt(number));
        }
        return Optional.of(new Version(numbers));
    }

    @Override
    public int compareTo(Version other) {
        int longest = Math.max(numbers.size(), other.numbers.size());
        for (int i = 0; i < longest; i++) {
            int order = Integer.compare(number(i), other.number(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private int number(int i) {
        return i < numbers.size() ? numbers.get(i) : 0;
    }
}
