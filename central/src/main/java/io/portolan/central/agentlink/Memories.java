package io.portolan.central.agentlink;

import io.portolan.central.store.Store;
import io.portolan.model.Uid;
import io.portolan.model.app.Work;
import io.portolan.model.wire.AgentMessages.Hello;
import io.portolan.model.wire.AgentMessages.Remembered;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an agent that may have lost its disk is told of its own past: the pods that it had reported
 * and that a stop must account for (fence F2).
 */
public final class Memories {
    private Memories() {}

    /**
     * To be asked for when the session is open: an older one changes nothing any more.
     *
     * @param works what is stored for the cluster
     */
    public static List<Remembered> of(Store store, Uid cluster, Hello hello, List<Work> works) {
        if (hello.cursor() > 0) {
            return List.of();
        }
        Set<Uid> wanted = works.stream().map(Work::application).collect(Collectors.toSet());
        return store.reported(cluster).stream()
                .filter(s -> !s.pods().isEmpty() && wanted.contains(s.application()))
                .map(s -> new Remembered(s.application(), s.pods()))
                .toList();
    }
}
