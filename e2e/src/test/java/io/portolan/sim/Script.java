package io.portolan.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What befalls a fleet in one life: all that a seed chose, less what is left out. Two equal scripts
 * make equal lives.
 *
 * @param span how long there is trouble
 * @param without numbers of strikes, and names of {@link #PARTS}
 */
record Script(long seed, Duration span, Set<String> without) {
    /** Lost, late and doubled answers. */
    static final String FAULTS = "faults";

    /** Clocks that differ. */
    static final String DRIFT = "drift";

    /** In some lives the single writer fences itself. */
    static final String GUARD = "guard";

    /** In some lives moves of the single writer are approved, and hooks act in them. */
    static final String GATES = "gates";

    /** In some lives there is too little room for everything everywhere. */
    static final String ROOM = "room";

    /** In some lives standbys have ready what a level says. */
    static final String STANDBYS = "standbys";

    /** In some lives central's database is restored from a copy. */
    static final String RESTORES = "restores";

    static final String SINGLE = "ledger";
    static final String MANY = "web";
    static final List<String> REGIONS = List.of("eu-west", "eu-north", "us-east");

    /** What can be left out as a whole, but for the strikes. A fleet keeps two clusters. */
    static final List<String> PARTS =
            List.of(
                    FAULTS,
                    DRIFT,
                    GUARD,
                    GATES,
                    ROOM,
                    STANDBYS,
                    RESTORES,
                    MANY,
                    SINGLE,
                    REGIONS.getLast());

    /** Time for the fleet to form. */
    private static final Duration START = Duration.ofSeconds(8);

    private static final int LONGEST_PAUSE_MILLIS = 15_000;

    /**
     * One thing that goes wrong or that somebody does.
     *
     * @param seed of all that it chooses
     */
    record Strike(int number, Instant at, long seed) {}

    Script {
        without = Set.copyOf(without);
    }

    static Script of(long seed, Duration span) {
        return new Script(seed, span, Set.of());
    }

    boolean has(String part) {
        return !without.contains(part);
    }

    List<String> regions() {
        return REGIONS.stream().filter(this::has).toList();
    }

    /** Those that are not left out, at the times that they always have. */
    List<Strike> strikes() {
        Dice dice = new Dice(seed * 7919 + 17);
        List<Strike> out = new ArrayList<>();
        Instant at = World.BEGINNING.plus(START);
        Instant end = at.plus(span);
        for (int number = 1; ; number++) {
            at = at.plusMillis(1 + dice.pick(LONGEST_PAUSE_MILLIS));
            if (at.isAfter(end)) {
                return out;
            }
            Strike strike = new Strike(number, at, dice.seed());
            if (has(Integer.toString(number))) {
                out.add(strike);
            }
        }
    }

    Script without(List<String> more) {
        Set<String> all = new TreeSet<>(without);
        all.addAll(more);
        return new Script(seed, span, all);
    }

    /** What could be left out yet. */
    List<String> leavable() {
        List<String> out = new ArrayList<>(PARTS.stream().filter(this::has).toList());
        strikes().forEach(s -> out.add(Integer.toString(s.number())));
        return out;
    }

    /** {@code --seeds 1 --from 17 --hours 0.05 --without faults,web,1-6,9}. */
    @Override
    public String toString() {
        return "--seeds 1 --from "
                + seed
                + " --hours "
                + span.toMillis() / 3_600_000.0
                + (without.isEmpty() ? "" : " --without " + written(without));
    }

    private static String written(Set<String> without) {
        List<String> out = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (String item : new TreeSet<>(without)) {
            if (Character.isDigit(item.charAt(0))) {
                numbers.add(Integer.valueOf(item));
            } else {
                out.add(item);
            }
        }
        numbers.sort(null);
        for (int i = 0; i < numbers.size(); ) {
            int j = i;
            while (j + 1 < numbers.size() && numbers.get(j + 1) == numbers.get(j) + 1) {
                j++;
            }
            out.add(i == j ? "" + numbers.get(i) : numbers.get(i) + "-" + numbers.get(j));
            i = j + 1;
        }
        return String.join(",", out);
    }

    /**
     * What {@link #toString} writes after {@code --without}.
     *
     * @throws IllegalArgumentException where it is none of that
     */
    static Set<String> read(String without) {
        Set<String> out = new TreeSet<>();
        for (String item : without.split(",")) {
            if (PARTS.contains(item)) {
                out.add(item);
            } else if (item.matches("\\d{1,6}(-\\d{1,6})?")) {
                String[] ends = item.split("-");
                int last = Integer.parseInt(ends[ends.length - 1]);
                for (int i = Integer.parseInt(ends[0]); i <= last; i++) {
                    out.add(Integer.toString(i));
                }
            } else {
                throw new IllegalArgumentException(
                        item
                                + " is no strike's number, no range, and none of "
                                + PARTS.stream().collect(Collectors.joining(", ")));
            }
        }
        return out;
    }
}
