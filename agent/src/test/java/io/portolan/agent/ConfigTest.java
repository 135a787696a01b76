package io.portolan.agent;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
                0);
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
