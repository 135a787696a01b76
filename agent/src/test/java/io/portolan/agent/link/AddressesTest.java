package io.portolan.agent.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.agent.link.Addresses.At;
import io.portolan.model.Uid;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AddressesTest {
    private static final List<URI> THREE =
            List.of(
                    URI.create("http://a:8440"),
                    URI.create("http://b:8440"),
                    URI.create("http://c:8440"));
    private static final int FLEET = 3_000;

    private long now;

    private Addresses of(List<URI> all, String cluster) {
        Addresses addresses =
                new Addresses(all, () -> now, new SplittableRandom(cluster.hashCode()));
        addresses.of(new Uid(cluster));
        return addresses;
    }

    private Addresses of(String cluster) {
        return of(THREE, cluster);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void aFleetSpreadsAndTheAgentsOfANodeThatGoesSpreadOverTheRest() {
        Map<URI, Integer> homes = new HashMap<>();
        Map<URI, Integer> refuges = new HashMap<>();
        for (int i = 0; i < FLEET; i++) {
            Addresses one = of("cluster-" + i);
            homes.merge(one.now().address(), 1, Integer::sum);
            if (one.now().address().equals(THREE.getFirst())) {
                one.leave(one.now());
                refuges.merge(one.now().address(), 1, Integer::sum);
            }
        }
        for (URI address : THREE) {
            assertTrue(Math.abs(homes.get(address) - FLEET / 3) < FLEET / 20, homes::toString);
        }
        assertEquals(Set.of(THREE.get(1), THREE.get(2)), refuges.keySet());
        refuges.values()
                .forEach(n -> assertTrue(Math.abs(n - FLEET / 6) < FLEET / 20, refuges::toString));
    }

    @Test
    void theOrderIsTheClustersWhateverTheOrderOfTheFlag() {
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    of("cluster-" + i).now().address(),
                    of(THREE.reversed(), "cluster-" + i).now().address());
        }
    }

    /** Before it has joined an agent has no uid; a fleet that is installed at once spreads too. */
    @Test
    void whoHasNotJoinedStartsAnywhere() {
        Set<URI> first = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            first.add(new Addresses(THREE, () -> now, new SplittableRandom(seed)).now().address());
        }
        assertEquals(Set.copyOf(THREE), first);
    }

    @Test
    void manyFailuresOfOneStayMoveOnce() {
        Addresses one = of("c");
        At home = one.now();
        assertTrue(one.leave(home));
        At refuge = one.now();
        assertFalse(one.leave(home), "the heartbeat of the same stay comes too late");
        assertEquals(refuge, one.now());
    }

    @Test
    void goesRoundWhileAllFail() {
        Addresses one = of("c");
        Set<URI> tried = new HashSet<>();
        for (int i = 0; i < 3; i++) {
            tried.add(one.now().address());
            one.leave(one.now());
            pass(Duration.ofMillis(500));
        }
        assertEquals(Set.copyOf(THREE), tried);
        URI longestAgo = one.now().address();
        one.leave(one.now());
        assertNotEquals(longestAgo, one.now().address());
    }

    @Test
    void anAddressThatFailedLatelyIsPassedOver() {
        Addresses one = of("c");
        URI home = one.now().address();
        one.leave(one.now());
        pass(Duration.ofSeconds(10));
        one.leave(one.now());
        assertNotEquals(home, one.now().address());
        pass(Duration.ofSeconds(25));
        one.leave(one.now());
        assertEquals(home, one.now().address(), "35 s ago is long enough");
    }

    @Test
    void aNodeThatCannotServeIsLeftAfterAWhile() {
        Addresses one = of("c");
        At home = one.now();
        assertFalse(one.troubled(home));
        assertFalse(one.troubled(home));
        one.served(home);
        assertFalse(one.troubled(home));
        assertFalse(one.troubled(home));
        assertTrue(one.troubled(home));
        assertNotEquals(home.address(), one.now().address());
    }

    @Test
    void looksHomewardWithinTheBoundAndNotAllAtOnce() {
        int early = 0;
        int fleet = 400;
        for (int i = 0; i < fleet; i++) {
            now = 0;
            Addresses one = of("cluster-" + i);
            assertEquals(Optional.empty(), one.home(), "it is there");
            URI home = one.now().address();
            one.leave(one.now());
            pass(Addresses.HOMEWARD_LEAST.minusNanos(1));
            assertEquals(Optional.empty(), one.home());
            now = Addresses.HOMEWARD_LEAST.plus(Addresses.HOMEWARD_MOST).dividedBy(2).toNanos();
            early += one.home().isPresent() ? 1 : 0;
            now += Addresses.HOMEWARD_MOST.toNanos();
            assertEquals(Optional.of(home), one.home());
            assertEquals(Optional.empty(), one.home(), "it failed: not again at once");
            one.returned(home);
            assertEquals(home, one.now().address());
        }
        assertTrue(Math.abs(early - fleet / 2) < fleet / 8, early + " of " + fleet);
    }

    @Test
    void oneAddressStaysAndEachFailureIsAnotherStay() {
        Addresses one = of(List.of(THREE.getFirst()), "c");
        At first = one.now();
        assertTrue(one.leave(first));
        assertEquals(first.address(), one.now().address());
        assertNotEquals(first, one.now());
        pass(Duration.ofHours(1));
        assertEquals(Optional.empty(), one.home());
    }
}
