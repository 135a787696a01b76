package io.portolan.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes a failing case smaller while it still fails: fewer clusters, fewer words about each, fewer
 * and simpler parts of the policy. It knows nothing of what the words mean: a case that cannot be
 * read does not fail. What it ends with can be pasted into {@code scenarios/placement.txt}.
 */
final class Shrinker {
    /** Tries, so that a slow property does not shrink for ever. */
    private static final int MOST_TRIES = 5_000;

    private final Predicate<Scenario> fails;
    private int tries;

    private Shrinker(Predicate<Scenario> fails) {
        this.fails = fails;
    }

    static Scenario smallest(Scenario failing, Predicate<Scenario> fails) {
        Shrinker shrinker = new Shrinker(fails);
        Optional<Scenario> next = Optional.of(failing);
        Scenario smallest = failing;
        while (next.isPresent()) {
            smallest = next.get();
            next = shrinker.smaller(smallest);
        }
        return smallest;
    }

    private Optional<Scenario> smaller(Scenario of) {
        List<Scenario> all = new ArrayList<>();
        for (int i = 0; i < of.lines().size(); i++) {
            all.add(with(of, replaced(of.lines(), i, Optional.empty())));
        }
        for (int i = 0; i < of.lines().size(); i++) {
            String[] words = of.lines().get(i).split(" ");
            for (int w = words.length - 1; w >= 1; w--) {
                all.add(with(of, replaced(of.lines(), i, Optional.of(without(words, w)))));
            }
        }
        simpler(of.tree()).forEach(policy -> all.add(of.under(policy)));
        return all.stream().filter(s -> tries++ < MOST_TRIES && fails.test(s)).findFirst();
    }

    private static Scenario with(Scenario of, List<String> lines) {
        return new Scenario(of.title(), of.policy(), lines);
    }

    private static List<String> replaced(List<String> lines, int at, Optional<String> by) {
        List<String> out = new ArrayList<>(lines);
        out.remove(at);
        by.ifPresent(line -> out.add(at, line));
        return out;
    }

    private static String without(String[] words, int at) {
        return IntStream.range(0, words.length)
                .filter(w -> w != at)
                .mapToObj(w -> words[w])
                .collect(Collectors.joining(" "));
    }

    /** A value with one thing less, the boldest first. */
    private static List<JsonNode> simpler(JsonNode value) {
        List<JsonNode> out = new ArrayList<>();
        switch (value) {
            case ObjectNode object -> {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                names.forEach(name -> out.add(object.deepCopy().without(name)));
                for (String name : names) {
                    simpler(object.get(name)).forEach(s -> out.add(object.deepCopy().set(name, s)));
                }
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    ArrayNode less = array.deepCopy();
                    less.remove(i);
                    out.add(less);
                }
                for (int i = 0; i < array.size(); i++) {
                    for (JsonNode s : simpler(array.get(i))) {
                        out.add(array.deepCopy().set(i, s));
                    }
                }
            }
            case IntNode number when number.intValue() > 1 -> {
                out.add(IntNode.valueOf(1));
                out.add(IntNode.valueOf(number.intValue() / 2));
                out.add(IntNode.valueOf(number.intValue() - 1));
            }
            case TextNode text when text.textValue().contains(", ") -> {
                String[] parts = text.textValue().split(", ");
                for (int p = 0; p < parts.length; p++) {
                    int left = p;
                    out.add(
                            TextNode.valueOf(
                                    Arrays.stream(parts)
                                            .filter(part -> part != parts[left])
                                            .collect(Collectors.joining(", "))));
                }
            }
            default -> {}
        }
        return out;
    }
}
