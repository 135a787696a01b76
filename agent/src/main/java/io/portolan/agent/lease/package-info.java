/**
 * Which of several processes is the agent of a cluster: the one that holds a Lease in it. Decides
 * when this process may act; it must never decide what to do, and never trust the wall clock, nor a
 * belief that is older than the renewal deadline.
 */
@NullMarked
package io.portolan.agent.lease;

import org.jspecify.annotations.NullMarked;
