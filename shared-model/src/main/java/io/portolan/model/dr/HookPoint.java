package io.portolan.model.dr;

import java.util.Locale;

/** Where in an operation something outside of Portolan may act, in the order of the machine. */
public enum HookPoint {
    /** Traffic leaves the source, before the role is taken from a single writer (F1). */
    WITHDRAW_TRAFFIC,
    /** The source takes no more writes; planned moves of a single writer only. */
    QUIESCE,
    /** The target has received the last write; planned moves of a single writer only. */
    FINAL_SYNC,
    /** A cluster that is not heard is cut off or switched off. Written as {@code fencing.hook}. */
    FENCE,
    /** Whether that is so. Written as {@code fencing.readBack}. */
    FENCE_READ_BACK,
    /** How much would be lost: before the commit. */
    DATA_GATE,
    /** The target's data take writes: after the commit, before it is verified. */
    PROMOTE,
    /** Traffic goes to the verified target. */
    SWITCH_TRAFFIC,
    /** What is left in the source goes. */
    CLEAN_SOURCE,
    /** The next standby is protected. */
    REPROTECT;

    /** Whether what comes of it is an answer in JSON, that something follows from. */
    public boolean asks() {
        return this == DATA_GATE || this == FENCE_READ_BACK;
    }

    /** Whether it is about a cluster that nobody hears, and written apart. */
    public boolean fences() {
        return this == FENCE || this == FENCE_READ_BACK;
    }

    /** Whether it acts on the clusters that are left, so that a Job of it runs there. */
    public boolean inSource() {
        return switch (this) {
            case WITHDRAW_TRAFFIC, QUIESCE, FINAL_SYNC, CLEAN_SOURCE -> true;
            case FENCE, FENCE_READ_BACK, DATA_GATE, PROMOTE, SWITCH_TRAFFIC, REPROTECT -> false;
        };
    }

    /** Whether it lies before a role is taken, which only a single writer's is. */
    public boolean ofSingleWriter() {
        return compareTo(DATA_GATE) < 0;
    }

    /** {@code switchTraffic}. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        for (String word : name().toLowerCase(Locale.ROOT).split("_")) {
            out.append(
                    out.isEmpty()
                            ? word
                            : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return out.toString();
    }
}
