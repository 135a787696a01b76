package io.portolan.model.operation;

import java.time.Instant;

/** Who did what: kept longer than events and never edited. */
public record AuditEntry(Instant at, String actor, String action, String subject, String reason) {}
