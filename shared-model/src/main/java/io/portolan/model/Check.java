package io.portolan.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Collects what is wrong with a document, each with the path of its field. One instance stands at
 * one path; {@link #at} steps down and shares the findings. Owned by one thread.
 */
public final class Check {
    /**
     * One thing wrong.
     *
     * @param path as a person writes it: {@code spec.components[0].container.ports[1].port}
     * @param pointer the same as RFC 6901 JSON pointer
     */
    public record Problem(String path, String pointer, String message) {
        @Override
        public String toString() {
            return path.isEmpty() ? message : path + ": " + message;
        }
    }

    private final String path;
    private final String pointer;
    private final List<Problem> problems;

    private Check(String path, String pointer, List<Problem> problems) {
        this.path = path;
        this.pointer = pointer;
        this.problems = problems;
    }

    public static Check root() {
        return new Check("", "", new ArrayList<>());
    }

    public Check at(String field) {
        String escaped = field.replace("~", "~0").replace("/", "~1");
        return new Check(
                path.isEmpty() ? field : path + "." + field, pointer + "/" + escaped, problems);
    }

    public Check at(int index) {
        return new Check(path + "[" + index + "]", pointer + "/" + index, problems);
    }

    public void problem(String message) {
        problems.add(new Problem(path, pointer, message));
    }

    public void require(boolean holds, String message) {
        if (!holds) {
            problem(message);
        }
    }

    /** Requires an RFC 1123 label. */
    public void dnsLabel(String value) {
        if (value.isEmpty()) {
            problem("must be given");
        } else if (!Names.dnsLabel(value)) {
            problem(
                    "must be a DNS label (lower-case letters, digits and '-', at most 63), was \""
                            + shortened(value)
                            + "\"");
        }
    }

    /** Requires keys and values that Kubernetes takes as labels. */
    public void labels(Map<String, String> labels) {
        labels.forEach(
                (key, value) -> {
                    at(key).require(Names.labelKey(key), "is not a label key");
                    at(key).require(
                                    Names.labelValue(value),
                                    "must be a label value, was \"" + shortened(value) + "\"");
                });
    }

    public void range(long value, long least, long most) {
        require(
                value >= least && value <= most,
                "must be " + least + ".." + most + ", was " + value);
    }

    public List<Problem> problems() {
        return Collections.unmodifiableList(problems);
    }

    /** What a user wrote, as far as a message should repeat it. */
    public static String shortened(String value) {
        return value.length() <= 80 ? value : value.substring(0, 80) + "...";
    }
}
