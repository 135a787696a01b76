package io.portolan.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Requirements over labels, all of which must hold; empty selects everything. Written in the syntax
 * of Kubernetes' label selectors: {@code tier = prod, region in (eu-west, eu-north), !legacy}; and
 * beyond it as ranges of {@link Version}s: {@code kubernetesVersion >= 1.34}.
 */
public record Selector(List<Requirement> requirements) {
    public static final Selector EVERYTHING = new Selector(List.of());

    private static final Pattern IN =
            Pattern.compile("\\s*(\\S+)\\s+(in|notin)\\s+\\(([^()]*)\\)\\s*");
    private static final Pattern EQUALITY =
            Pattern.compile("\\s*([^\\s=!<>]+)\\s*(==|=|!=)\\s*(\\S*)\\s*");
    private static final Pattern COMPARISON =
            Pattern.compile("\\s*([^\\s=!<>]+)\\s*(>=|<=|>|<)\\s*([^\\s=<>]+)\\s*");
    private static final Pattern EXISTS = Pattern.compile("\\s*(!?)\\s*([^\\s=!<>()]+)\\s*");

    public Selector {
        requirements = List.copyOf(requirements);
    }

    /**
     * How a requirement compares. {@code NOT_IN} also holds where the key is absent; an order holds
     * between versions only.
     */
    public enum Operator {
        IN("in"),
        NOT_IN("notin"),
        EXISTS(""),
        ABSENT("!"),
        AT_LEAST(">="),
        AT_MOST("<="),
        MORE(">"),
        LESS("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }

        /** Whether it compares the order of versions. */
        public boolean ordered() {
            return switch (this) {
                case IN, NOT_IN, EXISTS, ABSENT -> false;
                case AT_LEAST, AT_MOST, MORE, LESS -> true;
            };
        }

        private static Operator of(String sign) {
            for (Operator operator : values()) {
                if (operator.sign.equals(sign)) {
                    return operator;
                }
            }
            throw new IllegalArgumentException("no operator: " + sign);
        }
    }

    /** One comparison of one key. Values are kept in natural order. */
    public record Requirement(String key, Operator operator, Set<String> values) {
        public Requirement {
            values = java.util.Collections.unmodifiableSet(new TreeSet<>(values));
        }

        public boolean matches(Map<String, String> labels) {
            return matches(labels.get(key));
        }

        /**
         * Whether it holds of this value.
         *
         * @param value null where the key is absent
         */
        public boolean matches(@Nullable String value) {
            return switch (operator) {
                case IN -> value != null && values.contains(value);
                case NOT_IN -> value == null || !values.contains(value);
                case EXISTS -> value != null;
                case ABSENT -> value == null;
                case AT_LEAST -> value != null && order(value, 0, 1);
                case AT_MOST -> value != null && order(value, -1, 0);
                case MORE -> value != null && order(value, 1, 1);
                case LESS -> value != null && order(value, -1, -1);
            };
        }

        private boolean order(String value, int least, int most) {
            Optional<Version> found = Version.parse(value);
            Optional<Version> bound = values.stream().findFirst().flatMap(Version::parse);
            if (found.isEmpty() || bound.isEmpty()) {
                return false;
            }
            int order = Integer.signum(found.get().compareTo(bound.get()));
            return least <= order && order <= most;
        }

        @Override
        public String toString() {
            return switch (operator) {
                case IN ->
                        values.size() == 1
                                ? key + " = " + values.iterator().next()
                                : key + " in (" + String.join(", ", values) + ")";
                case NOT_IN ->
                        values.size() == 1
                                ? key + " != " + values.iterator().next()
                                : key + " notin (" + String.join(", ", values) + ")";
                case EXISTS -> key;
                case ABSENT -> "!" + key;
                case AT_LEAST, AT_MOST, MORE, LESS ->
                        key + " " + operator.sign + " " + values.iterator().next();
            };
        }
    }

    public boolean matches(Map<String, String> labels) {
        for (Requirement requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    public void check(Check at) {
        for (Requirement requirement : requirements) {
            at.require(
                    Names.labelKey(requirement.key),
                    "\"" + Check.shortened(requirement.key) + "\" is not a label key or field");
            for (String value : requirement.values) {
                if (requirement.operator.ordered()) {
                    at.require(
                            Version.parse(value).isPresent(),
                            "\"" + Check.shortened(value) + "\" is not a version such as 1.34");
                }
                at.require(
                        Names.labelValue(value),
                        "\"" + Check.shortened(value) + "\" is not a label value");
            }
        }
    }

    /**
     * Parses the text form.
     *
     * @throws IllegalArgumentException with the part that is not understood
     */
    public static Selector parse(String text) {
        List<Requirement> out = new ArrayList<>();
        for (String part : split(text)) {
            if (part.isBlank()) {
                continue;
            }
            out.add(requirement(part));
        }
        return new Selector(out);
    }

    private static Requirement requirement(String part) {
        Matcher in = IN.matcher(part);
        if (in.matches()) {
            Set<String> values = new TreeSet<>();
            for (String value : in.group(3).split(",", -1)) {
                values.add(value.strip());
            }
            return new Requirement(
                    in.group(1), in.group(2).equals("in") ? Operator.IN : Operator.NOT_IN, values);
        }
        Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            return new Requirement(
                    equality.group(1),
                    equality.group(2).equals("!=") ? Operator.NOT_IN : Operator.IN,
                    Set.of(equality.group(3)));
        }
        Matcher comparison = COMPARISON.matcher(part);
        if (comparison.matches()) {
            return new Requirement(
                    comparison.group(1),
                    Operator.of(comparison.group(2)),
                    Set.of(comparison.group(3)));
        }
        Matcher exists = EXISTS.matcher(part);
        if (exists.matches()) {
            return new Requirement(
                    exists.group(2),
                    exists.group(1).isEmpty() ? Operator.EXISTS : Operator.ABSENT,
                    Set.of());
        }
        throw new IllegalArgumentException(
                "\"" + part.strip() + "\" is not a requirement such as \"region in (a, b)\"");
    }

    /** Splits at the commas outside parentheses. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth--;
            } else if (c == ',' && depth == 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    @Override
    public String toString() {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining(", "));
    }
}
