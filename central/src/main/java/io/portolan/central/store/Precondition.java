package io.portolan.central.store;

/**
 * What the author of a commit saw: the row's revision, or {@link #ABSENT}. A commit whose author
 * saw something else than what is there is refused.
 */
public record Precondition(Row.Key key, long revision) {
    public static final long ABSENT = 0;

    public static Precondition absent(Row.Key key) {
        return new Precondition(key, ABSENT);
    }
}
