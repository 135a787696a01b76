package io.portolan.central.reconcile;

/**
 * Level-triggered and idempotent: says what is missing between what is and what should be. Writes
 * nothing itself; equal views give equal outcomes.
 */
@FunctionalInterface
public interface Reconciler<K extends Key> {
    Outcome reconcile(View view, K key);
}
