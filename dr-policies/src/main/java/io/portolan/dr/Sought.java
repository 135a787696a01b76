package io.portolan.dr;

import io.portolan.model.dr.PreflightCheck;
import java.util.Optional;

/** What a request means in clusters, or at which check that failed. */
sealed interface Sought<T> {
    record Found<T>(T value) implements Sought<T> {}

    record Not<T>(PreflightCheck check, String reason) implements Sought<T> {}

    default Optional<T> found() {
        return this instanceof Found<T>(T value) ? Optional.of(value) : Optional.empty();
    }
}
