package io.portolan.placement;

import java.util.stream.LongStream;

/** Of which random cases are made: from 0 on, the same in every run. */
public final class Seeds {
    private static final int MOST = Integer.getInteger("portolan.seeds", Integer.MAX_VALUE);

    private Seeds() {}

    /**
     * So many, unless {@code -Dportolan.seeds} says fewer: {@code placement/mutation} tries the
     * cases with every change that it makes to the engine.
     */
    public static LongStream upTo(int usual) {
        return LongStream.range(0, Math.min(usual, MOST));
    }
}
