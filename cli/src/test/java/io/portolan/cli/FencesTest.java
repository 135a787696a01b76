package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Before anything fails, an operator sees which fence there will be. */
class FencesTest {
    private static final String WHY =
            """
            {"members": [], "conditions": [], "fences": [
              {"cluster": "paris", "failure": "CutOff", "when": "it is cut off", "fence": "F3",
               "why": "it fences itself"}]}
            """;

    @TempDir Path home;
    private FakeCentral central;
    private Ran.With cli;

    @BeforeEach
    void start() throws IOException {
        central =
                new FakeCentral()
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION,
                                200,
                                "{\"kind\": \"Application\", \"metadata\": {\"tenant\": \"shop\","
                                        + " \"name\": \"checkout\"}, \"spec\": {}, \"status\": {}}")
                        .answers(
                                "GET /api/v1/" + Fixtures.APPLICATION + "/events",
                                200,
                                "{\"items\": []}")
                        .answers("GET /api/v1/" + Fixtures.APPLICATION + "/why", 200, WHY);
        cli = new Ran.With(home, central);
    }

    @AfterEach
    void stop() {
        central.close();
    }

    @Test
    void describeAndWhyTellThem() {
        for (String verb : new String[] {"describe", "why"}) {
            Ran ran = cli.run(verb, "application", "shop/checkout");
            assertEquals(0, ran.code(), ran.err());
            assertTrue(
                    ran.out()
                            .lines()
                            .anyMatch(
                                    l -> l.matches(" *F3 +paris +it is cut off +it fences itself")),
                    ran.out() + ran.err());
        }
        Ran json = cli.run("describe", "application", "shop/checkout", "-o", "json");
        assertTrue(json.out().contains("\"fences\""), json.out());
    }

    /** As central answers of an application of which nothing is decided. */
    @Test
    void describeDoesWithoutThem() {
        central.answers("GET /api/v1/" + Fixtures.APPLICATION + "/why", 404, "{}");
        for (String format : new String[] {"table", "json"}) {
            Ran ran = cli.run("describe", "application", "shop/checkout", "-o", format);
            assertEquals(0, ran.code(), ran.err());
            assertTrue(ran.out().contains("checkout"), ran.out());
            assertFalse(ran.out().toLowerCase(Locale.ROOT).contains("fences"), ran.out());
        }
    }
}
