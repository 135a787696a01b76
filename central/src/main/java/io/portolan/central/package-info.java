/**
 * The control plane: serves the API and the agents, holds desired state in PostgreSQL, and (on the
 * one node that leads) reconciles it into works and operations.
 *
 * <p>Never opens a connection to a cluster and never holds a cluster's credential. PostgreSQL is
 * its only authority: no controller writes outside a transaction that checks the leader's term.
 */
@NullMarked
package io.portolan.central;

import org.jspecify.annotations.NullMarked;
