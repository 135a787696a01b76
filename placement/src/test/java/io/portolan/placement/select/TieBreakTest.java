package io.portolan.placement.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.portolan.model.Uid;
import org.junit.jupiter.api.Test;

class TieBreakTest {
    @Test
    void tiesOfAnApplicationBreakAlikeAndOfTwoOtherwise() {
        Uid one = new Uid("uid-one");
        Uid other = new Uid("uid-other");
        assertEquals(TieBreak.seed(one), TieBreak.seed(new Uid("uid-one")));
        assertNotEquals(TieBreak.seed(one), TieBreak.seed(other));
        assertNotEquals(TieBreak.rank(1, one), TieBreak.rank(2, one));
        assertNotEquals(TieBreak.rank(1, one), TieBreak.rank(1, other));
        assertEquals(TieBreak.rank(7, one), TieBreak.rank(7, TieBreak.hash(one)));
    }
}
