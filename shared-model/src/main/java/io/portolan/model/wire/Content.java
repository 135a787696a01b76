package io.portolan.model.wire;

import io.portolan.model.app.KubeObject;
import java.util.List;

/** The objects of an application on a cluster, in the order in which its author wrote them. */
public record Content(List<KubeObject> objects) {
    public Content {
        objects = List.copyOf(objects);
    }
}
