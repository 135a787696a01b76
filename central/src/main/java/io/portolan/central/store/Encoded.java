package io.portolan.central.store;

import java.util.Optional;

/**
 * A row on its way into its table and the log. Made before the transaction begins, so that no lock
 * is held while JSON is written.
 *
 * @param row absent: deleted
 */
record Encoded(Row.Key key, Optional<Row> row, Optional<String> body) {
    static Encoded of(Row.Key key, Optional<Row> row) {
        return new Encoded(key, row, row.map(RowCodec::body));
    }
}
