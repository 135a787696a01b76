package io.portolan.placement.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AmountTest {
    private static final long MOST = 1L << 49;

    @Test
    void whatIsAbsurdIsBounded() {
        assertEquals(new Amount(MOST, 0), Amount.asked(Long.MAX_VALUE, -5));
        assertEquals(new Amount(MOST, MOST), new Amount(3, 7).times(Long.MAX_VALUE));
        assertEquals(new Amount(6, 14), new Amount(3, 7).times(2));
        assertEquals(Amount.NONE, new Amount(3, 7).times(0));
    }

    @Test
    void sumsDoNotWrap() {
        Amount max = new Amount(Long.MAX_VALUE, Long.MAX_VALUE);
        Amount min = new Amount(-Long.MAX_VALUE, -Long.MAX_VALUE);
        assertEquals(max, max.plus(new Amount(1, Long.MAX_VALUE)));
        assertEquals(min, min.minus(new Amount(1, Long.MAX_VALUE)));
        assertEquals(min, Amount.NONE.minus(max));
        assertEquals(new Amount(-3, 3), new Amount(1, 5).minus(new Amount(4, 2)));
    }

    @Test
    void sumsOfThousandsOfAbsurdOnesCanBeTakenBack() {
        Amount most = Amount.asked(Long.MAX_VALUE, Long.MAX_VALUE);
        Amount sum = new Amount(1, 2);
        for (int i = 0; i < 10_000; i++) {
            sum = sum.plus(most);
        }
        assertTrue(sum.millis() > 0 && sum.bytes() > 0);
        for (int i = 0; i < 10_000; i++) {
            sum = sum.minus(most);
        }
        assertEquals(new Amount(1, 2), sum);
    }

    @Test
    void fitsWhereEachDimensionDoesThatIsAskedFor() {
        Amount free = new Amount(1_000, -5);
        assertTrue(new Amount(1_000, 0).fits(free));
        assertFalse(new Amount(1_001, 0).fits(free));
        assertFalse(new Amount(1, 1).fits(free));
        assertEquals(3, new Amount(300, 0).howMany(free));
        assertEquals(0, new Amount(300, 1).howMany(free));
        assertEquals(1_000_000, Amount.NONE.howMany(free));
    }

    @Test
    void isToldInThePeoplesUnits() {
        assertEquals("1.5 CPU, 256 MiB", new Amount(1_500, 256 << 20).toString());
        assertEquals("0 CPU, 0 B", Amount.NONE.toString());
        assertEquals("0.25 CPU, 1.5 GiB", new Amount(250, 3L << 29).toString());
        assertEquals("10 CPU, 2048 TiB", new Amount(10_000, 1L << 51).toString());
        assertEquals("100 CPU, 1023 B", new Amount(100_000, 1023).toString());
    }

    @Test
    void aPercentageIsRoundedUp() {
        assertEquals(new Amount(1, 26), new Amount(1, 255).percent(10));
        assertEquals(new Amount(900, 90), new Amount(1_000, 100).percent(90));
    }

    @Test
    void requestsOfAPartNameOnlyWhatIsDivided() {
        Requests requests =
                new Requests(
                        Map.of(
                                "web", new Requests.Workload(10, new Amount(100, 10)),
                                "api", new Requests.Workload(3, new Amount(1_000, 0))),
                        new Amount(7, 7),
                        new Amount(1, 1));
        assertEquals(new Use(new Amount(4_007, 107), new Amount(1, 1)), requests.all());
        assertEquals(new Amount(3_207 + 5, 27 + 5), requests.part(Map.of("web", 2)).on(5));
        assertEquals(new Amount(3_507, 57), requests.least(5).amount());
    }
}
