package io.portolan.central.image;

import io.portolan.central.store.Precondition;
import io.portolan.central.store.Row;

/**
 * A value of the image and the revision of the row that it came from, so that whoever decides on it
 * can say what was seen.
 */
public record Held<T>(Row.Key key, T value, long revision) {
    /** That the row is still what was seen. */
    public Precondition unchanged() {
        return new Precondition(key, revision);
    }
}
