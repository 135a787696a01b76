package io.portolan.placement;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Check;
import io.portolan.model.Uid;
import io.portolan.model.placement.PlacementDecision;
import io.portolan.model.placement.PlacementDecision.Fate;
import io.portolan.model.placement.PlacementPolicySpec;
import io.portolan.model.wire.Codec;
import io.portolan.placement.fleet.Candidate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What is asked of the engine, in words: a title, a policy, where the application is ({@code on},
 * {@code pinned}), its replicas, other applications of its tenant ({@code other}, in the words of
 * {@link Other}; {@code self} for its own name and labels), {@code roles single} where one is
 * active, {@code residency CH EU} for where its tenant's data must stay, and the fleet in the words
 * of {@link Fleet}; of room, {@link Rooms}.
 *
 * @param policy as JSON
 * @param lines what is given beside it, without indent
 */
record Scenario(String title, String policy, List<String> lines) {
    private static final Set<String> WORDS =
            Set.of(
                    "on",
                    "pinned",
                    "replicas",
                    "other",
                    "self",
                    "roles",
                    "requests",
                    "has",
                    "residency");

    Scenario {
        lines = List.copyOf(lines);
    }

    /** What the words mean. */
    record Given(Scenario said, PlacementPolicySpec policy, Needs needs, List<Candidate> fleet) {
        PlacementDecision place() {
            return place(fleet);
        }

        PlacementDecision place(List<Candidate> fleet) {
            return Fleet.place(fleet, policy, Rooms.claiming(needs, said.lines, fleet));
        }
    }

    /** The same, where the application is on these. */
    Scenario on(Collection<Uid> clusters) {
        List<String> out = new ArrayList<>(lines);
        out.removeIf(line -> line.startsWith("on "));
        if (!clusters.isEmpty()) {
            out.addFirst("on " + String.join(" ", clusters.stream().map(Fleet::name).toList()));
        }
        return new Scenario(title, policy, out);
    }

    Scenario under(JsonNode policy) {
        return new Scenario(title, policy.toString(), lines);
    }

    /** The policy, to change. */
    ObjectNode tree() {
        return (ObjectNode) Codec.strict().tree(policy.getBytes(StandardCharsets.UTF_8));
    }

    /** Of a text as in {@code scenarios/placement.txt}; what follows the arrow is left. */
    static Scenario parse(String text) {
        String policy = "{}";
        List<String> lines = new ArrayList<>();
        for (String line : text.substring(0, text.indexOf("->")).lines().skip(1).toList()) {
            if (line.startsWith("policy ")) {
                policy = rest(line);
            } else if (!line.isBlank()) {
                lines.add(line.strip());
            }
        }
        return new Scenario(text.lines().findFirst().orElse("").substring(2), policy, lines);
    }

    /**
     * @throws IllegalArgumentException where the words mean nothing
     */
    Given read() {
        List<Uid> on = List.of();
        List<Uid> pinned = List.of();
        Map<String, Integer> replicas = new TreeMap<>();
        List<Candidate> fleet = new ArrayList<>();
        List<Other> others = new ArrayList<>();
        Other self = Other.of("app");
        int actives = 0;
        Set<String> residency = Set.of();
        for (String line : lines) {
            String rest = rest(line);
            switch (line.split(" ")[0]) {
                case "on" -> on = Fleet.uids(rest.split(" "));
                case "pinned" -> pinned = Fleet.uids(rest.split(" "));
                case "replicas" -> {
                    String[] words = rest.split(" ");
                    replicas.put(words[0], Integer.parseInt(words[1]));
                }
                case "roles" -> actives = rest.equals("single") ? 1 : Integer.parseInt(rest);
                case "residency" -> residency = Set.of(rest.split(" "));
                case "other" -> others.add(Other.of(rest));
                case "self" -> self = Other.of(rest);
                case "requests", "has" -> {}
                default -> fleet.add(Fleet.cluster(line));
            }
        }
        PlacementPolicySpec spec = Codec.strict().read(policy, PlacementPolicySpec.class);
        Check check = Check.root();
        spec.check(check);
        if (!check.problems().isEmpty()) {
            throw new IllegalArgumentException(check.problems().toString());
        }
        Needs needs =
                Rooms.claiming(Fleet.needs(residency, on, pinned, replicas), lines, fleet)
                        .near(Other.near(spec, self, others, fleet));
        return new Given(this, spec, actives > 0 ? needs.withRoles(actives) : needs, fleet);
    }

    /** Whether a line is about the application and not a cluster of the fleet. */
    static boolean ofApplication(String line) {
        return WORDS.contains(line.split(" ")[0]);
    }

    /** Everything up to the arrow. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("# " + title + "\npolicy " + policy + "\n");
        for (String line : lines) {
            out.append(ofApplication(line) ? "" : "  ").append(line).append('\n');
        }
        return out.append("->").toString();
    }

    static String told(PlacementDecision decision) {
        StringBuilder out = new StringBuilder();
        out.append(decision.satisfied() ? "satisfied: " : "not satisfied: ")
                .append(decision.summary());
        decision.nearest().ifPresent(n -> out.append("\nnearest: ").append(n));
        if (!decision.drives().isEmpty()) {
            out.append("\ndrives out: ")
                    .append(
                            decision.drives().stream()
                                    .map(
                                            d ->
                                                    Fleet.name(d.application())
                                                            + " from "
                                                            + Fleet.name(d.cluster()))
                                    .collect(Collectors.joining(", ")));
        }
        if (decision.mayReturn()) {
            out.append("\nmay return");
        }
        for (Fate fate : decision.fates()) {
            out.append("\n  ")
                    .append(fate.chosen() ? "+ " : "- ")
                    .append(fate.name())
                    .append(' ')
                    .append(fate.reason())
                    .append(": ")
                    .append(fate.detail());
        }
        return out.toString();
    }

    private static String rest(String line) {
        return line.substring(line.indexOf(' ') + 1).strip();
    }
}
