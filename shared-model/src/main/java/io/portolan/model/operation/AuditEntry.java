package io.portolan.model.operation;

import java.time.Instant;

/**
 * Who did what: kept longer than events and never edited.
 *
 * @param reason what the action itself asked for, as the reason of an attestation
 * @param comment what the user said of the request; empty when nothing was said
 */
public record AuditEntry(
        Instant at, String actor, String action, String subject, String reason, String comment) {
    public AuditEntry(Instant at, String actor, String action, String subject, String reason) {
        this(at, actor, action, subject, reason, "");
    }
}
