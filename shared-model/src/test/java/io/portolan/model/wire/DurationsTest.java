package io.portolan.model.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0s, 0, 0s",
        "90s, 90000, 1m30s",
        "1m30s, 90000, 1m30s",
        "500ms, 500, 500ms",
        "2h, 7200000, 2h",
        "1h1m1s1ms, 3661001, 1h1m1s1ms",
        "36h, 129600000, 36h",
        "30d, 2592000000, 720h",
        "1d1h, 90000000, 25h",
    })
    void readsAndWrites(String text, long millis, String written) {
        assertEquals(Duration.ofMillis(millis), Durations.parse(text));
        assertEquals(written, Durations.format(Duration.ofMillis(millis)));
        assertEquals(Duration.ofMillis(millis), Durations.parse(written));
    }

    @ParameterizedTest
    @CsvSource({"-2211887, 0", "-1, 0", "0, 900000", "7, 900000"})
    void writesOnlyWhatItReads(long millis, int nanos) {
        Duration any = Duration.ofMillis(millis).plusNanos(nanos);
        assertEquals(
                Duration.ofMillis(Math.max(0, any.toMillis())),
                Durations.parse(Durations.format(any)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5s1m", "1.5s", " 5s", "9999999999s", "PT5S"})
    void refusesWhatIsNoDuration(String text) {
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    }
}
