/**
 * Decides how an application survives a disaster: judges health, plans failovers, and holds the
 * state machine with its safety rules. Without a proof of fencing it plans no promotion of a single
 * writer, unless an operator attests.
 *
 * <p>A functional core: never reads a clock, draws a random number, does I/O, starts a thread or
 * logs. It says what may be done next and why; it never does it.
 */
@NullMarked
package io.portolan.dr;

import org.jspecify.annotations.NullMarked;
