package io.portolan.agent.kube.memory;

import io.portolan.model.app.KubeObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Label selectors: the text form of queries and the object form of workloads. */
record LabelSelector(List<Term> terms) {
    private static final Pattern TERM =
            Pattern.compile(
                    "\\s*(!?)\\s*([^\\s=!,()]+)\\s*(?:(==|=|!=)\\s*([^\\s,()]*)|(in|notin)\\s*\\(([^)]*)\\))?\\s*(?:,|$)");

    /**
     * @param values where empty, only presence counts
     */
    record Term(String key, boolean wanted, Set<String> values, boolean presence) {
        boolean matches(Map<?, ?> labels) {
            boolean there =
                    presence
                            ? labels.containsKey(key)
                            : labels.get(key) instanceof String s && values.contains(s);
            return there == wanted;
        }
    }

    /**
     * @throws IllegalArgumentException where Kubernetes would refuse it
     */
    static LabelSelector parse(String text) {
        List<Term> terms = new java.util.ArrayList<>();
        Matcher m = TERM.matcher(text);
        int at = 0;
        while (at < text.length()) {
            if (!m.find(at) || m.start() != at) {
                throw new IllegalArgumentException("unable to parse requirement: " + text);
            }
            terms.add(term(m));
            at = m.end();
        }
        return new LabelSelector(terms);
    }

    private static Term term(Matcher m) {
        if (m.group(3) != null) {
            return new Term(m.group(2), !m.group(3).equals("!="), Set.of(m.group(4)), false);
        }
        if (m.group(5) != null) {
            Set<String> values =
                    Arrays.stream(m.group(6).split(","))
                            .map(String::strip)
                            .collect(Collectors.toSet());
            return new Term(m.group(2), m.group(5).equals("in"), values, false);
        }
        return new Term(m.group(2), m.group(1).isEmpty(), Set.of(), true);
    }

    /** The {@code matchLabels} of a workload's {@code spec.selector}. */
    static LabelSelector of(KubeObject workload) {
        return new LabelSelector(
                workload.map("spec", "selector", "matchLabels").entrySet().stream()
                        .map(
                                e ->
                                        new Term(
                                                e.getKey(),
                                                true,
                                                Set.of(String.valueOf(e.getValue())),
                                                false))
                        .toList());
    }

    boolean matches(KubeObject object) {
        Map<String, Object> labels = object.map("metadata", "labels");
        return terms.stream().allMatch(t -> t.matches(labels));
    }
}
