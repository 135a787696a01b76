package io.portolan.central.store;

/**
 * One time of leading: the epoch orders terms, the random id tells two of the same number apart
 * after a lost database.
 */
public record Term(long epoch, String id) {}
