/**
 * Decides what should be: compares the image with the works, statuses and assignments in it and
 * says what to commit. {@link io.portolan.central.reconcile.LoopCore} owns the image, the queue and
 * the retries; {@link io.portolan.central.reconcile.Loop} does the effects.
 *
 * <p>Reconcilers are pure functions of the image and the time. They must never write, block, read a
 * clock or draw a random number. Nothing here moves the active cluster of a single writer: only
 * operations do.
 */
@NullMarked
package io.portolan.central.reconcile;

import org.jspecify.annotations.NullMarked;
