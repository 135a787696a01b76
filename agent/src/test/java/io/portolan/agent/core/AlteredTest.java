package io.portolan.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlteredTest {
    @Test
    void namesFieldsThatCameBackOtherwise() {
        assertEquals(
                List.of(
                        ".spec.replicas (set 1, now 2)",
                        ".spec.containers[name=\"main\"].image (set a:1, now mirror/a:1)"),
                altered(
                        "{\"spec\": {\"replicas\": 1, \"containers\": [{\"name\": \"main\", \"image\": \"a:1\"}]}}",
                        "{\"spec\": {\"replicas\": 2, \"containers\": [{\"name\": \"added\"},"
                                + " {\"name\": \"main\", \"image\": \"mirror/a:1\", \"tty\": true}]}}"));
    }

    @Test
    void otherSpellingsAndFieldsThatAreOnlyWrittenAreNoChange() {
        assertEquals(
                List.of(),
                altered(
                        "{\"spec\": {\"cpu\": \"1000m\", \"memory\": \"1024Mi\", \"port\": 80}, \"stringData\": {\"a\": \"b\"}}",
                        "{\"spec\": {\"cpu\": \"1\", \"memory\": \"1Gi\", \"port\": \"80\"}}"));
    }

    @Test
    void textsAreNotShownSinceAnInjectorMayHaveWrittenASecret() {
        assertEquals(
                List.of(".data.password"),
                altered("{\"data\": {\"password\": \"x\"}}", "{\"data\": {\"password\": \"y\"}}"));
    }

    private static List<String> altered(String sent, String live) {
        return Altered.of(object(sent), object(live));
    }

    private static KubeObject object(String json) {
        return Codec.lenient().read(json.getBytes(StandardCharsets.UTF_8), KubeObject.class);
    }
}
