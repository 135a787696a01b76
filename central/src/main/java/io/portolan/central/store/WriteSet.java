package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A commit's writes, sorted out. Of two writes to one row the later stands, so that each row enters
 * the change log once.
 *
 * @param rows absent: deleted
 */
record WriteSet(
        Map<Row.Key, Optional<Row>> rows,
        Map<Digest, byte[]> contents,
        List<EventRecord> events,
        List<AuditEntry> audit) {

    static WriteSet of(List<Write> writes) {
        LinkedHashMap<Row.Key, Optional<Row>> rows = new LinkedHashMap<>();
        Map<Digest, byte[]> contents = new LinkedHashMap<>();
        List<EventRecord> events = new ArrayList<>();
        List<AuditEntry> audit = new ArrayList<>();
        for (Write write : writes) {
            switch (write) {
                case Write.Put put -> rows.putLast(put.row().key(), Optional.of(put.row()));
                case Write.Delete delete -> rows.putLast(delete.key(), Optional.empty());
                case Write.PutContent put -> contents.put(put.digest(), put.canonicalJson());
                case Write.AddEvent add -> events.add(add.event());
                case Write.AddAudit add -> audit.add(add.entry());
            }
        }
        return new WriteSet(rows, contents, events, audit);
    }

    /** The row as it is stored: a resource carries the revision that wrote it. */
    static Row stamped(Row row, long revision) {
        return row instanceof Row.ResourceRow(var resource)
                ? new Row.ResourceRow(resource.with(resource.metadata().withRevision(revision)))
                : row;
    }

    /** Whether the key is that of a cluster, whose tokens and sessions end with it. */
    static boolean ofCluster(Row.Key key) {
        return key instanceof Row.Key.OfResource(var resource)
                && resource.kind() == io.portolan.model.Kind.CLUSTER;
    }
}
