package io.portolan.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Expected outputs as files under {@code src/test/resources/golden}. After a wanted change: delete
 * the file and run the test twice; the first run writes it and fails.
 */
final class Golden {
    private static final Path FOLDER =
            Path.of(System.getProperty("portolan.root", ".."), "cli/src/test/resources/golden");

    private Golden() {}

    static void matches(String name, String actual) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        if (!Files.exists(file)) {
            Files.writeString(file, actual);
            throw new AssertionError("written anew, look at it: " + file);
        }
        assertEquals(Files.readString(file), actual, name);
    }
}
