/**
 * The agent's port to its cluster and the adapter over the official client. It decides how a call
 * is made and what its answer means; it must never decide what should exist. The in-memory cluster
 * in {@code .memory} passes the same contract suite.
 */
@NullMarked
package io.portolan.agent.kube;

import org.jspecify.annotations.NullMarked;
