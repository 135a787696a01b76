package io.portolan.agent.state;

import io.portolan.model.app.ObjectRef;

/**
 * One object that the agent made or is about to make.
 *
 * @param uid of the live object, empty until it was seen: then its label decides whose it is
 * @param applied digest of the desired object that was applied last, empty before the first time
 * @param finished digest of the desired object that has run to its end, a job's, else empty
 */
public record InventoryEntry(ObjectRef ref, String uid, String applied, String finished) {
    /** One that is about to be made. */
    public static InventoryEntry planned(ObjectRef ref) {
        return new InventoryEntry(ref, "", "", "");
    }
}
