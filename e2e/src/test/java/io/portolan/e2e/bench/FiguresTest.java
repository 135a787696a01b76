package io.portolan.e2e.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final Locale before = Locale.getDefault();

    @BeforeEach
    void writeNumbersAsGermansDo() {
        Locale.setDefault(Locale.GERMANY);
    }

    @AfterEach
    void writeThemAsBefore() {
        Locale.setDefault(before);
    }

    @Test
    void numbersAreTheSameInEveryLocale() {
        Figures figures = new Figures("thread");
        figures.add("idle_p50_ms", "ms", 38.125, 40);
        figures.add("burst_p99_ms", "ms", 98_765.4);
        JsonArray written =
                JsonParser.parseString(figures.json()).getAsJsonObject().getAsJsonArray("figures");
        assertEquals(38.13, written.get(0).getAsJsonObject().get("value").getAsDouble());
        assertEquals(98_765, written.get(1).getAsJsonObject().get("value").getAsDouble());
        assertTrue(
                figures.table().contains("38.13 ms     40.00"), "no comma in\n" + figures.table());
    }
}
