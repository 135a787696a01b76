package io.portolan.central.store;

import java.util.List;
import java.util.Map;
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
     * @param former of the row before: a resource's labels, an operation's tenant and name. Empty
     *     where there was none, of other rows, and where a former version wrote the change
     */
    public record Entry(
            Row.Key key, Optional<Row> row, boolean existed, Optional<Map<String, String>> former) {
        public Entry {
            former = former.map(Map::copyOf);
        }

        /** Nothing is told of the row before. */
        public Entry(Row.Key key, Optional<Row> row, boolean existed) {
            this(key, row, existed, Optional.empty());
        }
    }
}
