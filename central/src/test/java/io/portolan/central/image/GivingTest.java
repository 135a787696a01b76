package io.portolan.central.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Uid;
import io.portolan.placement.fleet.Amount;
import io.portolan.placement.fleet.Cell.Guest;
import io.portolan.placement.fleet.Guests;
import io.portolan.placement.fleet.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GivingTest {
    /** It answers as a list of all does, and nothing is left of those that went. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void answersAsAListOfAllWould(long seed) {
        Random random = new Random(seed);
        Giving giving = Giving.NOBODY;
        Map<Uid, Guest> there = new TreeMap<>();
        for (int i = 0; i < 500; i++) {
            Uid uid = new Uid("a" + random.nextInt(40));
            if (there.remove(uid) == null) {
                Use use =
                        new Use(
                                new Amount(random.nextInt(5), random.nextInt(3)),
                                new Amount(0, random.nextInt(3)));
                int priority = random.nextInt(5) - 2;
                there.put(uid, new Guest(uid, uid.value(), priority, use.on(3)));
                giving = giving.with(uid, new Giving.Party(uid.value(), priority, use));
            } else {
                giving = giving.without(uid);
            }
            Guests is = giving.on(3);
            Guests expected = Guests.of(there.values());
            assertEquals(list(expected), list(is), "seed " + seed);
            assertEquals(expected.isEmpty(), is.isEmpty());
            for (int priority = -3; priority < 5; priority++) {
                assertEquals(expected.below(priority), is.below(priority), "seed " + seed);
            }
            assertEquals(expected.guest(uid), is.guest(uid));
        }
        for (Uid uid : there.keySet()) {
            giving = giving.without(uid).without(uid);
        }
        assertEquals(Giving.NOBODY, giving);
        assertTrue(giving.on(3).isEmpty());
    }

    private static List<Guest> list(Guests guests) {
        List<Guest> out = new ArrayList<>();
        guests.inTurn().forEach(out::add);
        return out;
    }
}
