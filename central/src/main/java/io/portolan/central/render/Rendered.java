package io.portolan.central.render;

import io.portolan.model.Digest;
import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import io.portolan.model.wire.Codec;
import io.portolan.model.wire.Content;
import java.util.List;

/**
 * An application's content for one cluster.
 *
 * @param digest of the bytes
 * @param bytes canonical JSON of the content
 */
public record Rendered(Content content, Digest digest, byte[] bytes) {
    static Rendered of(List<KubeObject> objects, List<HealthRule> health) {
        Content content = new Content(objects, health);
        byte[] bytes = Codec.lenient().write(content);
        return new Rendered(content, Digest.of(bytes), bytes);
    }
}
