package io.portolan.model.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.KubeObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContentTest {
    @Test
    void severalObjectsComeBackAsTheyWere() {
        Content content =
                new Content(
                        List.of(
                                new KubeObject(Map.of("kind", "A", "spec", Map.of("n", 1))),
                                new KubeObject(Map.of("kind", "B", "list", List.of("x", true)))));

        assertEquals(content, Codec.lenient().read(Codec.lenient().write(content), Content.class));
    }
}
