package io.portolan.placement;

import io.portolan.model.wire.Codec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random cases for {@link Property}: fleets small enough that every subset of them can be tried.
 * Zones lie within regions; providers and the label {@code feed} cross them.
 */
final class Cases {
    private static final String[] TRAITS = {
        "",
        "",
        "",
        "",
        "cordoned",
        "unreachable",
        "deleting",
        "taint=x:NoExecute",
        "pending",
        "taint=x:NoSchedule",
        "taint=x:NoExecute tainted=x:30",
        "suspect",
        "law=US"
    };
    private static final List<String> NESTED = List.of("region", "zone", "name");
    private static final List<String> KEYS = List.of("region", "zone", "provider", "feed");

    private final Random random;
    private final List<String> lines = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Map<String, Object> policy = new LinkedHashMap<>();

    private Cases(Random random, int most) {
        this.random = random;
        int size = 1 + random.nextInt(most);
        for (int i = 0; i < size; i++) {
            names.add("c" + i);
        }
        policy.put("clusters", 1 + random.nextInt(6));
    }

    /** A count only, over clusters of every state. */
    static Scenario counts(Random random) {
        Cases cases = new Cases(random, 9);
        cases.clusters(true);
        cases.there();
        return cases.scenario();
    }

    /** One hard spread over regions, over clusters of every state. */
    static Scenario oneSpread(Random random) {
        Cases cases = new Cases(random, 9);
        cases.clusters(true);
        cases.there();
        cases.spreads(List.of("region"), 1, false);
        return cases.scenario();
    }

    /** Two or three spreads over keys that cross, over clusters that all fit. */
    static Scenario spreads(Random random) {
        Cases cases = new Cases(random, 9);
        cases.clusters(false);
        cases.there();
        cases.spreads(KEYS, 2 + random.nextInt(2), true);
        return cases.scenario();
    }

    /** Up to three spreads over keys that cross, some of whose groups weigh more than others. */
    static Scenario weighted(Random random) {
        Cases cases = new Cases(random, 9);
        cases.clusters(false);
        cases.there();
        cases.spreads(KEYS, 1 + random.nextInt(3), true);
        cases.weights();
        return cases.scenario();
    }

    /** Hard spreads over keys of which each lies within the next, and preferences. */
    static Scenario nested(Random random) {
        Cases cases = new Cases(random, 10);
        cases.clusters(false);
        cases.there();
        cases.spreads(NESTED, random.nextInt(3), false);
        cases.preferences();
        return cases.scenario();
    }

    /** Hard spreads over keys that cross, and preferences. */
    static Scenario crossing(Random random) {
        Cases cases = new Cases(random, 10);
        cases.clusters(false);
        cases.there();
        cases.spreads(KEYS, 2 + random.nextInt(2), false);
        cases.preferences();
        return cases.scenario();
    }

    /** Whatever binds no cluster to another. */
    static Scenario unbound(Random random) {
        Cases cases = new Cases(random, 10);
        cases.clusters(true);
        cases.there();
        cases.rules();
        cases.preferences();
        return cases.scenario();
    }

    /** Whatever there is. */
    static Scenario all(Random random) {
        Cases cases = new Cases(random, 10);
        cases.clusters(true);
        cases.there();
        cases.spreads(KEYS, random.nextInt(3), true);
        if (cases.sometimes(3)) {
            cases.weights();
        }
        cases.rules();
        cases.preferences();
        cases.groups();
        cases.division();
        cases.affinities();
        cases.roles();
        cases.room();
        return cases.scenario();
    }

    /** Three hard spreads over keys that cross, and far more clusters than can be gone through. */
    static Scenario large(Random random, boolean mostGroups) {
        Cases cases = new Cases(random, 1);
        cases.names.clear();
        int size = 40 + random.nextInt(160);
        for (int i = 0; i < size; i++) {
            cases.names.add("c" + i);
        }
        cases.policy.put("clusters", 3 + random.nextInt(18));
        for (String name : cases.names) {
            cases.lines.add(
                    "%s r%d provider=p%d label=feed:f%d label=rack:k%d"
                            .formatted(
                                    name,
                                    random.nextInt(8),
                                    random.nextInt(5),
                                    random.nextInt(6),
                                    random.nextInt(12)));
        }
        cases.spreads(List.of("region", "provider", "feed", "rack"), 3, false);
        if (!mostGroups) {
            ((List<?>) cases.policy.get("spread"))
                    .forEach(s -> ((Map<?, ?>) s).remove("maxGroups"));
        }
        return cases.scenario();
    }

    private Scenario scenario() {
        return new Scenario("random", Codec.strict().text(policy), lines);
    }

    private boolean sometimes(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private void clusters(boolean withTraits) {
        for (String name : names) {
            int region = random.nextInt(3);
            StringBuilder line =
                    new StringBuilder(
                            "%s r%d zone=r%d-%d provider=p%d label=feed:f%d label=cost:%d"
                                    .formatted(
                                            name,
                                            region,
                                            region,
                                            random.nextInt(2),
                                            random.nextInt(3),
                                            random.nextInt(2),
                                            random.nextInt(20)));
            if (sometimes(2)) {
                line.append(" label=tier:gold");
            }
            String trait = withTraits ? TRAITS[random.nextInt(TRAITS.length)] : "";
            lines.add(line + (trait.isEmpty() ? "" : " " + trait));
        }
    }

    /** Where the application is, and what of that is pinned. */
    private void there() {
        List<String> on = names.stream().filter(_ -> sometimes(3)).toList();
        if (!on.isEmpty()) {
            lines.addFirst("on " + String.join(" ", on));
            if (sometimes(3)) {
                lines.addFirst("pinned " + on.getFirst());
            }
        }
    }

    private void spreads(List<String> over, int number, boolean soft) {
        int clusters = (int) policy.get("clusters");
        List<String> keys = new ArrayList<>(over);
        Collections.shuffle(keys, random);
        List<Map<String, Object>> spreads = new ArrayList<>();
        for (String key : keys.subList(0, number)) {
            Map<String, Object> spread = new LinkedHashMap<>();
            int min = 1 + random.nextInt(Math.min(3, clusters));
            spread.put("over", key);
            spread.put("minGroups", min);
            if (sometimes(2)) {
                spread.put("maxGroups", key.equals("name") ? clusters : min + random.nextInt(2));
            }
            spread.put("maxSkew", 1 + random.nextInt(2));
            if (soft && sometimes(4)) {
                spread.put("soft", true);
            }
            spreads.add(spread);
        }
        if (!spreads.isEmpty()) {
            policy.put("spread", spreads);
        }
    }

    private void weights() {
        for (Object spread : (List<?>) policy.getOrDefault("spread", List.of())) {
            Map<String, Integer> weights = new LinkedHashMap<>();
            for (String value : List.of("r0", "r1", "r0-0", "r1-1", "p0", "p1", "f0", "f1")) {
                if (sometimes(2)) {
                    weights.put(value, 1 + random.nextInt(4));
                }
            }
            @SuppressWarnings("unchecked") // made by spreads
            Map<String, Object> made = (Map<String, Object>) spread;
            made.put("weights", weights);
        }
    }

    private void rules() {
        if (sometimes(3)) {
            policy.put("where", sometimes(2) ? "region in (r0, r1)" : "feed = f0, jurisdiction");
        }
        if (sometimes(3)) {
            Map<String, Object> toleration = new LinkedHashMap<>(Map.of("key", "x"));
            if (sometimes(2)) {
                toleration.put("effect", "NoExecute");
                toleration.put("tolerationSeconds", sometimes(2) ? 60 : 20);
            }
            policy.put("tolerations", List.of(toleration));
        }
    }

    private void preferences() {
        List<Map<String, Object>> prefer = new ArrayList<>();
        if (sometimes(2)) {
            prefer.add(Map.of("lowest", "cost", "weight", 1 + random.nextInt(100)));
        }
        if (sometimes(2)) {
            prefer.add(Map.of("where", "tier = gold", "weight", 1 + random.nextInt(100)));
        }
        if (sometimes(4)) {
            prefer.add(Map.of("where", "provider = p0, region != r2", "weight", 10));
        }
        if (!prefer.isEmpty()) {
            policy.put("prefer", prefer);
        }
    }

    /** Of a single writer, whose standbys may be kept apart by a label. */
    private void roles() {
        if (sometimes(4) && (int) policy.get("clusters") > 1) {
            lines.addFirst("roles single");
            if (sometimes(2)) {
                boolean spread = String.valueOf(policy.get("spread")).contains("over=feed");
                policy.put("standbys", Map.of("apart", List.of(spread ? "cost" : "feed")));
            }
        }
    }

    private void groups() {
        if (sometimes(3)) {
            Map<String, Object> groups = new LinkedHashMap<>();
            groups.put("order", List.of("provider = p0", "provider = p1"));
            groups.put("overflow", sometimes(2));
            groups.put("returns", sometimes(2));
            policy.put("groups", groups);
        }
    }

    private void division() {
        if (sometimes(3)) {
            Map<String, Object> division = new LinkedHashMap<>();
            division.put("divide", "weighted");
            division.put(
                    "weights",
                    List.of(Map.of("where", "tier = gold", "weight", 1 + random.nextInt(5))));
            division.put("minPerCluster", random.nextInt(3));
            if (sometimes(2)) {
                division.put("maxPerCluster", 2 + random.nextInt(5));
            }
            policy.put("replicas", division);
            lines.addFirst("replicas web " + random.nextInt(20));
        }
    }

    /** Towards an application that runs somewhere, or away from one. */
    private void affinities() {
        List<Map<String, Object>> terms = new ArrayList<>();
        for (String other : List.of("cache", "noisy")) {
            if (sometimes(4)) {
                Map<String, Object> term = new LinkedHashMap<>();
                term.put("application", other);
                term.put("over", List.of("cluster", "region", "feed").get(random.nextInt(3)));
                term.put("apart", other.equals("noisy"));
                if (sometimes(2)) {
                    term.put("weight", 1 + random.nextInt(50));
                }
                terms.add(term);
                List<String> on = names.stream().filter(_ -> sometimes(3)).toList();
                lines.addFirst(
                        "other " + other + (on.isEmpty() ? "" : " on " + String.join(" ", on)));
            }
        }
        if (!terms.isEmpty()) {
            policy.put("affinity", terms);
        }
    }

    /** What the application requests, and how much of that the clusters have. */
    private void room() {
        if (!sometimes(2)) {
            return;
        }
        lines.replaceAll(
                line ->
                        Scenario.ofApplication(line) || sometimes(4)
                                ? line
                                : line
                                        + " room=%d/%dGi used=%d/%dGi"
                                                .formatted(
                                                        4 + random.nextInt(12),
                                                        8 + random.nextInt(24),
                                                        random.nextInt(8),
                                                        random.nextInt(16)));
        lines.addFirst(
                "requests web " + (1 + random.nextInt(3)) + "/" + (1 + random.nextInt(4)) + "Gi");
        Map<String, Object> capacity = new LinkedHashMap<>();
        capacity.put("headroom", random.nextInt(4) * 10 + "%");
        capacity.put("unknown", sometimes(2) ? "fits" : "refuses");
        policy.put("capacity", capacity);
    }
}
