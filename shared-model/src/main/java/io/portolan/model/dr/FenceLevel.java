package io.portolan.model.dr;

/**
 * How strongly it is known that a source stopped (DESIGN.md section 7), as policies name it. Their
 * order is that of strength and not of the numbers: a word of an operator (F6) is weaker than any
 * observation. From F2 on each asks for more where a cluster does not speak for itself; one that
 * does is believed everywhere ({@link Evidence#reaches}).
 */
public enum FenceLevel {
    /** Nothing is known: enough where many may write. */
    F0,
    /** Operators attest it. */
    F6,
    /** The source's agent acknowledged that it stopped. */
    F2,
    /** The grant that the workload cannot run without has expired. */
    F3,
    /** The resource refuses the source. */
    F4,
    /** The machines were powered off, read back. */
    F5;

    public boolean reaches(FenceLevel least) {
        return compareTo(least) >= 0;
    }
}
