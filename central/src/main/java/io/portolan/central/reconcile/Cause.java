package io.portolan.central.reconcile;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened that a key waits to be looked at, in order. Bounded: of many only the first are
 * kept and the others counted.
 *
 * @param told different ones
 * @param more how many others were there
 */
record Cause(List<String> told, int more) {
    /** Nothing is known to have happened: anything else says more. */
    static final String LEADER = "a new leader looked";

    private static final int MOST = 3;

    Cause {
        told = List.copyOf(told);
    }

    static Cause of(String words) {
        return new Cause(List.of(words), 0);
    }

    Cause then(String another) {
        if (told.contains(another) || another.equals(LEADER)) {
            return this;
        }
        if (told.equals(List.of(LEADER))) {
            return of(another);
        }
        if (told.size() == MOST) {
            return new Cause(told, more + 1);
        }
        List<String> both = new ArrayList<>(told);
        both.add(another);
        return new Cause(both, more);
    }

    Cause then(Cause later) {
        Cause out = this;
        for (String words : later.told) {
            out = out.then(words);
        }
        return new Cause(out.told, out.more + later.more);
    }

    String words() {
        return String.join("; ", told) + (more > 0 ? "; and " + more + " more" : "");
    }
}
