package io.portolan.model.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.cluster.ClusterStatus.Capacity;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CapacityTest {
    @Test
    void whatAnAgentTellsIsBounded() {
        assertEquals(
                new Capacity(
                        0, 0, Capacity.MOST, Capacity.MOST, 0, Optional.of(0L), Optional.empty()),
                new Capacity(
                        -1,
                        Long.MIN_VALUE,
                        Long.MAX_VALUE,
                        Capacity.MOST + 1,
                        -1,
                        Optional.of(-5L),
                        Optional.empty()));
        Capacity plain = new Capacity(3, 4, 5, 6, 7, Optional.of(8L), Optional.of(9L));
        assertEquals(4, plain.allocatableMillis());
        assertEquals(Optional.of(9L), plain.ownBytes());
    }
}
