package io.portolan.model.wire;

import io.portolan.model.app.HealthRule;
import io.portolan.model.app.KubeObject;
import java.util.List;

/**
 * The objects of an application on a cluster, in the order in which its author wrote them.
 *
 * @param health how its objects of unknown kinds are judged; not written where there is none, so
 *     that the digest is that of the objects alone
 */
public record Content(List<KubeObject> objects, List<HealthRule> health) {
    public Content {
        objects = List.copyOf(objects);
        health = List.copyOf(health);
    }

    public Content(List<KubeObject> objects) {
        this(objects, List.of());
    }
}
