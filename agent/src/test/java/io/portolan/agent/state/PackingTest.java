package io.portolan.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is packed is read while it is unpacked: to its end, where the checksum stands. */
class PackingTest {
    private static final Map<String, String> VALUE = Map.of("image", "example/web:1.4");

    @Test
    void whatWasWrittenIsRead() {
        assertEquals(VALUE, Packing.read(Packing.write(VALUE), Map.class));
    }

    @Test
    void aValueThatIsWholeButFailsItsChecksumIsAnError() {
        byte[] bytes = Packing.write(VALUE);
        bytes[bytes.length - 8] ^= 1;
        assertThrows(UncheckedIOException.class, () -> Packing.read(bytes, Map.class));
    }

    @Test
    void whatIsCutShortIsAnError() {
        byte[] bytes = Packing.write(VALUE);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 4);
        assertThrows(UncheckedIOException.class, () -> Packing.read(cut, Map.class));
    }
}
