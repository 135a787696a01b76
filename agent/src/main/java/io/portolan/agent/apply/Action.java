package io.portolan.agent.apply;

import io.portolan.model.app.ObjectRef;

/** One thing to do now. */
public sealed interface Action {
    ObjectRef ref();

    /** Read it: first contact, or to see whether it is gone. */
    record Look(ObjectRef ref) implements Action {}

    record Put(ObjectRef ref) implements Action {}

    record Remove(ObjectRef ref, String uid) implements Action {}

    /** Take from it what makes it ours, then forget it; it stays in the cluster. */
    record GiveUp(ObjectRef ref) implements Action {}

    /** No longer in the inventory, and left in the cluster as it is. */
    record Forget(ObjectRef ref) implements Action {}
}
