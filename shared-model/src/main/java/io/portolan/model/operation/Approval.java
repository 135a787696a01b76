package io.portolan.model.operation;

import io.portolan.model.dr.OperationKind;
import java.time.Instant;

/**
 * Somebody other than who asked for an operation agreed to it. Audited.
 *
 * @param by a user's name
 * @param of what they agreed to: a relocation that becomes a failover is another thing
 */
public record Approval(String by, Instant at, String comment, OperationKind of) {}
