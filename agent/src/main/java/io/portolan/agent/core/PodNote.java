package io.portolan.agent.core;

import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a pod.
 *
 * @param node where it runs, empty before it is scheduled
 * @param ended whether its containers were reported to have ended
 * @param listing which listing named it last
 */
record PodNote(
        ObjectRef ref,
        String uid,
        String node,
        boolean ended,
        long listing,
        @Nullable Trouble trouble) {
    /** How evidence names it: the uid tells lives of one name apart. */
    String id() {
        return uid + " " + ref.namespace() + "/" + ref.name();
    }
}
