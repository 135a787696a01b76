/**
 * The agent of one cluster: pulls what central assigns to it, makes it durable, applies and repairs
 * it, observes and reports.
 *
 * <p>Never acts on what is not yet durable, never deletes because something is absent (only on a
 * tombstone or newer content), and accepts no connection from outside the cluster.
 */
@NullMarked
package io.portolan.agent;

import org.jspecify.annotations.NullMarked;
