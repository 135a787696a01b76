package io.portolan.agent.core;

import io.portolan.model.app.ObjectRef;
import io.portolan.model.app.WorkStatus.Trouble;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a pod.
 *
 * @param node where it runs, empty before it is scheduled
 * @param guarded whether every process of it runs under the guard
 * @param ends whether it has ended, if its node can be believed
 * @param ended whether it has ended
 * @param listing which listing named it last
 */
record PodNote(
        ObjectRef ref,
        String uid,
        String node,
        boolean guarded,
        boolean ends,
        boolean ended,
        long listing,
        @Nullable Trouble trouble) {
    PodNote ended(boolean now) {
        return new PodNote(ref, uid, node, guarded, ends, now, listing, trouble);
    }

    String name() {
        return ref.namespace() + "/" + ref.name();
    }
}
