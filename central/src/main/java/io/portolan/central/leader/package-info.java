/**
 * Who leads. It decides when this process tries to lead, and says that it leads no more before
 * anybody else can; it must never decide whether a write is allowed: the store does, by term.
 */
@NullMarked
package io.portolan.central.leader;

import org.jspecify.annotations.NullMarked;
