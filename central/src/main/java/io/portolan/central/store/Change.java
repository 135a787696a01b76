package io.portolan.central.store;

import java.util.List;
import java.util.Optional;

/**
 * What one transaction changed, seen as a whole.
 *
 * @param revision strictly greater than that of every transaction before it
 */
public record Change(long revision, List<Entry> entries) {
    public Change {
        entries = List.copyOf(entries);
    }

    /**
     * @param row absent when the row was deleted
     * @param existed whether there was such a row before
     */
    public record Entry(Row.Key key, Optional<Row> row, boolean existed) {}
}
