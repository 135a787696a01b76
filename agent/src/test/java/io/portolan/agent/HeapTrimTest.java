package io.portolan.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeapTrimTest {
    private static final long MIB = 1 << 20;

    private final HeapTrim trim = new HeapTrim();

    @Test
    void collectsOnceAfterWorkWhenItIsQuiet() {
        assertFalse(trim.due(40 * MIB, 20 * MIB), "at work");
        assertFalse(trim.due(44 * MIB, 30 * MIB), "still at work");
        assertTrue(trim.due(44 * MIB, 30 * MIB + 1), "quiet, and the heap has grown");
        trim.collected(24 * MIB, 19 * MIB);
        assertFalse(trim.due(24 * MIB, 19 * MIB + 1), "nothing to give back");
        assertFalse(trim.due(25 * MIB, 19 * MIB + 2), "too little to give back");
    }

    @Test
    void collectsAgainAfterTheNextBurst() {
        trim.collected(24 * MIB, 19 * MIB);
        assertFalse(trim.due(30 * MIB, 25 * MIB));
        assertTrue(trim.due(30 * MIB, 25 * MIB));
    }
}
