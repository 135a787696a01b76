package io.portolan.central.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.portolan.model.Check;
import io.portolan.model.Digest;
import io.portolan.model.Resource;
import io.portolan.model.Uid;
import io.portolan.model.app.ApplicationSpec;
import io.portolan.model.app.Claims;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Documents;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code NAME.in.json} is an application as a user writes it, {@code NAME.out.json} its content.
 */
class ComponentRendererTest {
    @ParameterizedTest
    @ValueSource(strings = {"container", "container-full", "manifests"})
    void rendersAsTheGoldenFileSays(String name) throws IOException {
        Resource<ApplicationSpec> application = application(name);

        Rendered rendered = ComponentRenderer.render(application, new Target("c1", "eu-west"));

        assertEquals(text(name + ".out.json").strip(), pretty(rendered.bytes()).strip());
        assertEquals(Digest.of(rendered.bytes()), rendered.digest());
        assertEquals(
                rendered.digest(),
                ComponentRenderer.render(application(name), new Target("c1", "eu-west")).digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"container", "container-full"})
    void aContainerLearnsItsCluster(String name) throws IOException {
        Resource<ApplicationSpec> application = application(name);
        assertNotEquals(
                ComponentRenderer.render(application, new Target("c1", "eu-west")).digest(),
                ComponentRenderer.render(application, new Target("c2", "eu-west")).digest());
    }

    @Test
    void componentsOfTwoApplicationsHaveDifferentNames() {
        assertEquals("checkout-web", Claims.objectName("checkout", "web"));
        assertEquals("web", Claims.objectName("web", "web"));
    }

    private static Resource<ApplicationSpec> application(String name) throws IOException {
        Check check = Check.root();
        ObjectNode tree =
                (ObjectNode)
                        Codec.strict()
                                .tree(text(name + ".in.json").getBytes(StandardCharsets.UTF_8));
        Resource<?> read =
                Documents.read(tree, check)
                        .orElseThrow(() -> new AssertionError(check.problems().toString()));
        return new Resource<>(
                read.metadata().created(new Uid("u-1"), Instant.EPOCH),
                (ApplicationSpec) read.spec());
    }

    private static String text(String file) throws IOException {
        try (InputStream in = ComponentRendererTest.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new AssertionError("no golden file " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String pretty(byte[] json) throws IOException {
        return Codec.lenient()
                .mapper()
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(Codec.lenient().tree(json));
    }
}
