package io.portolan.agent.apply;

/** Where the agent is with one object. */
public enum Phase {
    /** Must be looked at before anything is done to it. */
    UNKNOWN,
    /** Known to be ours or absent: may be written. */
    READY,
    /** A call about it is in flight. */
    BUSY,
    /** Written as desired. */
    DONE,
    /** Failed or in conflict; left alone until its time or a change. */
    WAITING,
    /** Deletion was accepted; its end has not been seen. */
    LEAVING
}
