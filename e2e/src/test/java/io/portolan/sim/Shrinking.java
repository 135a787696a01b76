package io.portolan.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks for a shorter life that breaks the same invariant. Method: delta debugging (Zeller and
 * Hildebrandt, 2002): leave out the parts one by one, then strikes in halves, quarters and so on
 * until none can go.
 */
final class Shrinking {
    private static final int MOST_LIVES = 150;

    private final Function<Script, Optional<Violation>> live;
    private Violation found;
    private Script script;
    private int lives;

    private Shrinking(Script script, Violation found, Function<Script, Optional<Violation>> live) {
        this.script = script;
        this.found = found;
        this.live = live;
    }

    /** The shortest that was found, and how it ended. */
    record Shrunk(Script script, Violation violation) {}

    static Shrunk of(Script script, Violation found, Function<Script, Optional<Violation>> live) {
        Shrinking shrinking = new Shrinking(script, found, live);
        shrinking.shrink();
        return new Shrunk(shrinking.script, shrinking.found);
    }

    private void shrink() {
        for (int parts = 1; lives < MOST_LIVES; ) {
            List<String> left = script.leavable();
            int size = Math.max(1, left.size() / parts);
            boolean less = false;
            for (int from = 0; from < left.size() && lives < MOST_LIVES; from += size) {
                // The last ones first: what comes after the end of the story goes at once.
                int end = left.size() - from;
                less |= still(left.subList(Math.max(0, end - size), end));
            }
            if (!less && size == 1) {
                return;
            }
            parts = less ? Math.max(1, parts - 1) : Math.min(left.size(), parts * 2);
        }
    }

    private boolean still(List<String> without) {
        Script less = script.without(new ArrayList<>(without));
        lives++;
        Optional<Violation> end = live.apply(less);
        if (end.filter(v -> v.invariant() == found.invariant()).isEmpty()) {
            return false;
        }
        script = less;
        found = end.get();
        return true;
    }
}
