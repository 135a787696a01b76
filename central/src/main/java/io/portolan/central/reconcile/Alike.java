package io.portolan.central.reconcile;

import io.portolan.model.placement.PlacementDecision;
import java.util.regex.Pattern;

/**
 * Whether two decisions say the same, turns of standbys aside. A decision is a stored row, and room
 * changes with each decision and report: that a number in a detail moved, or that another cluster
 * has no room for an application that has found all it asks for, is no reason to write.
 */
final class Alike {
    private static final Pattern OF_ROOM =
            Pattern.compile(", [0-9]+ (memory|cpu|unknown room|preempted|not needed)(?=[,;]|$)");
    private static final Pattern AMOUNT =
            Pattern.compile("\\b(needs|free|after|and) [0-9.]+( [KMGT]?i?B)?");

    private Alike() {}

    static boolean are(PlacementDecision old, PlacementDecision decision) {
        return old.satisfied() == decision.satisfied()
                && old.mayReturn() == decision.mayReturn()
                && old.nearest().map(Alike::words).equals(decision.nearest().map(Alike::words))
                && old.chosen().equals(decision.chosen())
                && summary(old).equals(summary(decision))
                && old.parts().equals(decision.parts());
    }

    private static String summary(PlacementDecision decision) {
        String all = decision.summary().replaceFirst(": ", ", ");
        return decision.satisfied() ? OF_ROOM.matcher(all).replaceAll("") : all;
    }

    private static String words(String nearest) {
        return AMOUNT.matcher(nearest).replaceAll("$1");
    }
}
