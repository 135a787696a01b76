/**
 * The agent's mind: events in, effects out. It decides everything and does nothing: no I/O, clock,
 * randomness or thread is in it, so that a simulation can lose any answer and crash it anywhere.
 */
@NullMarked
package io.portolan.agent.core;

import org.jspecify.annotations.NullMarked;
