package io.portolan.placement.select;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Completion under several spreads at once, or under one whose groups have weights.
 *
 * <p>Goals: exact where the groups of one spread lie within those of another (zone, region,
 * provider) and the search ends within its bound; else it may say that it does not know.
 *
 * <p>Constraints: those of {@link Groups}, for each spread.
 *
 * <p>Method: class by class ({@link Classes}), try each number that may be taken from it, depth
 * first. A group is judged when its last class is done. What is still to come depends only on how
 * many are left to take, on the counts of the groups that are under way, and on number, least and
 * most of those that are done; a state that failed once is not tried again. Where groups are nested
 * few are under way at a time, so the states are few. Where they cross, the states may be as many
 * as the choices: that is what the {@link Budget} is for.
 */
final class Search implements Completion {
    /** The search goes as deep as there are classes. */
    private static final int MOST_CLASSES = 2_000;

    /** Of no group yet. */
    private static final Load FULLEST = new Load(Integer.MAX_VALUE, 1);

    private static final Load EMPTIEST = new Load(0, 1);

    private final Topology[] spreads;
    private final Classes classes;
    private final Budget budget;
    private final boolean[][] closing;
    private final int[][][] open;
    private final int[] taken;
    private final int[] sizesFrom;
    private final int[] takenFrom;
    private final int[][] counts;
    private final int[] used;
    private final int[] left;
    private final Load[] least;
    private final Load[] most;
    private Set<State> failed = new HashSet<>();

    /** How many of each class the last choice takes that was found. */
    private final int[] found;

    private int total;

    Search(List<Topology> unordered, int[] clusters, Budget budget) {
        List<Topology> ordered =
                unordered.stream().sorted(Comparator.comparingInt(s -> used(s, clusters))).toList();
        this.spreads = ordered.toArray(Topology[]::new);
        this.classes = Classes.of(ordered, clusters);
        this.budget = budget;
        this.closing = classes.closing(spreads.length);
        this.open = classes.count() > MOST_CLASSES ? new int[0][][] : classes.open(spreads.length);
        this.taken = new int[classes.count()];
        this.found = new int[classes.count()];
        this.sizesFrom = from(classes.sizes());
        this.takenFrom = new int[classes.count() + 1];
        this.counts = new int[spreads.length][];
        for (int s = 0; s < spreads.length; s++) {
            counts[s] = new int[spreads[s].groups()];
        }
        this.used = new int[spreads.length];
        this.left = new int[spreads.length];
        this.least = new Load[spreads.length];
        this.most = new Load[spreads.length];
    }

    private static int used(Topology spread, int[] clusters) {
        return (int) Arrays.stream(spread.count(clusters)).filter(n -> n > 0).count();
    }

    /** The sums from each place to the end. */
    private static int[] from(int[] numbers) {
        int[] out = new int[numbers.length + 1];
        for (int i = numbers.length - 1; i >= 0; i--) {
            out[i] = out[i + 1] + numbers[i];
        }
        return out;
    }

    @Override
    public void take(int cluster) {
        taken[classOf(cluster)]++;
        total++;
    }

    @Override
    public int taken() {
        return total;
    }

    @Override
    public int classOf(int cluster) {
        return classes.classOf().getOrDefault(cluster, -1);
    }

    @Override
    public boolean found(int cluster) {
        int c = classOf(cluster);
        return taken[c] < found[c];
    }

    @Override
    public Answer completesWith(int cluster, int total) {
        int c = classOf(cluster);
        if (taken[c] == classes.sizes()[c]) {
            return Answer.NO;
        }
        taken[c]++;
        Answer answer = completes(total);
        taken[c]--;
        return answer;
    }

    @Override
    public Answer completes(int total) {
        if (classes.count() > MOST_CLASSES) {
            return Answer.UNDECIDED;
        }
        if (!budget.look((long) classes.count() * spreads.length)) {
            return Answer.UNDECIDED;
        }
        System.arraycopy(from(taken), 0, takenFrom, 0, takenFrom.length);
        failed = new HashSet<>();
        Arrays.fill(used, 0);
        Arrays.fill(left, 0);
        Arrays.fill(least, FULLEST);
        Arrays.fill(most, EMPTIEST);
        for (int s = 0; s < spreads.length; s++) {
            Arrays.fill(counts[s], 0);
            for (boolean[] ends : closing) {
                left[s] += ends[s] ? 1 : 0;
            }
        }
        return from(0, total);
    }

    private Answer from(int c, int remaining) {
        if (!budget.step()) {
            return Answer.UNDECIDED;
        }
        if (remaining < takenFrom[c] || remaining > sizesFrom[c]) {
            return Answer.NO;
        }
        for (int s = 0; s < spreads.length; s++) {
            if (used[s] + left[s] < spreads[s].minGroups()) {
                return Answer.NO;
            }
        }
        if (c == classes.count()) {
            return Answer.YES;
        }
        State state = state(c, remaining);
        if (failed.contains(state)) {
            return Answer.NO;
        }
        Answer answer = Answer.NO;
        int highest = Math.min(classes.sizes()[c], remaining - takenFrom[c + 1]);
        for (int n = taken[c]; n <= highest; n++) {
            Answer here = with(c, n, remaining);
            if (here == Answer.YES) {
                return here;
            }
            answer = here == Answer.UNDECIDED ? here : answer;
        }
        if (answer == Answer.NO) {
            failed.add(state);
        }
        return answer;
    }

    /** The rest after this many of a class; leaves everything as it was. */
    private Answer with(int c, int n, int remaining) {
        int[] usedBefore = used.clone();
        Load[] leastBefore = least.clone();
        Load[] mostBefore = most.clone();
        boolean fits = true;
        for (int s = 0; s < spreads.length; s++) {
            fits &= add(s, c, n);
        }
        Answer answer = fits ? from(c + 1, remaining - n) : Answer.NO;
        if (answer == Answer.YES) {
            found[c] = n;
        }
        for (int s = 0; s < spreads.length; s++) {
            counts[s][classes.groupOf()[c][s]] -= n;
            left[s] += closing[c][s] ? 1 : 0;
            used[s] = usedBefore[s];
            least[s] = leastBefore[s];
            most[s] = mostBefore[s];
        }
        return answer;
    }

    private boolean add(int s, int c, int n) {
        int count = counts[s][classes.groupOf()[c][s]] += n;
        if (!closing[c][s]) {
            return load(s, c, count).within(spreads[s].maxSkew(), least[s]);
        }
        left[s]--;
        if (count == 0) {
            return true;
        }
        used[s]++;
        Load load = load(s, c, count);
        least[s] = load.compareTo(least[s]) < 0 ? load : least[s];
        most[s] = load.compareTo(most[s]) > 0 ? load : most[s];
        return used[s] <= spreads[s].maxGroups() && most[s].within(spreads[s].maxSkew(), least[s]);
    }

    private Load load(int s, int c, int count) {
        return new Load(count, spreads[s].weight(classes.groupOf()[c][s]));
    }

    private State state(int c, int remaining) {
        int[] parts = new int[2 + 5 * spreads.length + open[c].length];
        int at = 0;
        parts[at++] = c;
        parts[at++] = remaining;
        for (int s = 0; s < spreads.length; s++) {
            // More groups than must be used make no difference, unless there may be too many.
            parts[at++] =
                    spreads[s].maxGroups() == Integer.MAX_VALUE
                            ? Math.min(used[s], spreads[s].minGroups())
                            : used[s];
            parts[at++] = least[s].clusters();
            parts[at++] = least[s].weight();
            parts[at++] = most[s].clusters();
            parts[at++] = most[s].weight();
        }
        for (int[] group : open[c]) {
            parts[at++] = counts[group[0]][group[1]];
        }
        return new State(parts);
    }

    /** What the rest of a search depends on. */
    private record State(int[] parts) {
        @Override
        public boolean equals(Object other) {
            return other instanceof State(int[] those) && Arrays.equals(parts, those);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(parts);
        }
    }
}
