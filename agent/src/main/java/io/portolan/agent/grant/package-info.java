/**
 * The door at which guards ask for their grants, and who asks central for them. It must never
 * answer with what it was told before the guard asked: then no clock of the agent is part of the
 * proof.
 */
@NullMarked
package io.portolan.agent.grant;

import org.jspecify.annotations.NullMarked;
