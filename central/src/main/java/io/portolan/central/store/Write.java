package io.portolan.central.store;

import io.portolan.model.Digest;
import io.portolan.model.operation.AuditEntry;
import io.portolan.model.operation.EventRecord;

/** One change inside a commit. All of a commit's writes become visible together or not at all. */
public sealed interface Write {
    /** Inserts or replaces; enters the change log. */
    record Put(Row row) implements Write {}

    /** Removes if present; enters the change log. */
    record Delete(Row.Key key) implements Write {}

    /** Stores content under its digest if it is not there. Never in the change log. */
    record PutContent(Digest digest, byte[] canonicalJson) implements Write {}

    /** Appends an event. Never in the change log. */
    record AddEvent(EventRecord event) implements Write {}

    /** Appends to the audit trail. */
    record AddAudit(AuditEntry entry) implements Write {}
}
