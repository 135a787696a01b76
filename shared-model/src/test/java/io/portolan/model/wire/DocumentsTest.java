package io.portolan.model.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.portolan.model.Check;
import io.portolan.model.Metadata;
import io.portolan.model.Resource;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Component;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    private static final String CHECKOUT =
            """
            {"apiVersion": "portolan.io/v1", "kind": "Application",
             "metadata": {"tenant": "shop", "name": "checkout"},
             "spec": {
               "components": [{"name": "web", "container": {
                 "image": "ghcr.io/example/checkout:1.4", "ports": [8080], "replicas": 3,
                 "resources": {"cpu": "250m", "memory": "256Mi"}}}],
               "placement": "eu-two-regions",
               "disasterRecovery": {"writers": "single", "demoteTimeout": "90s"}}}
            """;

    @Test
    void readsTheSimpleApplication() {
        Check check = Check.root();
        Resource<?> read = read(CHECKOUT, check).orElseThrow();
        ApplicationSpec spec = (ApplicationSpec) read.spec();
        Component.Container web = (Component.Container) spec.components().getFirst().source();
        assertEquals(8080, web.ports().getFirst().port());
        assertEquals(250, web.resources().orElseThrow().cpu().orElseThrow().millis());
        assertEquals("shop", read.metadata().tenant());
    }

    @Test
    void whatIsWrittenReadsBackEqual() {
        Resource<?> read = read(CHECKOUT, Check.root()).orElseThrow();
        String text = Documents.write(read, Optional.empty()).toString();
        assertEquals(read, read(text, Check.root()).orElseThrow());
    }

    @Test
    void theSmallestDocumentsGetTheirDefaults() {
        Resource<?> policy =
                read(
                                "{\"apiVersion\":\"portolan.io/v1\",\"kind\":\"PlacementPolicy\",\"metadata\":"
                                        + "{\"tenant\":\"t\",\"name\":\"p\"},\"spec\":{\"spread\":{}}}",
                                Check.root())
                        .orElseThrow();
        assertEquals(
                "{\"where\":\"\",\"tolerations\":[],\"clusters\":1,\"spread\":{\"over\":\"region\",\"minGroups\":1,\"maxSkew\":1}}",
                Codec.strict().text(policy.spec()));
        assertEquals(Metadata.named("t", "p"), policy.metadata());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"ports\": [8080] | \"ports\": [80, 0] | spec.components[0].container.ports[1].port: must be 1..65535, was 0",
                "\"ports\": [8080] | \"ports\": [{\"port\": 1, \"nam\": \"x\"}] | spec.components[0].container.ports[0].nam: unknown field; known are [port, name]",
                "\"replicas\": 3 | \"replica\": 3 | spec.components[0].container.replica: unknown field",
                "\"name\": \"web\" | \"name\": \"Web\" | spec.components[0].name: must be a DNS label",
                "\"name\": \"web\", | \"name\": \"web\", \"manifests\": [], | spec.components[0]: must have exactly one of: container, manifests",
                "\"250m\" | \"a lot\" | spec.components[0].container.resources.cpu: must be a quantity",
                "\"90s\" | \"soon\" | spec.disasterRecovery.demoteTimeout: must be a duration",
                "\"single\", | \"single\", \"trigger\": \"automatic\", | spec.disasterRecovery.trigger: must not be automatic for a single writer",
                "\"90s\" | \"90s\", \"toleration\": \"25h\" | spec.disasterRecovery.toleration: must be 0s..24h",
                "\"90s\" | \"90s\", \"cooldown\": \"169h\" | spec.disasterRecovery.cooldown: must be 0s..168h",
                "\"single\" | \"lonely\" | spec.disasterRecovery.writers: must be one of single, many, was \"lonely\"",
                "\"90s\" | \"90s\", \"hooks\": {\"nope\": {}} | spec.disasterRecovery.hooks: must be one of withdrawTraffic, quiesce, finalSync,",
                "\"90s\" | \"90s\", \"safety\": {\"freeze\": [{\"from\": \"25:00\"}]} | spec.disasterRecovery.safety.freeze[0].from: must be a time of day such as 22:00, was \"25:00\"",
                "portolan.io/v1 | portolan.io/v9 | apiVersion: must be portolan.io/v1",
                "\"name\": \"checkout\" | \"nam\": \"checkout\" | metadata.nam: unknown field",
            })
    void namesTheFieldThatIsWrong(String good, String bad, String expected) {
        Check check = Check.root();
        String text = CHECKOUT.replace(good, bad);
        assertTrue(!text.equals(CHECKOUT), "the case changes the document");
        assertEquals(Optional.empty(), read(text, check));
        List<String> found = check.problems().stream().map(Object::toString).toList();
        assertTrue(found.stream().anyMatch(p -> p.startsWith(expected)), found::toString);
    }

    private static Optional<Resource<?>> read(String text, Check check) {
        return Documents.read(Codec.strict().tree(text.getBytes(StandardCharsets.UTF_8)), check);
    }
}
