package io.portolan.central.api;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody may have meant who mistyped it. */
final class Likeness {
    /** Longer words are not compared: it costs the product of their lengths. */
    private static final int LONGEST = 320;

    private Likeness() {}

    /** The known word that the fewest slips lead to, at most one in three characters. */
    static Optional<String> nearest(String said, Collection<String> known) {
        if (said.length() > LONGEST) {
            return Optional.empty();
        }
        return known.stream()
                .filter(k -> k.length() <= LONGEST)
                .filter(k -> Math.abs(k.length() - said.length()) <= most(said))
                .filter(k -> slips(said, k) <= most(said))
                .min(
                        Comparator.comparingInt((String k) -> slips(said, k))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private static int most(String said) {
        return Math.max(1, said.length() / 3);
    }

    /** Characters left out, added or taken for others, or two that were swapped (Damerau). */
    private static int slips(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                least[i][j] = i == 0 ? j : j == 0 ? i : step(least, one, other, i, j);
            }
        }
        return least[one.length()][other.length()];
    }

    private static int step(int[][] least, String one, String other, int i, int j) {
        int differs = one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        int out =
                Math.min(
                        least[i - 1][j - 1] + differs,
                        1 + Math.min(least[i - 1][j], least[i][j - 1]));
        boolean swapped =
                i > 1
                        && j > 1
                        && one.charAt(i - 1) == other.charAt(j - 2)
                        && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(out, least[i - 2][j - 2] + 1) : out;
    }
}
