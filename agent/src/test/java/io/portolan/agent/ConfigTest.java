package io.portolan.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.cluster.ClusterStatus.Guarding;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigTest {
    private static Config of(String... central) {
        return new Config(
                List.of(central).stream().map(URI::create).toList(),
                "",
                Path.of("state"),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty());
    }

    @Test
    void aDoorForGuardsNeedsToSayHowPodsReachItAndWhichImageTheyTake() {
        assertEquals(Optional.empty(), Config.guarding(0, "", ""));
        assertEquals(
                Optional.of(new Guarding("http://agent.portolan-system:8442", "guard:1")),
                Config.guarding(8442, "http://agent.portolan-system:8442", "guard:1"));
        for (String wrong : List.of("", "agent:8442", "ftp://agent", "http://agent/path")) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> Config.guarding(8442, wrong, "guard:1"),
                    wrong);
        }
        assertThrows(
                IllegalArgumentException.class, () -> Config.guarding(8442, "http://agent", ""));
    }

    @Test
    void eachAddressOfCentralIsAUrl() {
        of("http://a:8440");
        of("http://a:8440", "https://b/under/a/path", "http://[::1]:8440");
        for (String wrong : List.of("", "a:8440", "//a", "ftp://a")) {
            var refused =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> of("http://a:8440", wrong),
                            wrong);
            assertTrue(refused.getMessage().contains('"' + wrong + '"'), refused.getMessage());
            assertTrue(refused.getMessage().contains("--central"), refused.getMessage());
        }
        assertThrows(IllegalArgumentException.class, () -> of());
    }
}
