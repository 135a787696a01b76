package io.portolan.sim;

/** A fault that a test plants, to show that the invariant which must find it can fail. */
enum Plant {
    NONE,
    /** Whoever is told to stop claims at once that it did. */
    LYING_AGENT,
    /** An agent takes every pod that goes away for one that has ended. */
    FORGETFUL_AGENT,
    /** The same, of applications with many writers only. */
    FORGETFUL_OF_MANY,
    /** Central tells an agent that lost its disk nothing of the pods that it had reported. */
    FORGETFUL_CENTRAL,
    /** Central does not hear what a cluster has that it did not ask for. */
    LEFTOVERS_UNSEEN,
    /** An agent that takes up again what it was told in an older epoch. */
    STALE_EPOCHS,
    /** Central promotes as soon as it wants proof. */
    UNPROVED_PROMOTION,
    /** An agent for which absence from a full set is a deletion. */
    ABSENCE_DELETES,
    /** Central forgets operations that verify. */
    STUCK_OPERATION,
    /** Central does not keep when it failed over by itself last. */
    FORGOTTEN_COOLDOWN,
    /** Central takes all but one silent cluster for living. */
    BRAKE_OFF,
    /** The user swears that a silent source runs nothing, without looking. */
    FALSE_ATTESTATION
}
