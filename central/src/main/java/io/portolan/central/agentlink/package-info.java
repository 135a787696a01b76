/**
 * The server's end of the agent protocol: enrolment, sessions, sync, reports, heartbeats. It
 * decides what an agent may see, and that is its own cluster's works only; it must never change a
 * work.
 */
@NullMarked
package io.portolan.central.agentlink;

import org.jspecify.annotations.NullMarked;
