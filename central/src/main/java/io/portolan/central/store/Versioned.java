package io.portolan.central.store;

/** A row and the revision of the transaction that last wrote it. */
public record Versioned<R extends Row>(R row, long revision) {}
