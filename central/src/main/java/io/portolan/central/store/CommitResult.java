package io.portolan.central.store;

/** How a commit ended. */
public sealed interface CommitResult {
    /**
     * @param revision of everything it wrote; the store's head when it wrote nothing
     */
    record Committed(long revision) implements CommitResult {}

    /** Somebody else wrote first. Nothing was changed. */
    record Conflict(String message) implements CommitResult {}

    /** The idempotency key was used before with the same request: nothing was changed. */
    record Replayed(String answer) implements CommitResult {}

    /** The idempotency key was used before with another request. Nothing was changed. */
    record KeyReused() implements CommitResult {}

    /** The author's term or session is over. Nothing was changed. */
    record Fenced(String message) implements CommitResult {}

    /**
     * An agent's batch is not the next one. Nothing was changed.
     *
     * @param last the last batch that is durable
     */
    record OutOfOrder(long last) implements CommitResult {}

    /** The answer was lost: it may have happened or not. */
    record Unknown(String message) implements CommitResult {}

    /** Nothing was sent: it did not happen. Try again. */
    record Unavailable(String message) implements CommitResult {}
}
