package io.portolan.agent.link;

import java.time.Duration;

/** How a request to central ended. */
public sealed interface Answer<T> {
    record Ok<T>(T value) implements Answer<T> {}

    /** This session, or the credential itself, counts no more (401, 410). */
    record Over<T>(String message) implements Answer<T> {}

    /**
     * A batch out of order (409).
     *
     * @param durable the last one that central has
     */
    record Behind<T>(long durable) implements Answer<T> {}

    /**
     * Refused, unreachable or too late.
     *
     * @param retryAfter as central asked, zero when it did not
     */
    record Failed<T>(String message, Duration retryAfter) implements Answer<T> {}
}
