package io.portolan.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases of Kubernetes' own quantity tests. */
class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "250m, 0.25",
        "1, 1",
        "1.5, 1.5",
        ".5, 0.5",
        "2., 2",
        "256Mi, 268435456",
        "1Gi, 1073741824",
        "1k, 1000",
        "2e3, 2000",
        "2E3, 2000",
        "1E, 1000000000000000000",
        "1Ei, 1152921504606846976",
        "-1, -1",
        "5e-3, 0.005",
    })
    void hasItsValueInTheBaseUnit(String text, BigDecimal value) {
        assertEquals(0, value.compareTo(new Quantity(text).value()), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a lot", "1 Gi", "1gi", "1mi", "1K", "--1", "1e", "1e333", "0x1", "."})
    void refusesWhatKubernetesRefuses(String text) {
        assertFalse(Quantity.valid(text), text);
        assertThrows(IllegalArgumentException.class, () -> new Quantity(text).value());
    }

    @Test
    void roundsUp() {
        assertEquals(1, new Quantity("1n").bytes());
        assertEquals(1, new Quantity("100u").millis());
        assertEquals(1500, new Quantity("1.5").millis());
        assertEquals(Long.MAX_VALUE, new Quantity("10E").bytes());
        assertEquals(Long.MAX_VALUE, new Quantity("9E").millis());
        assertEquals(-Long.MAX_VALUE, new Quantity("-9E").millis());
    }
}
