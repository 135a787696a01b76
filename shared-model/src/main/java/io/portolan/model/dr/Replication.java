package io.portolan.model.dr;

/** How an application's data reach its other clusters. The application says so: nothing checks. */
public enum Replication {
    /** They do not: another cluster begins with what it has. */
    NONE,
    /** Later: what was written last may be lost. */
    ASYNC,
    /** With each write: nothing that was acknowledged is lost. */
    SYNC;

    @Override
    public String toString() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
