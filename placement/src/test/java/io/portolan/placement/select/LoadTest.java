package io.portolan.placement.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Loads are fractions, and compared as such. */
class LoadTest {
    @Test
    void equalFractionsAreEqual() {
        assertEquals(new Load(1, 2), new Load(3, 6));
        assertEquals(new Load(0, 1), new Load(0, 7));
        assertEquals(new Load(3, 1), new Load(9, 3));
        assertNotEquals(new Load(2, 3), new Load(3, 2));
        assertEquals(0, new Load(4, 2).compareTo(new Load(2, 1)));
    }

    @Test
    void whatIsFullerIsGreater() {
        assertTrue(new Load(2, 3).compareTo(new Load(3, 4)) < 0);
        assertTrue(new Load(3, 1).compareTo(new Load(5, 2)) > 0);
        assertTrue(
                new Load(Integer.MAX_VALUE, 1).compareTo(new Load(Integer.MAX_VALUE, 999)) > 0,
                "also where the products are large");
    }

    /** By how much one is fuller, against the difference of the fractions in sixtieths. */
    @Test
    void withinIsTheDifferenceOfTheFractions() {
        for (int a = 0; a < 8; a++) {
            for (int b = 0; b < 8; b++) {
                for (int v = 1; v < 7; v++) {
                    for (int w = 1; w < 7; w++) {
                        int sixtieths = a * (60 / v) - b * (60 / w);
                        for (int skew = 0; skew < 4; skew++) {
                            assertEquals(
                                    sixtieths <= skew * 60,
                                    new Load(a, v).within(skew, new Load(b, w)),
                                    a + "/" + v + " - " + b + "/" + w + " <= " + skew);
                        }
                    }
                }
            }
        }
    }

    /** The least number with which another group is within the skew. */
    @Test
    void leastIsTheFirstThatIsWithin() {
        for (int clusters = 0; clusters < 9; clusters++) {
            for (int of = 1; of < 5; of++) {
                for (int weight = 1; weight < 5; weight++) {
                    for (int skew = 0; skew < 4; skew++) {
                        Load fullest = new Load(clusters, of);
                        int first = 0;
                        while (!fullest.within(skew, new Load(first, weight))) {
                            first++;
                        }
                        assertEquals(
                                first,
                                fullest.least(skew, weight),
                                fullest + ", skew " + skew + ", weight " + weight);
                    }
                }
            }
        }
    }
}
