/**
 * Decides where an application runs: a snapshot of the clusters and a policy in, a placement
 * decision out in which every cluster has its fate and its reason.
 *
 * <p>A functional core: never reads a clock, draws a random number, does I/O, starts a thread or
 * logs. Time, seeds and snapshots come in as arguments, and equal arguments give equal decisions.
 */
@NullMarked
package io.portolan.placement;

import org.jspecify.annotations.NullMarked;
