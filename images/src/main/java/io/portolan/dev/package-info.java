/**
 * The embedded default: central, agents and in-memory clusters in one process, for {@code portolan
 * dev} and {@code portolan demo}.
 *
 * <p>Only wires what the other modules hold. Never decides anything about placement or recovery,
 * and never holds behaviour that production would lack.
 */
@NullMarked
package io.portolan.dev;

import org.jspecify.annotations.NullMarked;
